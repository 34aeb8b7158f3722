using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Clients;
using Broadsheet.Content.V1;

namespace Broadsheet.Analytics.Stories;

/// <summary>Follows the change feed into the story tables.</summary>
internal sealed partial class StoryFollower(
    IAnalyticsStore store, StoryKnowledge stories, StoreWriter writer, Rollups rollups,
    ChangeFeedService.ChangeFeedServiceClient client, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger<StoryFollower>();

    /// <summary>When everything that the feed had was last known; null while that was never so since the start.</summary>
    public DateTimeOffset? CompleteAt { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var fromTheBeginning = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var anew = fromTheBeginning ? new HashSet<string>(StringComparer.Ordinal) : null;
                fromTheBeginning = false;
                await FollowAsync(anew is null ? await StoryKnowledge.CursorAsync(store, stoppingToken) : "", anew, stoppingToken);
            }
            catch (CursorExpiredException)
            {
                // What is known stays until the feed was read to its end: what is not in it then went meanwhile.
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
    }

    /// <param name="cursor">From where on; empty for the beginning.</param>
    /// <param name="anew">What was read of a feed that is read anew; null if it goes on from where it was left.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task FollowAsync(string cursor, HashSet<string>? anew, CancellationToken cancellationToken)
    {
        var reader = new ChangeFeedReader(client, FeedView.Published, time, loggers.CreateLogger<ChangeFeedReader>());
        await foreach (var message in reader.FollowAsync(cursor, cancellationToken))
        {
            var isComplete = (message.Head?.ChangesBehind ?? 0) == 0;
            if (message.Changes.Count > 0 || message.NextCursor != cursor)
            {
                if (message.Changes.Where(stories.IsNews).Select(change => change.CommitTime?.ToDateTimeOffset()).Min() is { } shown && shown < time.GetUtcNow() - Rollups.StorySettled)
                {
                    // Hours were rolled up without knowing what readers saw in them.
                    await rollups.ReopenAsync(shown, cancellationToken);
                }

                await writer.WriteAsync(0, batch =>
                {
                    stories.Apply(batch, message.Changes, anew);
                    if (isComplete && anew is not null)
                    {
                        stories.RemoveOthers(batch, anew);
                    }

                    // Until it was read to its end, a stop in between begins it once more.
                    batch.Cursor = anew is null || isComplete ? message.NextCursor : batch.Cursor;
                    return true;
                });
                stories.NoteStored();
                cursor = message.NextCursor;
                anew = isComplete ? null : anew;
            }

            if (isComplete)
            {
                CompleteAt = time.GetUtcNow();
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "stories can't be followed right now; tried again")]
    private static partial void LogStopped(ILogger logger, Exception exception);
}
