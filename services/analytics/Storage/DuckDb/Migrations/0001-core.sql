-- What readers did: facts, only ever appended. No key, no index and no check by the engine: they cost two thirds of the
-- rate, and an append-only table survives a kill at any moment. That an id stands here once is the writer's work.
create table events (
    event_id uuid,
    received_at timestamp,
    occurred_at timestamp,
    kind utinyint,             -- 1 view, 2 heartbeat, 3 share, 4 search click, 5 custom
    story varchar,             -- null for a custom event that belongs to none
    revision integer,          -- as stated; 0 for the one that was published when it happened
    visit varchar,             -- null if none
    reader varchar,            -- null if nobody was signed in
    visitor uuid,              -- keyed hash of the connection, good for the UTC day of receipt; null if unknown
    referrer_host varchar,
    path varchar,
    utm_source varchar,
    utm_medium varchar,
    utm_campaign varchar,
    utm_term varchar,
    utm_content varchar,
    device utinyint,           -- 0 unknown, 1 desktop, 2 phone, 3 tablet
    engaged_seconds double,    -- heartbeats: total since the view
    sections varchar[],        -- heartbeats: ids on screen so far
    name varchar,              -- channel of a share, query of a search click, name of a custom event
    position integer,          -- search clicks
    properties varchar         -- custom events: a JSON object of strings
);

-- What came in by hour of receipt: reason 0 is what is counted. One row a pair, kept by the writer.
create table ingest_totals (hour timestamp, reason utinyint, count bigint);

-- Events received before this moment whose story was never heard of are in ingest_totals as unknown.
create table pending_horizon (moment timestamp);
insert into pending_horizon values (timestamp '1970-01-01');

-- Where the change feed was followed to; committed with what it brought.
create table feed (cursor varchar);
insert into feed values ('');

-- What must be known of stories. A story that is no longer published stays, for its figures.
create table stories (
    story varchar,
    title varchar,
    community varchar,
    creator varchar,
    published boolean,
    revision integer,          -- that readers see
    known_from timestamp,      -- commit of the first change that showed it to readers
    publish_time timestamp,
    version bigint
);

create table story_revisions (
    story varchar,
    revision integer,
    shown_from timestamp,      -- commit of the change that showed it to readers
    sections varchar[],        -- in reading order, the lead first
    reading_seconds double     -- not rounded
);

create table comments (comment varchar, story varchar, author varchar, create_time timestamp);

create table insights (
    story varchar,
    reader varchar,
    level utinyint,
    strengths utinyint[],
    revision integer,
    create_time timestamp,
    update_time timestamp
);
