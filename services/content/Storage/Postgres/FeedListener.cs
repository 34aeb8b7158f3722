using Npgsql;

namespace Broadsheet.Content.Storage.Postgres;

/// <summary>
/// Tells this replica's readers that the feed has grown, whoever made the change. NOTIFY wakes it; looking at the
/// feed's position every <see cref="FeedOptions.PollInterval"/> is the guarantee.
/// </summary>
internal sealed partial class FeedListener(PostgresStore store, FeedOptions options, TimeProvider time, ILogger<FeedListener> logger) : BackgroundService
{
    /// <summary>The channel on which the sequencer notifies.</summary>
    public const string Channel = "broadsheet_feed";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = -1L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await store.Source.OpenConnectionAsync(stoppingToken);
                await using var command = new NpgsqlCommand($"listen {Channel}", connection);
                await command.ExecuteNonQueryAsync(stoppingToken);
                command.CommandText = "select position from feed";
                while (true)
                {
                    var position = (long)(await command.ExecuteScalarAsync(stoppingToken))!;
                    if (position != seen)
                    {
                        seen = position;
                        store.Grown.Set();
                    }

                    await connection.WaitAsync(options.PollInterval, stoppingToken);
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
