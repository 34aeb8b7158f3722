using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Reading;

/// <summary>
/// Rolls up hours: the events of an hour that is over, folded into the table <c>visits</c>. Always the whole hour from the raw events,
/// so that doing it twice changes nothing. An hour is rolled up when nothing that touches it came in for a while; what comes late makes
/// it open again until it is rolled up anew.
/// </summary>
internal sealed partial class Rollups(IAnalyticsStore store, AnalyticsOptions options, TimeProvider time, ILogger<Rollups> logger) : BackgroundService
{
    /// <summary>So long an event whose story was not known when it came may still begin to count.</summary>
    public static readonly TimeSpan StorySettled = TimeSpan.FromMinutes(11);

    private const int MostHoursAtOnce = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // What was received so long ago is in the tables: calls don't wait longer to be written.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private readonly Lock _changing = new();
    private readonly SemaphoreSlim _passing = new(1, 1);
    private readonly HashSet<DateTimeOffset> _open = [];
    private readonly HashSet<DateTimeOffset> _rolled = [];
    private DateTimeOffset _watermark;
    private long _changes;
    private bool _loaded;

    /// <summary>The hour in which a moment lies.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    /// <summary>The first moment whose hour can be folded from raw events: a fold looks two days back.</summary>
    public static DateTimeOffset FoldableFrom(AnalyticsOptions options, DateTimeOffset now) => options.RawEventsFrom(now).AddDays(2);

    /// <summary>The hours whose events must be folded, oldest first. All others are rolled up as they are now.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> OpenHoursAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        var hours = new HashSet<DateTimeOffset>();
        DateTimeOffset watermark;
        lock (_changing)
        {
            hours.UnionWith(_open);
            watermark = _watermark;
        }

