using System.Data.Common;
using Broadsheet.Content.Storage;

namespace Broadsheet.Content.Feed;

/// <summary>
/// Frees the feed of changes that newer ones replace, so that it stays as large as what it describes. Of each
/// resource and view the newest change stays; a tombstone stays for a time of its own. Each step is a short
/// transaction, so that nobody waits long for it.
/// </summary>
internal sealed partial class FeedCompaction(ContentStore store, FeedOptions options, TimeProvider time, ILogger<FeedCompaction> logger) : BackgroundService
{
    private const int StepPositions = 500;

    /// <summary>Does all that is due now.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        while (await store.WriteAsync(StepAsync, cancellationToken))
        {
        }

        await store.WriteAsync(DropTombstonesAsync, cancellationToken);
        await store.WriteAsync(content => content.ForgetRequestsAsync(), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CompactionInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CompactAsync(stoppingToken);
            }
            catch (DbException exception)
            {
                // Nothing depends on it being done now.
                LogFailed(logger, exception);
            }
        }
    }

    /// <summary>Compacts the next few positions; false if none are old enough.</summary>
    private async Task<bool> StepAsync(ContentTransaction content)
    {
        var from = (await content.FeedStateAsync()).Compacted;
        var to = (long?)await content.ScalarAsync(
            """
            with next as (select position, commit_time from changes where position > @from order by position limit @step)
            select max(position) from next
            where not exists (select 1 from next young where young.position <= next.position and young.commit_time >= @horizon)
            """,
            ("@from", from), ("@step", StepPositions), ("@horizon", Before(content, options.CompactionHorizon)));
        if (to is null)
        {
            return false;
        }

        // A change is replaced when a newer one of its resource is in the step, in the same view.
        foreach (var view in new[] { "all", "published" })
        {
            await content.ExecuteAsync(
                $"""
                update changes set {view}_change = null
                where {view}_change is not null
                  and resource in (select resource from changes where position > @from and position <= @to)
                  and exists (
                    select 1 from changes newer
                    where newer.resource = changes.resource and newer.position > changes.position
                      and newer.position > @from and newer.position <= @to and newer.{view}_change is not null)
                """,
                ("@from", from), ("@to", to));
        }

        await content.ExecuteAsync(
            """
            delete from changes
            where all_change is null and published_change is null and position <= @to
              and resource in (select resource from changes where position > @from and position <= @to)
            """,
            ("@from", from), ("@to", to));
        await content.ExecuteAsync("update compaction set compacted = @to", ("@to", to));
        return true;
    }

    private async Task<bool> DropTombstonesAsync(ContentTransaction content)
    {
        var oldest = Before(content, options.TombstoneRetention);
        var compacted = (await content.FeedStateAsync()).Compacted;
        var newest = (long?)await content.ScalarAsync(
            "select max(position) from changes where position <= @compacted and commit_time < @oldest and (all_gone = 1 or published_gone = 1)",
            ("@compacted", compacted), ("@oldest", oldest));
        if (newest is null)
        {
            return false;
        }

        foreach (var view in new[] { "all", "published" })
        {
            await content.ExecuteAsync(
                $"update changes set {view}_change = null, {view}_gone = 0 where {view}_gone = 1 and position <= @newest and commit_time < @oldest",
                ("@newest", newest), ("@oldest", oldest));
        }

        await content.ExecuteAsync(
            "delete from changes where all_change is null and published_change is null and position <= @newest", ("@newest", newest));
        await content.ExecuteAsync("update compaction set dropped = @newest where dropped < @newest", ("@newest", newest));
        return true;
    }

    private static long Before(ContentTransaction content, TimeSpan age) =>
        ContentTransaction.ToMicroseconds(content.Now) - (age.Ticks / TimeSpan.TicksPerMicrosecond);

    [LoggerMessage(LogLevel.Warning, "the feed could not be compacted; will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
