-- Resources are kept as the protobuf messages that are served, beside the columns that are searched by.
-- Names are compared by their bytes, as everywhere else, so pages continue where they ended.

create table feed (
  id integer primary key check (id = 1),
  feed_id bytea not null,          -- tells this database's cursors from another's
  position bigint not null default 0,
  commit_time bigint not null default 0
);
insert into feed (id, feed_id) values (1, substring(uuid_send(gen_random_uuid()) from 1 for 8));

create table compaction (
  id integer primary key check (id = 1),
  compacted bigint not null default 0,    -- changes up to here were freed of those that newer ones replace
  dropped bigint not null default 0       -- newest position of a tombstone that is no longer kept
);
insert into compaction (id) values (1);

create table communities (
  name text collate "C" primary key,
  version bigint not null,         -- of the newest change
  display_name text not null,
  message bytea not null
);

create table creators (
  name text collate "C" primary key,
  version bigint not null,
  display_name text not null,
  message bytea not null
);

create table stories (
  name text collate "C" primary key,
  version bigint not null,
  state integer not null,
  community text collate "C" not null references communities (name),
  creator text collate "C" not null references creators (name),
  slug text collate "C" not null,
  working bytea not null,          -- the newest revision
  published_revision integer not null default 0,
  published bytea,                 -- what readers see; null if they see nothing
  unique (community, slug)
);
create index stories_by_community on stories (community, name);
create index stories_by_creator on stories (creator, name);
create index stories_published on stories (name) where published is not null;

create table revisions (
  story text collate "C" not null,
  revision integer not null,
  create_time bigint not null,     -- unix microseconds
  author text not null,
  message bytea not null,
  primary key (story, revision)
);

-- Import identity: the source URI, else the SHA-256 of the bytes.
create table sources (
  identity text collate "C" primary key,
  story text collate "C" not null,
  content_hash bytea not null
);
create index sources_by_story on sources (story);

-- No cache: a version that was taken later is greater, in whatever session.
create sequence change_version as bigint cache 1;

-- Committed changes that wait for their position.
create table outbox (
  version bigint primary key,
  resource text collate "C" not null,
  commit_time bigint not null,     -- unix microseconds
  all_change bytea,
  all_gone integer not null,
  published_change bytea,
  published_gone integer not null
);

create table changes (
  position bigint primary key,
  resource text collate "C" not null,
  commit_time bigint not null,     -- unix microseconds
  all_change bytea,                -- the Change message of the view ALL; null once a newer one replaces it
  all_gone integer not null,       -- 1 if it is a tombstone
  published_change bytea,          -- the Change message of the view PUBLISHED; null if it does not appear there
  published_gone integer not null
);
create index changes_published on changes (position) where published_change is not null;
create index changes_by_resource on changes (resource, position);

-- Answers of mutations by request id, written with what they answer for.
create table requests (
  caller text collate "C" not null,
  method text collate "C" not null,
  request_id text collate "C" not null,
  request_hash bytea not null,
  response bytea not null,
  create_time bigint not null,     -- unix microseconds
  primary key (caller, method, request_id)
);
create index requests_by_age on requests (create_time);

-- Written to, and emptied, to find out whether a full disk has room again.
create table room (id integer primary key check (id = 1), filler bytea);
insert into room (id) values (1);
