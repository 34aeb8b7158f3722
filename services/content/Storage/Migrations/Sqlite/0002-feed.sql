-- The feed's head is kept apart from its changes, because compaction may drop the newest of them.
alter table feed add column position integer not null default 0;
alter table feed add column commit_time integer not null default 0;
update feed set position = coalesce((select max(position) from changes), 0),
  commit_time = coalesce((select commit_time from changes order by position desc limit 1), 0);

create table compaction (
  id integer primary key check (id = 1),
  compacted integer not null default 0,   -- changes up to here were freed of those that newer ones replace
  dropped integer not null default 0      -- newest position of a tombstone that is no longer kept
);
insert into compaction (id) values (1);

drop index changes_published;
alter table changes rename to changes_before;
create table changes (
  position integer primary key,
  resource text not null,
  commit_time integer not null,           -- unix microseconds
  all_change blob,                        -- the Change message of the view ALL; null once a newer one replaces it
  all_gone integer not null,              -- 1 if it is a tombstone
  published_change blob,                  -- the Change message of the view PUBLISHED; null if it does not appear there
  published_gone integer not null
);
-- Whether an older change is a tombstone is not known from its columns; what is not marked is kept for good.
insert into changes select position, resource, commit_time, all_change, 0, published_change, 0 from changes_before;
drop table changes_before;
create index changes_published on changes (position) where published_change is not null;
create index changes_by_resource on changes (resource, position);

-- Written to, and emptied, to find out whether a full disk has room again.
create table room (id integer primary key check (id = 1), filler blob);
insert into room (id) values (1);
