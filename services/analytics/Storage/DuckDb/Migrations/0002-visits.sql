alter table events add column channel utinyint default 0;          -- how the reader came, by referrer and utm; 0 unknown
alter table events add column imported boolean default false;      -- brought by an import of what happened before

-- What is counted, and what waits for its story, is counted from the events themselves: 0 was counted, 7 unknown story.
delete from ingest_totals where reason in (0, 7);
drop table pending_horizon;

-- Raw events folded: a row for each visit, story and revision, each view without a visit, and each share. Rows of an hour
-- come and go together (rollup_hours). What a read is stands nowhere here: a rule says it of these columns.
create table visits (
    hour timestamp,            -- of viewed_at
    generation bigint,         -- of the hour's rollup
    story varchar,
    revision integer,          -- that was shown
    viewed_at timestamp,       -- first view; a share's own time
    views integer,             -- view events
    visits integer,            -- 1; 0 for a view without a visit and for a share
    shares integer,
    sessions integer,          -- views before which the reader was quiet for 30 minutes
    reader varchar,            -- null if nobody was signed in
    visitor uuid,
    referrer_host varchar,
    channel utinyint,
    utm_source varchar,
    utm_medium varchar,
    utm_campaign varchar,
    utm_term varchar,
    utm_content varchar,
    device utinyint,
    engaged double,            -- seconds, never more than passed since the view
    reached varchar[],         -- sections of the revision that were on screen
    sections integer,          -- how many the revision has; 0 if it is not known
    reading_seconds double,    -- of the revision; null if it is not known
    imported boolean
);

-- Hours whose visits are in the table visits. Reports fold the events of all others when they are asked.
create table rollup_hours (hour timestamp, generation bigint);

-- Events received until then are in rollup_hours, or in hours that are not there.
create table rollup_state (watermark timestamp);
insert into rollup_state values (timestamp '1970-01-01');
