using Npgsql;

namespace Broadsheet.Content.Storage.Postgres;

/// <summary>
/// Gives committed changes their positions in the feed. One replica does at a time, in a short transaction; changes
/// that commit late simply get later positions, so a reader that goes by position misses none. Every replica runs
/// it: woken by its own commits, and by the clock for those of replicas that died.
/// </summary>
internal sealed partial class Sequencer(PostgresStore store, FeedOptions options, TimeProvider time, ILogger<Sequencer> logger) : BackgroundService
{
    private const int BatchSize = 1_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await store.Source.OpenConnectionAsync(stoppingToken);
                while (true)
                {
                    // Taken before looking: a commit after the look completes it.
                    var unnumbered = store.Unnumbered.Next;
                    while (await NumberAsync(connection, stoppingToken) == BatchSize)
                    {
                    }

                    await unnumbered.WaitAsync(options.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    stoppingToken.ThrowIfCancellationRequested();
                }
            }
            catch (NpgsqlException exception)
            {
                // What is not numbered stays in the outbox; the next turn, or another replica, takes it up.
                LogFailed(logger, exception);
                await Task.Delay(options.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<int> NumberAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1 from outbox limit 1", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
        {
            return 0;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        command.Transaction = transaction;
        // The lock has a statement of its own, so that the next one sees what the replica before has done under it.
        command.CommandText = $"select pg_advisory_xact_lock({AdvisoryLocks.Sequencer})";
        await command.ExecuteNonQueryAsync(cancellationToken);
        command.CommandText = $"""
            with taken as (
              delete from outbox where version in (select version from outbox order by version limit {BatchSize}) returning *
            ), numbered as (
              insert into changes (position, resource, commit_time, all_change, all_gone, published_change, published_gone)
              select feed.position + row_number() over (order by taken.version), resource, taken.commit_time, all_change, all_gone, published_change, published_gone
              from taken, feed
              returning position, commit_time
            )
            update feed set position = newest.position, commit_time = greatest(feed.commit_time, newest.commit_time)
            from (select max(position) as position, max(commit_time) as commit_time, count(*) as taken from numbered) newest
            where newest.taken > 0
            returning newest.taken
            """;
        var taken = await command.ExecuteScalarAsync(cancellationToken) is long count ? (int)count : 0;
        if (taken > 0)
        {
            command.CommandText = $"notify {FeedListener.Channel}";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    [LoggerMessage(LogLevel.Warning, "changes could not be numbered; will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
