-- The handles of communities and creators, present and given up, and every address that a story ever had: what led
-- to one of them never leads to another while it is there.
create table handles (
  collection text collate "C" not null,        -- within which handles are unique: communities, creators
  handle text collate "C" not null,            -- in lower case
  shown text collate "C" not null,             -- as it was typed
  owner text collate "C" not null,
  is_current integer not null,     -- 0 once it was given up
  primary key (collection, handle)
);
create index handles_by_owner on handles (owner);
create unique index handles_current on handles (owner) where is_current = 1;

create table story_slugs (
  community text collate "C" not null,
  slug text collate "C" not null,
  story text collate "C" not null,
  primary key (community, slug)
);
create index story_slugs_by_story on story_slugs (story);
insert into story_slugs (community, slug, story) select community, slug, name from stories;

-- Profiles that are there already are known by the last part of their name, cut or lengthened where it is no handle.
insert into handles (collection, handle, shown, owner, is_current)
  select 'communities', substr(name, 13), substr(name, 13), name, 1 from communities where length(name) between 14 and 52;
insert into handles (collection, handle, shown, owner, is_current)
  select 'creators', substr(name, 10), substr(name, 10), name, 1 from creators where length(name) between 11 and 49;
with named as (
  select name, substr(name, 13, 20) || '-' || substr(md5(name), 1, 16) as handle from communities where length(name) not between 14 and 52)
insert into handles (collection, handle, shown, owner, is_current) select 'communities', handle, handle, name, 1 from named
  on conflict do nothing;
with named as (
  select name, substr(name, 10, 20) || '-' || substr(md5(name), 1, 16) as handle from creators where length(name) not between 11 and 49)
insert into handles (collection, handle, shown, owner, is_current) select 'creators', handle, handle, name, 1 from named
  on conflict do nothing;

-- Figures that others change. Several rows for each profile, added up when it is read, so that many who follow the
-- same at once don't wait for one row.
create table profile_counts (
  name text collate "C" not null,
  shard integer not null,
  followers bigint not null,
  stories bigint not null,
  primary key (name, shard)
);
insert into profile_counts (name, shard, followers, stories)
  select community, 0, 0, count(*) from stories where published is not null group by community;
insert into profile_counts (name, shard, followers, stories)
  select creator, 0, 0, count(*) from stories where published is not null group by creator;

-- Whatever publishes, archives, moves or deletes a story, the figures follow. Ids end in random digits.
create function count_story(community_name text, creator_name text, story text, change bigint) returns void language sql as $$
  insert into profile_counts (name, shard, followers, stories)
    select name, (7 * ascii(right(story, 1)) + ascii(right(story, 2))) % 31, 0, change from (values (community_name), (creator_name)) as profiles (name)
    on conflict (name, shard) do update set stories = profile_counts.stories + excluded.stories
$$;
create function count_stories() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.published is null) = (new.published is null) and old.community = new.community and old.creator = new.creator then
    return null;
  end if;
  if tg_op <> 'INSERT' and old.published is not null then
    perform count_story(old.community, old.creator, old.name, -1);
  end if;
  if tg_op <> 'DELETE' and new.published is not null then
    perform count_story(new.community, new.creator, new.name, 1);
  end if;
  return null;
end
$$;
create trigger stories_counted after insert or update or delete on stories for each row execute function count_stories();

create table follows (
  reader text collate "C" not null,
  followed text collate "C" not null,
  kind integer not null,
  create_time bigint not null,    -- unix microseconds
  primary key (reader, followed)
);
create index follows_newest on follows (reader, create_time, followed);
create index follows_by_followed on follows (followed);

create table site (
  id integer primary key check (id = 1),
  version bigint not null,
  message bytea not null
);

-- For erasing a reader.
create index revisions_by_author on revisions (author);
