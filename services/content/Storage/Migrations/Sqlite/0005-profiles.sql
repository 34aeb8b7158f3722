-- The handles of communities and creators, present and given up, and every address that a story ever had: what led
-- to one of them never leads to another while it is there.
create table handles (
  collection text not null,        -- within which handles are unique: communities, creators
  handle text not null,            -- in lower case
  shown text not null,             -- as it was typed
  owner text not null,
  is_current integer not null,     -- 0 once it was given up
  primary key (collection, handle)
) without rowid;
create index handles_by_owner on handles (owner);
create unique index handles_current on handles (owner) where is_current = 1;

create table story_slugs (
  community text not null,
  slug text not null,
  story text not null,
  primary key (community, slug)
) without rowid;
create index story_slugs_by_story on story_slugs (story);
insert into story_slugs (community, slug, story) select community, slug, name from stories;

-- Profiles that are there already are known by the last part of their name, cut or lengthened where it is no handle.
insert into handles (collection, handle, shown, owner, is_current)
  select 'communities', substr(name, 13), substr(name, 13), name, 1 from communities where length(name) between 14 and 52;
insert into handles (collection, handle, shown, owner, is_current)
  select 'creators', substr(name, 10), substr(name, 10), name, 1 from creators where length(name) between 11 and 49;
with named as materialized (
  select name, substr(name, 13, 20) || '-' || lower(hex(randomblob(8))) as handle from communities where length(name) not between 14 and 52)
insert or ignore into handles (collection, handle, shown, owner, is_current) select 'communities', handle, handle, name, 1 from named;
with named as materialized (
  select name, substr(name, 10, 20) || '-' || lower(hex(randomblob(8))) as handle from creators where length(name) not between 11 and 49)
insert or ignore into handles (collection, handle, shown, owner, is_current) select 'creators', handle, handle, name, 1 from named;

-- Figures that others change. Several rows for each profile, added up when it is read, so that many who follow the
-- same at once don't wait for one row.
create table profile_counts (
  name text not null,
  shard integer not null,
  followers integer not null,
  stories integer not null,
  primary key (name, shard)
) without rowid;
insert into profile_counts (name, shard, followers, stories)
  select community, 0, 0, count(*) from stories where published is not null group by community;
insert into profile_counts (name, shard, followers, stories)
  select creator, 0, 0, count(*) from stories where published is not null group by creator;

-- Whatever publishes, archives, moves or deletes a story, the figures follow. Ids end in random digits.
create trigger stories_counted_in after insert on stories when new.published is not null begin
  insert into profile_counts (name, shard, followers, stories) values (new.community, (7 * unicode(substr(new.name, -1)) + unicode(substr(new.name, -2))) % 31, 0, 1)
    on conflict (name, shard) do update set stories = profile_counts.stories + 1;
  insert into profile_counts (name, shard, followers, stories) values (new.creator, (7 * unicode(substr(new.name, -1)) + unicode(substr(new.name, -2))) % 31, 0, 1)
    on conflict (name, shard) do update set stories = profile_counts.stories + 1;
end;
create trigger stories_counted_out after delete on stories when old.published is not null begin
  insert into profile_counts (name, shard, followers, stories) values (old.community, (7 * unicode(substr(old.name, -1)) + unicode(substr(old.name, -2))) % 31, 0, -1)
    on conflict (name, shard) do update set stories = profile_counts.stories - 1;
  insert into profile_counts (name, shard, followers, stories) values (old.creator, (7 * unicode(substr(old.name, -1)) + unicode(substr(old.name, -2))) % 31, 0, -1)
    on conflict (name, shard) do update set stories = profile_counts.stories - 1;
end;
create trigger stories_counted_again after update on stories
  when (old.published is null) <> (new.published is null)
    or (new.published is not null and (old.community <> new.community or old.creator <> new.creator)) begin
  insert into profile_counts (name, shard, followers, stories)
    select old.community, (7 * unicode(substr(old.name, -1)) + unicode(substr(old.name, -2))) % 31, 0, -1 where old.published is not null
    on conflict (name, shard) do update set stories = profile_counts.stories - 1;
  insert into profile_counts (name, shard, followers, stories)
    select old.creator, (7 * unicode(substr(old.name, -1)) + unicode(substr(old.name, -2))) % 31, 0, -1 where old.published is not null
    on conflict (name, shard) do update set stories = profile_counts.stories - 1;
  insert into profile_counts (name, shard, followers, stories)
    select new.community, (7 * unicode(substr(new.name, -1)) + unicode(substr(new.name, -2))) % 31, 0, 1 where new.published is not null
    on conflict (name, shard) do update set stories = profile_counts.stories + 1;
  insert into profile_counts (name, shard, followers, stories)
    select new.creator, (7 * unicode(substr(new.name, -1)) + unicode(substr(new.name, -2))) % 31, 0, 1 where new.published is not null
    on conflict (name, shard) do update set stories = profile_counts.stories + 1;
end;

create table follows (
  reader text not null,
  followed text not null,
  kind integer not null,
  create_time integer not null,    -- unix microseconds
  primary key (reader, followed)
) without rowid;
create index follows_newest on follows (reader, create_time, followed);
create index follows_by_followed on follows (followed);

create table site (
  id integer primary key check (id = 1),
  version integer not null,
  message blob not null
);

-- For erasing a reader.
create index revisions_by_author on revisions (author);
