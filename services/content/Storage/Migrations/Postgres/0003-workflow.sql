-- `community`, `creator` and `slug` are those that readers see, of a story that they see; else the working copy's.
-- A working copy may be meant for elsewhere, and is listed there for those who write.
alter table stories add column working_community text collate "C" references communities (name);
alter table stories add column working_creator text collate "C" references creators (name);
update stories set working_community = community, working_creator = creator;
create index stories_by_working_community on stories (working_community, name);
create index stories_by_working_creator on stories (working_creator, name);

-- What a story's working copy is at, beside `state`, which says where the story as a whole stands.
alter table stories add column stage integer not null default 1;           -- StoryState: draft, submitted, returned or scheduled
alter table stories add column owner text collate "C" not null default '';             -- who saved the first revision
alter table stories add column review bytea;                               -- the Review message; null if it was not handed in
alter table stories add column review_state integer not null default 0;
alter table stories add column schedule_time bigint;                       -- unix microseconds; null if it is not scheduled
alter table stories add column schedule_revision integer not null default 0;
alter table stories add column scheduler text collate "C" not null default '';         -- who scheduled it

update stories set owner = coalesce((select author from revisions where revisions.story = stories.name and revisions.revision = 1), '');

create index stories_scheduled on stories (schedule_time) where schedule_time is not null;
create index stories_by_review on stories (review_state, name) where review_state <> 0;
create index stories_by_owner on stories (owner, name);
