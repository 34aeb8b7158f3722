using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Realtime;

/// <summary>
/// Who reads what, worked out anew at most once a second and only while somebody waits for it; once for all who do. From the events and
/// not from what this process took in, so that replicas that share a store say the same.
/// </summary>
internal sealed class RealtimeFigures(IAnalyticsStore store, TimeProvider time)
{
    /// <summary>Who did something within this time is there.</summary>
    public static readonly TimeSpan Presence = TimeSpan.FromMinutes(5);

    /// <summary>How many minutes of views there are.</summary>
    public const int Minutes = 30;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _changing = new();
    private RealtimeSnapshot _last = RealtimeSnapshot.None;
    private DateTimeOffset _started = DateTimeOffset.MinValue;
    private Task<RealtimeSnapshot>? _next;

    /// <summary>How it is, at most a second old.</summary>
    public Task<RealtimeSnapshot> CurrentAsync()
    {
        lock (_changing)
        {
            return time.GetUtcNow() - _last.ComputedAt < Interval ? Task.FromResult(_last) : _next ??= ComputeAsync();
        }
    }

    /// <summary>How it is, worked out after the one given was.</summary>
    public Task<RealtimeSnapshot> AfterAsync(RealtimeSnapshot seen)
    {
        lock (_changing)
        {
            return _last.ComputedAt > seen.ComputedAt ? Task.FromResult(_last) : _next ??= ComputeAsync();
        }
    }

    private async Task<RealtimeSnapshot> ComputeAsync()
    {
        // Not under the lock of whoever began it.
        await Task.Yield();
        try
        {
            var wait = _started + Interval - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time);
            }

            // Taken before looking: what is acknowledged until now is seen.
            _started = time.GetUtcNow();
            var snapshot = await ReadAsync(_started);
            lock (_changing)
            {
                _last = snapshot;
            }

            return snapshot;
        }
        finally
        {
            lock (_changing)
            {
                _next = null;
            }
        }
    }

    private async Task<RealtimeSnapshot> ReadAsync(DateTimeOffset now)
    {
        var minute = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMinute));
        var snapshot = new RealtimeSnapshot(now, minute);
        var readers = new Sql(store.Dialect);
        readers.Text =
            $"""
            with recent as (
                select s.community as community, e.story as story, e.reader as reader, e.visitor as visitor
                {Recent(readers, now - Presence)})
            select community, story, cast(count(distinct reader) + count(distinct visitor) filter (where reader is null) as bigint) as readers
            from recent group by grouping sets ((), (community), (community, story))
            """;
        await store.ReadAsync(readers, row => snapshot.AddReaders(row.TextOf(0), row.TextOf(1), row.GetInt64(2)), CancellationToken.None);

        var views = new Sql(store.Dialect);
        // A clock that is ahead views in the minute that runs.
        var running = views.Parameter(minute);
        views.Text =
            $"""
            with recent as (
                select s.community as community, e.story as story, least(date_trunc('minute', e.occurred_at), {running}) as shown_at
                {Recent(views, minute.AddMinutes(1 - Minutes))} and e.kind = 1)
            select community, story, shown_at, cast(count(*) as bigint) as views
            from recent group by grouping sets ((shown_at), (community, shown_at), (community, story, shown_at))
            """;
        await store.ReadAsync(views, row => snapshot.AddViews(row.TextOf(0), row.TextOf(1), row.Moment(2), row.GetInt64(3)), CancellationToken.None);
        return snapshot.Sorted();
    }

    private string Recent(Sql sql, DateTimeOffset since) =>
        $"""
        from {store.Dialect.Events($"occurred_at >= {sql.Parameter(since)}")} e
        join {store.Dialect.Current("stories")} s on s.story = e.story
        where {CountedEvents.OfKnownStory}
        """;
}
