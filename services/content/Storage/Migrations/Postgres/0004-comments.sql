-- Comments of readers, and their moderation. The message is the whole comment as moderators see it; the columns are
-- what it is searched and counted by, and can all be made from it.

create table comments (
  story text collate "C" not null,
  id text collate "C" not null,         -- UUIDv7 in hex: sorts by creation
  parent text collate "C" not null,     -- id of the comment replied to; empty for the one that begins a thread
  thread text collate "C" not null,     -- id of the one that begins the thread
  author text collate "C" not null,     -- empty once deleted
  state integer not null,
  shown integer not null,               -- 1 if readers see it, at least its place
  queued integer not null,              -- 1 if it waits for a moderator
  version bigint not null,              -- from which the etag is made
  message bytea not null,
  primary key (story, id)
);
create index comments_threads on comments (story, id) where parent = '';
create index comments_replies on comments (story, thread, id) where parent <> '';
create index comments_by_author on comments (author, id) where author <> '';
create index comments_by_state on comments (state, id);
create index comments_queue on comments (id) where queued = 1;

-- One row for each story that was ever commented on, so that nothing is counted when it is read.
create table comment_counts (
  story text collate "C" primary key,
  visible bigint not null,              -- visible comments
  threads bigint not null,              -- shown comments that begin a thread
  last_id text collate "C" not null,    -- id of the newest comment
  in_feed integer not null              -- 1 if the feed's published view has the comments
);

create table comment_policies (
  resource text collate "C" primary key,-- stories/… or communities/…
  version bigint not null,
  comments integer not null,
  moderation integer not null,
  update_time bigint not null           -- unix microseconds
);

create table comment_bans (
  reader text collate "C" not null,
  community text collate "C" not null,  -- empty: the whole site
  expire_time bigint not null,          -- unix microseconds; 9223372036854775807: never
  message bytea not null,
  primary key (reader, community)
);

create table comment_reports (
  story text collate "C" not null,
  comment text collate "C" not null,    -- id
  reader text collate "C" not null,
  settled integer not null,             -- 1 if a moderator has dealt with it
  message bytea not null,
  primary key (story, comment, reader)
);
create index comment_reports_by_reader on comment_reports (reader);

-- The audit trail.
create table comment_actions (
  id text collate "C" primary key,      -- microseconds in 16 hex digits, then 16 of chance: sorts by time
  comment text collate "C" not null,    -- name; empty for bans
  moderator text collate "C" not null,
  message bytea not null
);
create index comment_actions_by_comment on comment_actions (comment, id) where comment <> '';
create index comment_actions_by_moderator on comment_actions (moderator, id);

-- When each reader wrote within the last hour: the rate limit that all replicas share.
create table comment_rates (
  reader text collate "C" primary key,
  times bytea not null                  -- unix microseconds, 8 bytes each, oldest first
);
