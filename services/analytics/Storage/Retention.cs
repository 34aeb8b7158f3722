using Broadsheet.Analytics.Reading;

namespace Broadsheet.Analytics.Storage;

/// <summary>
/// Removes raw events that are older than they are kept, day by day, once their hours are rolled up. The visits that they were folded
/// into stay.
/// </summary>
internal sealed partial class Retention(IAnalyticsStore store, Rollups rollups, AnalyticsOptions options, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Removes what is too old; returns the moment before which nothing is left, or null if hours before it are not rolled up yet.</summary>
    public async Task<DateTimeOffset?> ApplyAsync(CancellationToken cancellationToken)
    {
        var horizon = options.RawEventsFrom(time.GetUtcNow());
        if ((await rollups.OpenHoursAsync(cancellationToken)).Any(hour => hour < horizon))
        {
            return null;
        }

        var old = new Sql(store.Dialect);
        old.Text = $"select cast(count(*) as bigint) from events where occurred_at < {old.Parameter(horizon)}";
        var count = (await store.QueryAsync(old, row => row.GetInt64(0), cancellationToken))[0];
        if (count > 0)
        {
            var delete = new Sql(store.Dialect);
            delete.Text = $"delete from events where occurred_at < {delete.Parameter(horizon)}";
            await store.ChangeAsync([delete], cancellationToken);
            LogRemoved(logger, count, horizon);
        }

        return horizon;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ApplyAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // They are removed an hour later.
                LogStopped(logger, exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "removed {Count} raw events from before {Horizon:u}; the visits stay")]
    private static partial void LogRemoved(ILogger logger, long count, DateTimeOffset horizon);

    [LoggerMessage(LogLevel.Warning, "raw events that are too old could not be removed; tried again")]
    private static partial void LogStopped(ILogger logger, Exception exception);
}