        hours.UnionWith(await TouchedAsync(watermark, cancellationToken));
        return [.. hours.Order()];
    }

    /// <summary>Something that is another when the open hours are others or hold other events.</summary>
    public async Task<(DateTimeOffset Watermark, long Changes, long Events)> StateAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        DateTimeOffset watermark;
        long changes;
        lock (_changing)
        {
            (watermark, changes) = (_watermark, _changes);
        }

        return (watermark, changes, (await LateAsync(watermark, cancellationToken)).Count);
    }

    /// <summary>
    /// Makes hours from the moment on open, because what is known of stories then was not known when they were rolled up. Hours whose raw
    /// events are gone stay as they are.
    /// </summary>
    public async Task ReopenAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        var foldable = FoldableFrom(options, time.GetUtcNow());
        from = from > foldable ? from : foldable;
        await _passing.WaitAsync(cancellationToken);
        try
        {
            List<DateTimeOffset> reopened;
            lock (_changing)
            {
                reopened = [.. _rolled.Where(hour => hour >= HourOf(from))];
            }

            if (reopened.Count > 0)
            {
                var sql = new Sql(store.Dialect);
                sql.Text = $"delete from rollup_hours where hour >= {sql.Parameter(HourOf(from))}";
                lock (_changing)
                {
                    _open.UnionWith(reopened);
                    _rolled.ExceptWith(reopened);
                    _changes++;
                }

                await store.ChangeAsync([sql], cancellationToken);
            }
        }
        finally
        {
            _passing.Release();
        }
    }

    /// <summary>Rolls up what can be; returns how many hours that were.</summary>
    public async Task<int> PassAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        await _passing.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var touched = await TouchedAsync(_watermark, cancellationToken);
            var unsettled = await TouchedAsync(now, cancellationToken);
            List<DateTimeOffset> ready;
            lock (_changing)
            {
                if (touched.Except(_open).Any())
                {
                    _changes++;
                }

                _open.UnionWith(touched);
                ready = [.. _open.Where(hour => hour.AddHours(1) + Ahead <= now && !unsettled.Contains(hour)).Order()];
                // From here on late events are told by what comes after this moment. While there are none it need not move.
                _watermark = touched.Count > 0 ? now : _watermark;
            }

            var left = ready.Count;
            foreach (var hours in Chunks(ready))
            {
                left -= hours.Count;
                await RollAsync(hours, left == 0 ? now : null, cancellationToken);
            }

            return ready.Count;
        }
        finally
        {
            _passing.Release();
        }
    }

    public override void Dispose()
    {
        _passing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await PassAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Nothing is lost by it: hours stay open, and are folded whenever they are asked for.
                LogStopped(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RollAsync(List<DateTimeOffset> hours, DateTimeOffset? watermark, CancellationToken cancellationToken)
    {
        store.CheckRoom();
        var generation = time.GetUtcNow().UtcTicks + Random.Shared.Next(1_000);
        var visits = new Sql(store.Dialect);
        var number = visits.Parameter(generation);
        visits.Text = $"insert into visits (generation, {VisitFigures.Columns}) select {number}, {VisitFigures.Columns} from ({VisitFigures.Fold(visits, hours, null)}) f";
        var statements = new List<Sql> { visits };
        foreach (var hour in hours)
        {
            var rolled = new Sql(store.Dialect);
            rolled.Text = $"insert into rollup_hours values ({rolled.Parameter(hour)}, {rolled.Parameter(generation)})";
            statements.Add(rolled);
        }

        foreach (var table in (string[])["visits", "rollup_hours"])
        {
            var old = new Sql(store.Dialect);
            old.Text = $"delete from {table} where {old.In("hour", hours)} and generation < {old.Parameter(generation)}";
            statements.Add(old);
        }

        if (watermark is { } moment)
        {
            // Only with the last: whoever starts anew must find the hours that were not rolled up.
            statements.Add(store.Dialect.SetWatermark(moment));
        }

        await store.ChangeAsync(statements, cancellationToken);
        lock (_changing)
        {
            _open.ExceptWith(hours);
            _rolled.UnionWith(hours);
            _changes++;
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _loaded))
        {
            return;
        }

        await _passing.WaitAsync(cancellationToken);
        try
        {
            if (_loaded)
            {
                return;
            }

            var rolled = await store.QueryAsync("select distinct hour from rollup_hours", row => row.Moment(0), cancellationToken);
            var written = await store.QueryAsync("select distinct date_trunc('hour', occurred_at) from events", row => row.Moment(0), cancellationToken);
            var watermarks = await store.QueryAsync($"select watermark from {store.Dialect.Current("rollup_state")} s", row => row.Moment(0), cancellationToken);
            lock (_changing)
            {
                _rolled.UnionWith(rolled);
                _open.UnionWith(written.Except(rolled));
                _watermark = watermarks.Count > 0 ? watermarks[0] : DateTimeOffset.UnixEpoch;
            }

            Volatile.Write(ref _loaded, true);
        }
        finally
        {
            _passing.Release();
        }
    }

    /// <summary>The hours that events received since the moment have to do with: their own, those of their visits, and the next for sessions.</summary>
    private async Task<HashSet<DateTimeOffset>> TouchedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (count, first) = await LateAsync(since, cancellationToken);
        if (count == 0)
        {
            return [];
        }

        var hours = new Sql(store.Dialect);
        var lookBack = hours.Parameter(first - TimeSpan.FromDays(1));
        hours.Text =
            $"""
            with late as (select e.story as story, coalesce(e.visit, '') as visit, e.occurred_at as occurred_at {Since(hours, since)})
            select date_trunc('hour', occurred_at) as hour from late
            union distinct select date_trunc('hour', occurred_at + interval 30 minute) from late
            union distinct select date_trunc('hour', v.occurred_at) from {store.Dialect.Events($"occurred_at >= {lookBack} and kind = 1")} v
                where (v.story, v.visit) in (select story, visit from late where visit <> '')
            """;
        return [.. await store.QueryAsync(hours, row => row.Moment(0), cancellationToken)];
    }

    private async Task<(long Count, DateTimeOffset First)> LateAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var found = new Sql(store.Dialect);
        found.Text = $"select cast(count(*) as bigint), min(e.occurred_at) {Since(found, since)}";
        return (await store.QueryAsync(found, row => (row.GetInt64(0), row.IsDBNull(1) ? default : row.Moment(1)), cancellationToken))[0];
    }

    private string Since(Sql sql, DateTimeOffset since)
    {
        var (settled, storySettled) = (sql.Parameter(Later(since, Settled)), sql.Parameter(Later(since, StorySettled)));
        return
            $"""
            from {store.Dialect.Events($"received_at > {storySettled}")} e
            left join {store.Dialect.Current("stories")} s on s.story = e.story
            where e.received_at > {settled} or (coalesce(e.story, '') <> '' and coalesce(s.known_from >= e.received_at - interval 1 minute, true))
            """;
    }

    private static DateTimeOffset Later(DateTimeOffset moment, TimeSpan by) => moment.UtcTicks > by.Ticks ? moment - by : moment;

    private static IEnumerable<List<DateTimeOffset>> Chunks(List<DateTimeOffset> hours)
    {
        var chunk = new List<DateTimeOffset>();
        foreach (var hour in hours)
        {
            if (chunk.Count > 0 && (chunk.Count == MostHoursAtOnce || hour - chunk[^1] > TimeSpan.FromHours(1)))
            {
                yield return chunk;
                chunk = [];
            }

            chunk.Add(hour);
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }

    [LoggerMessage(LogLevel.Warning, "hours could not be rolled up; tried again")]
    private static partial void LogStopped(ILogger logger, Exception exception);
}
