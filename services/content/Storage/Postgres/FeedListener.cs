using System.Diagnostics;
using Npgsql;

namespace Broadsheet.Content.Storage.Postgres;

/// <summary>
/// Tells this replica what has changed, whoever changed it. NOTIFY wakes it; looking at the feed every <see cref="FeedOptions.PollInterval"/> is the guarantee.
/// </summary>
internal sealed partial class FeedListener(PostgresStore store, FeedOptions options, TimeProvider time, ILogger<FeedListener> logger) : BackgroundService
{
    /// <summary>The channel on which the sequencer notifies.</summary>
    public const string Channel = "broadsheet_feed";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await store.Source.OpenConnectionAsync(stoppingToken);
                await using var listen = new NpgsqlCommand($"listen {Channel}", connection);
                await listen.ExecuteNonQueryAsync(stoppingToken);
                if (store.LastLook == 0)
                {
                    // Nobody keeps anything in memory yet that older changes could concern.
                    await using var head = new NpgsqlCommand("select position from feed", connection);
                    seen = (long)(await head.ExecuteScalarAsync(stoppingToken))!;
                }

                await using var changes = new NpgsqlCommand("select position, resource from changes where position > $1 order by position limit 1000", connection);
                var after = changes.Parameters.Add(new NpgsqlParameter<long>());
                while (true)
                {
                    after.Value = seen;
                    var looked = Stopwatch.GetTimestamp();
                    var resources = new List<string>();
                    await using (var rows = await changes.ExecuteReaderAsync(stoppingToken))
                    {
                        while (await rows.ReadAsync(stoppingToken))
                        {
                            seen = rows.GetInt64(0);
                            resources.Add(rows.GetString(1));
                        }
                    }

                    if (resources.Count > 0)
                    {
                        store.Tell(resources);
                        store.Grown.Set();
                    }

                    if (resources.Count < 1_000)
                    {
                        store.LastLook = looked;
                        await connection.WaitAsync(options.PollInterval, stoppingToken);
                    }
                }
            }
            catch (NpgsqlException exception)
            {
                LogFailed(logger, exception);
                await Task.Delay(options.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "the feed can't be watched; will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
