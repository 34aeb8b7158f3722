using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Reading;

/// <summary>
/// Raw events folded into visits. Whatever order events came in, and however often a heartbeat was sent or lost before a later
/// one, a visit looks the same.
/// </summary>
internal static class VisitFigures
{
    /// <summary>The columns of a visit, those of the table <c>visits</c> but its generation.</summary>
    public const string Columns =
        "hour, story, revision, viewed_at, views, visits, shares, sessions, reader, visitor, referrer_host, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, device, "
        + "engaged, reached, sections, reading_seconds, imported";

    /// <summary>A reader who did nothing for this long begins a new session with the next view.</summary>
    public static readonly TimeSpan SessionGap = TimeSpan.FromMinutes(30);

    // So long a visit lasts at most, whatever carries its id later.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>
    /// The visits, views and shares that belong to hours, as a select of <see cref="Columns"/>. What it says of an hour does not depend
    /// on which other hours are asked for.
    /// </summary>
    /// <param name="sql">Takes the parameters.</param>
    /// <param name="hours">The hours, oldest first; at least one.</param>
    /// <param name="condition">On the column <c>story</c>; null for all stories.</param>
    public static string Fold(Sql sql, IReadOnlyList<DateTimeOffset> hours, string? condition)
    {
        var dialect = sql.Dialect;
        var and = condition is null ? "" : $" and {condition}";
        var (from, to) = (hours[0], hours[^1].AddHours(1));
        var (start, end) = (sql.Parameter(from), sql.Parameter(to));
        // The engine leaves out what lies before and after all of them by the first condition, whatever it makes of the others.
        var listed = $"occurred_at >= {start} and occurred_at < {end} and {HourSpans.Condition(sql, "occurred_at", hours)}";
        // Whether a view is the first of its visit shows in the day before it; which revision that day's views showed, in the one before.
        var (before, after) = (sql.Parameter(from - Longest - Longest), sql.Parameter(to + Longest));
        var quiet = sql.Parameter(from - SessionGap);
        var day = (long)Longest.TotalMicroseconds;
        // A window's reach has 32 bits on ClickHouse.
        var dayInMillis = (int)Longest.TotalMilliseconds;
        return
            $"""
            with within as materialized (select * from {dialect.Events($"{listed} and kind in (1, 2, 3){and}")} w),
            active as materialized (select distinct story, visit from within where kind in (1, 3) and coalesce(visit, '') <> ''),
            parts as (
                select event_id, received_at, kind, story, visit, occurred_at, revision, reader, visitor, referrer_host, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
                    device, engaged_seconds, sections, imported
                from within where coalesce(visit, '') <> '' or kind <> 2
                -- Of the days before only views matter, of the day after only heartbeats: engines need not read more of them.
                union all
                select event_id, received_at, kind, story, visit, occurred_at, revision, null, null, null, channel, null, null, null, null, null, device, null, {dialect.NoText}, imported
                from {dialect.Events($"occurred_at >= {before} and occurred_at < {end} and kind = 1 and not ({listed}){and}")} b where (b.story, b.visit) in (select story, visit from active)
                union all
                select event_id, received_at, kind, story, visit, occurred_at, revision, reader, visitor, null, channel, null, null, null, null, null, device, engaged_seconds, sections, imported
                from {dialect.Events($"occurred_at >= {start} and occurred_at < {after} and kind = 2 and not ({listed}){and}")} h where (h.story, h.visit) in (select story, visit from active)
            ),
            own as materialized (
                select e.event_id, e.kind, e.story, coalesce(e.visit, '') as visit, e.occurred_at, {dialect.Micros("e.occurred_at")} as micros, cast(floor({dialect.Micros("e.occurred_at")} / 1000) as bigint) as millis, e.revision, e.reader, e.visitor,
                    e.referrer_host, e.channel, e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content, e.device, e.engaged_seconds, e.sections, e.imported
                from parts e join {dialect.Current("stories")} s on s.story = e.story
                where {CountedEvents.OfKnownStory}
            ),
            placed as (
                -- A page that is open while the story is published anew goes on showing what it showed at first.
                select o.*, case when o.visit = '' then o.micros
                    else coalesce(min(case when o.kind = 1 then o.micros end) over (partition by o.story, o.visit order by o.millis range between {dayInMillis} preceding and current row), o.micros) end as opened
                from own o
            ),
            revisions as materialized (select story, revision, {dialect.Micros("shown_from")} as shown_from, sections, reading_seconds from {dialect.Current("story_revisions")} r),
            -- Under names of their own, because `pl.*` names a column by its table where another table has one of that name.
            showings as (select story as of_story, revision as of_revision, shown_from from revisions),
            first_revisions as (select story as of_story, min(revision) as first_revision from revisions group by story),
            counted as (
                -- A clock that is a little slow opens a page before it was there.
                select pl.*, cast(case when pl.revision > 0 then pl.revision else coalesce(r.of_revision, f.first_revision) end as integer) as shown
                from placed pl
                asof left join showings r on r.of_story = pl.story and pl.opened >= r.shown_from
                left join first_revisions f on f.of_story = pl.story
            ),
            ordered as (
                select c.*, max(case when c.kind = 1 then c.micros end) over (
                    partition by c.story, c.visit, c.shown order by c.micros, cast(c.event_id as varchar) rows between unbounded preceding and 1 preceding) as last_view
                from counted c
            ),
            marked as (
                select o.*, case when o.kind = 1 and o.visit <> '' and (o.last_view is null or o.micros - o.last_view > {day}) then 1 else 0 end as is_first from ordered o
            ),
            visiting as materialized (
                select m.*, max(case when m.is_first = 1 then m.micros end) over (partition by m.story, m.visit, m.shown order by m.micros range between unbounded preceding and current row) as began
                from marked m
            ),
            lookers as materialized (select distinct {Who("q")} as who from within q where q.kind = 1),
            quiet as materialized (
                select event_id from (
                    select q.event_id, q.kind, q.occurred_at, lag({dialect.Micros("q.occurred_at")}) over (partition by {Who("q")} order by q.occurred_at, cast(q.event_id as varchar)) as last_seen
                    from {dialect.Events($"occurred_at >= {quiet} and occurred_at < {end}")} q
                    where {Who("q")} in (select who from lookers)
                ) w
                where w.kind = 1 and w.occurred_at >= {start} and (w.last_seen is null or {dialect.Micros("w.occurred_at")} - w.last_seen > {(long)SessionGap.TotalMicroseconds})
            ),
            visited as (
                select story, shown, min(case when is_first = 1 then occurred_at end) as viewed_at,
                    max(case when is_first = 1 and event_id in (select event_id from quiet) then 1 else 0 end) as sessions,
                    max(case when {Told} then reader end) as reader, max(case when {Told} then cast(visitor as varchar) end) as visitor, max(case when is_first = 1 then referrer_host end) as referrer_host,
                    max(case when is_first = 1 then channel end) as channel, max(case when is_first = 1 then utm_source end) as utm_source,
                    max(case when is_first = 1 then utm_medium end) as utm_medium, max(case when is_first = 1 then utm_campaign end) as utm_campaign,
                    max(case when is_first = 1 then utm_term end) as utm_term, max(case when is_first = 1 then utm_content end) as utm_content,
                    max(case when is_first = 1 then device end) as device,
                    -- Never more than what had passed since the view.
                    coalesce(max(case when kind = 2 then least(engaged_seconds, (micros - began) / 1e6) end), 0) as engaged,
                    {dialect.Union("sections")} as seen, max(case when is_first = 1 then imported end) as imported
                from visiting
                where visit <> '' and micros - began < {day}
                group by story, shown, visit, began
            ),
            whole as (select * from (select v.*, v.viewed_at as occurred_at from visited v) w where {listed})
            select date_trunc('hour', x.viewed_at) as hour, x.story as story, x.shown as revision, x.viewed_at as viewed_at,
                1 as views, 1 as visits, 0 as shares, x.sessions as sessions,
                x.reader as reader, cast(x.visitor as UUID) as visitor, x.referrer_host as referrer_host, x.channel as channel,
                x.utm_source as utm_source, x.utm_medium as utm_medium, x.utm_campaign as utm_campaign, x.utm_term as utm_term, x.utm_content as utm_content, x.device as device,
                x.engaged as engaged, {dialect.Intersect("x.seen", "r.sections")} as reached, cast(coalesce(length(r.sections), 0) as integer) as sections,
                r.reading_seconds as reading_seconds, x.imported as imported
            from whole x left join revisions r on r.story = x.story and r.revision = x.shown
            union all
            -- A view that begins no visit, and a share.
            select date_trunc('hour', c.occurred_at), c.story, c.shown, c.occurred_at,
                case when c.kind = 1 then 1 else 0 end, 0, case when c.kind = 3 then 1 else 0 end, case when c.event_id in (select event_id from quiet) then 1 else 0 end,
                c.reader, c.visitor, c.referrer_host, c.channel, c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term, c.utm_content, c.device,
                0, {dialect.NoText}, 0, null, c.imported
            from visiting c
            where {listed} and (c.kind = 3 or (c.kind = 1 and c.is_first = 0))
            """;
    }

    // Other views and shares of a visit have rows of their own, and may lie in other hours.
    private const string Told = "is_first = 1 or kind = 2";

    // Who cannot be told apart by anything else is somebody else each time.
    private static string Who(string source) => $"coalesce({source}.reader, cast({source}.visitor as varchar), {source}.visit, cast({source}.event_id as varchar))";
}
