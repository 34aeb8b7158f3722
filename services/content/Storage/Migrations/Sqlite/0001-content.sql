-- Resources are kept as the protobuf messages that are served, beside the columns that are searched by.

create table feed (
  id integer primary key check (id = 1),
  feed_id blob not null            -- tells this database's cursors from another's
);
insert into feed (id, feed_id) values (1, randomblob(8));

create table communities (
  name text primary key,
  version integer not null,        -- feed position of the newest change
  display_name text not null,
  message blob not null
) without rowid;

create table creators (
  name text primary key,
  version integer not null,
  display_name text not null,
  message blob not null
) without rowid;

create table stories (
  name text primary key,
  version integer not null,
  state integer not null,
  community text not null references communities (name),
  creator text not null references creators (name),
  slug text not null,
  working blob not null,           -- the newest revision
  published_revision integer not null default 0,
  published blob,                  -- what readers see; null if they see nothing
  unique (community, slug)
);
create index stories_by_community on stories (community, name);
create index stories_by_creator on stories (creator, name);
create index stories_published on stories (name) where published is not null;

create table revisions (
  story text not null,
  revision integer not null,
  create_time integer not null,    -- unix microseconds
  author text not null,
  message blob not null,
  primary key (story, revision)
) without rowid;

-- Import identity: the source URI, else the SHA-256 of the bytes.
create table sources (
  identity text primary key,
  story text not null,
  content_hash blob not null
) without rowid;
create index sources_by_story on sources (story);

-- Writers are serial, so a position taken inside the transaction is commit order.
create table changes (
  position integer primary key,
  resource text not null,
  commit_time integer not null,    -- unix microseconds
  all_change blob not null,        -- the Change message of the view ALL
  published_change blob            -- the Change message of the view PUBLISHED; null if it does not appear there
);
create index changes_published on changes (position) where published_change is not null;

-- Answers of mutations by request id, written with what they answer for.
create table requests (
  caller text not null,
  method text not null,
  request_id text not null,
  request_hash blob not null,
  response blob not null,
  create_time integer not null,    -- unix microseconds
  primary key (caller, method, request_id)
) without rowid;
create index requests_by_age on requests (create_time);
