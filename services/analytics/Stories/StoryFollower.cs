using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Storage;
using Broadsheet.Clients;
using Broadsheet.Content.V1;

namespace Broadsheet.Analytics.Stories;

/// <summary>
/// Follows the change feed into the story tables, and gives up on events whose story was not published within ten minutes.
/// </summary>
internal sealed partial class StoryFollower(
    AnalyticsStore store, StoryKnowledge stories, EventLog log, StoreWriter writer,
    ChangeFeedService.ChangeFeedServiceClient client, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PendingInterval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<StoryFollower>();

    /// <summary>When everything that the feed had was last known; null while that was never so.</summary>
    public DateTimeOffset? CompleteAt { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pending = CountUnknownRegularlyAsync(stoppingToken);
        var fromTheBeginning = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var cursor = fromTheBeginning ? "" : await store.ReadAsync(StoryKnowledge.Cursor, stoppingToken);
                fromTheBeginning = false;
                await FollowAsync(cursor, stoppingToken);
            }
            catch (CursorExpiredException)
            {
                // What is known stays: versions say what is newer, and what went meanwhile only stays known for longer.
                fromTheBeginning = true;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogStopped(_logger, exception);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FollowAsync(string cursor, CancellationToken cancellationToken)
    {
        var reader = new ChangeFeedReader(client, FeedView.Published, time, loggers.CreateLogger<ChangeFeedReader>());
        await foreach (var message in reader.FollowAsync(cursor, cancellationToken))
        {
            if (message.Changes.Count > 0 || message.NextCursor != cursor)
            {
                await writer.WriteAsync(0, connection =>
                {
                    stories.Apply(connection, message.Changes, message.NextCursor);
                    return true;
                });
                cursor = message.NextCursor;
            }

            if ((message.Head?.ChangesBehind ?? 0) == 0)
            {
                CompleteAt = time.GetUtcNow();
            }
        }
    }

    private async Task CountUnknownRegularlyAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PendingInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // While the feed can't be followed nobody can say that a story was not published.
            if (CompleteAt is { } complete)
            {
                try
                {
                    await writer.WriteAsync(0, connection => log.CountUnknown(connection, complete - EventLog.Patience));
                }
                catch (Exception exception)
                {
                    LogStopped(_logger, exception);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "stories can't be followed right now; tried again")]
    private static partial void LogStopped(ILogger logger, Exception exception);
}
