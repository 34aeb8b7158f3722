-- The analytics tables on a cluster of ClickHouse servers with Keeper: run by hand, in the database of analytics, before
-- the service is first started. It finds migration 1 done then. NO TEST RUNS THIS FILE: the engine that the tests have
-- knows neither replication nor Keeper. A test compares it with ../Migrations/0001-core.sql, from which it differs by
-- its engines, by `on cluster`, and by what stands in this part.
--
-- The servers define the macros {cluster}, {shard} and {replica}. One shard: a question that is answered from several
-- would count readers of both twice. The service's user has this profile, so that an insert is acknowledged when most
-- replicas have it, and whatever replica answers has what was acknowledged.
create settings profile if not exists broadsheet_analytics on cluster '{cluster}' settings
    insert_quorum = 'auto', insert_quorum_parallel = 0, insert_quorum_timeout = 60000, select_sequential_consistency = 1;

create table if not exists migrations on cluster '{cluster}' (
    number UInt32,
    name String,
    applied_at DateTime64(6, 'UTC')
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by number;

insert into migrations values (1, '0001-core.sql', now64(6));

-- Every table takes the same row twice without counting it twice, because there are no transactions and a write whose
-- answer was lost is sent again. The service reads with final = 1, which shows one row of each sorting key.

-- What readers did. A retry is the same bytes, so it has the same sorting key wherever it was sent; the row received
-- first is the one that is kept. Written to the disk before the insert is acknowledged.
create table if not exists events on cluster '{cluster}' (
    event_id UUID,
    received_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    occurred_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    kind UInt8,                          -- 1 view, 2 heartbeat, 3 share, 4 search click, 5 custom
    story Nullable(String),              -- null for a custom event that belongs to none
    revision Int32,                      -- as stated; 0 for the one that was published when it happened
    visit Nullable(String),
    reader Nullable(String),
    visitor Nullable(UUID),              -- keyed hash of the connection, good for the UTC day of receipt
    referrer_host LowCardinality(Nullable(String)),
    path Nullable(String),
    utm_source LowCardinality(Nullable(String)),
    utm_medium LowCardinality(Nullable(String)),
    utm_campaign LowCardinality(Nullable(String)),
    utm_term LowCardinality(Nullable(String)),
    utm_content LowCardinality(Nullable(String)),
    device UInt8,                        -- 0 unknown, 1 desktop, 2 phone, 3 tablet
    engaged_seconds Nullable(Float64),   -- heartbeats: total since the view
    sections Array(String),              -- heartbeats: ids on screen so far
    name LowCardinality(Nullable(String)),
    position Nullable(Int32),
    properties Nullable(String),
    channel UInt8 default 0,
    imported Bool default false,
    earlier UInt64 materialized bitNot(toUInt64(toUnixTimestamp64Micro(received_at))),
    index by_receipt received_at type minmax granularity 1
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', earlier)
partition by toYYYYMM(occurred_at)
order by (toStartOfHour(occurred_at), story, event_id)
settings allow_nullable_key = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- Events that are not counted, by hour of receipt: amounts that are added up. What is counted is worked out from events.
create table if not exists ingest_totals on cluster '{cluster}' (
    hour DateTime64(6, 'UTC'),
    reason UInt8,                        -- neither counted nor unknown story: these are counted from events
    count Int64
) engine = ReplicatedSummingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', count)
order by (hour, reason)
settings fsync_after_insert = 1;

-- Where the change feed was followed to; written after what it brought.
create table if not exists feed on cluster '{cluster}' (
    id UInt8 default 1,
    cursor String,
    moved_at DateTime64(6, 'UTC')
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', moved_at)
order by id;

insert into feed (cursor, moved_at) select '', toDateTime64('1970-01-01 00:00:00', 6, 'UTC') where not exists (select 1 from feed);

create table if not exists stories on cluster '{cluster}' (
    story String,
    title String,
    community String,
    creator String,
    published Bool,
    revision Int32,
    known_from DateTime64(6, 'UTC'),
    publish_time DateTime64(6, 'UTC'),
    version Int64,
    newer UInt64 materialized toUInt64(version)
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', newer)
order by story
settings fsync_after_insert = 1;

-- A revision is shown from the first change that showed it.
create table if not exists story_revisions on cluster '{cluster}' (
    story String,
    revision Int32,
    shown_from DateTime64(6, 'UTC'),
    sections Array(String),
    reading_seconds Float64,
    earlier UInt64 materialized bitNot(toUInt64(toUnixTimestamp64Micro(shown_from)))
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', earlier)
order by (story, revision)
settings fsync_after_insert = 1;

create table if not exists comments on cluster '{cluster}' (
    comment String,
    story String,
    author String,
    create_time DateTime64(6, 'UTC'),
    version UInt64,
    is_deleted UInt8 default 0
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version, is_deleted)
order by comment
settings fsync_after_insert = 1;

create table if not exists insights on cluster '{cluster}' (
    story String,
    reader String,
    level UInt8,
    strengths Array(UInt8),
    revision Int32,
    create_time DateTime64(6, 'UTC'),
    update_time DateTime64(6, 'UTC'),
    version UInt64,
    is_deleted UInt8 default 0
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version, is_deleted)
order by (story, reader)
settings fsync_after_insert = 1;

-- What became of the events of closed hours. Rows of a generation that rollup_hours does not name count nothing.
create table if not exists visits on cluster '{cluster}' (
    hour DateTime64(6, 'UTC') codec(Delta, ZSTD),
    generation Int64 codec(Delta, ZSTD),
    story String,
    revision Int32,
    viewed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    views Int32,
    visits Int32,
    shares Int32,
    sessions Int32,
    reader Nullable(String),
    visitor Nullable(UUID),
    referrer_host LowCardinality(Nullable(String)),
    channel UInt8,
    utm_source LowCardinality(Nullable(String)),
    utm_medium LowCardinality(Nullable(String)),
    utm_campaign LowCardinality(Nullable(String)),
    utm_term LowCardinality(Nullable(String)),
    utm_content LowCardinality(Nullable(String)),
    device UInt8,
    engaged Float64,
    reached Array(String),
    sections Int32,
    reading_seconds Nullable(Float64),
    imported Bool
) engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
partition by toYYYYMM(hour)
order by (story, hour)
settings fsync_after_insert = 1;

create table if not exists rollup_hours on cluster '{cluster}' (
    hour DateTime64(6, 'UTC'),
    generation Int64,
    newer UInt64 materialized toUInt64(generation)
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', newer)
order by hour
settings fsync_after_insert = 1;

-- Events received until then are in rollup_hours, or in hours that are not there.
create table if not exists rollup_state on cluster '{cluster}' (
    id UInt8 default 1,
    watermark DateTime64(6, 'UTC')
) engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', watermark)
order by id
settings fsync_after_insert = 1;

-- Visits of open hours, folded anew when something changed and held for the statements of the next moments. A generation is a partition,
-- so that old ones go at once. Need not be durable.
create table if not exists open_visits on cluster '{cluster}' (
    generation Int64,
    hour DateTime64(6, 'UTC'),
    story String,
    revision Int32,
    viewed_at DateTime64(6, 'UTC'),
    views Int32,
    visits Int32,
    shares Int32,
    sessions Int32,
    reader Nullable(String),
    visitor Nullable(UUID),
    referrer_host Nullable(String),
    channel UInt8,
    utm_source Nullable(String),
    utm_medium Nullable(String),
    utm_campaign Nullable(String),
    utm_term Nullable(String),
    utm_content Nullable(String),
    device UInt8,
    engaged Float64,
    reached Array(String),
    sections Int32,
    reading_seconds Nullable(Float64),
    imported Bool
) engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
partition by generation
order by (story, hour);

-- The newest generation is the one that is read; it comes when its visits are there.
create table if not exists open_state on cluster '{cluster}' (
    generation Int64,
    hours Array(DateTime64(6, 'UTC'))
) engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
partition by generation
order by generation;
