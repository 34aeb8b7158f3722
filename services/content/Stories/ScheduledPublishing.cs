using System.Data.Common;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories;

/// <summary>
/// Publishes scheduled stories when they are due. What is due is in the store, so a restart forgets nothing, and every
/// replica looks: a story is published in a transaction that checks that it still is to be, so only once.
/// </summary>
internal sealed partial class ScheduledPublishing(ContentStore store, ScheduleSignal scheduled, TimeProvider time, ILogger<ScheduledPublishing> logger)
    : BackgroundService
{
    private const int Batch = 100;

    // A schedule made at another replica is found at the next look, should that replica go away before it is due.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Timers count whole milliseconds.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    // Stories that failed for a reason of their own, and when they are tried again; they don't hold up the others.
    private readonly Dictionary<string, DateTimeOffset> _putOff = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before looking: a story that is scheduled after the look completes it.
            var changed = scheduled.Next;
            var wait = Longest;
            try
            {
                wait = await PublishDueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(logger, exception);
            }

            await changed.WaitAsync(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Publishes what is due, and says how long nothing else will be.</summary>
    private async Task<TimeSpan> PublishDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await store.ReadAsync(
                content => content.AllAsync(
                    "select name, schedule_time from stories where schedule_time is not null order by schedule_time, name limit @limit",
                    row => (Name: row.GetString(0), Time: ContentTransaction.FromMicroseconds(row.GetInt64(1)).ToDateTimeOffset()),
                    ("@limit", Batch + _putOff.Count)),
                cancellationToken);
            var now = time.GetUtcNow();
            foreach (var passed in _putOff.Where(story => story.Value <= now).Select(story => story.Key).ToList())
            {
                _putOff.Remove(passed);
            }

            var waits = next.ConvertAll(story => (_putOff.TryGetValue(story.Name, out var later) && later > story.Time ? later : story.Time) - now);
            for (var i = 0; i < next.Count; i++)
            {
                if (waits[i] <= TimeSpan.Zero)
                {
                    await PublishAsync(next[i].Name, cancellationToken);
                }
            }

            if (waits.TrueForAll(wait => wait > TimeSpan.Zero))
            {
                var wait = waits.Append(Longest).Min();
                return wait < Shortest ? Shortest : wait;
            }
        }
    }

    private async Task PublishAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var row = await store.WriteAsync(content => StoryPublishing.PublishDueAsync(content, name), cancellationToken);
            _putOff.Remove(name);
            if (row is { Workflow.Stage: StoryState.Returned })
            {
                LogReturned(logger, name);
            }
            else if (row is not null)
            {
                LogPublished(logger, name, row.PublishedRevision);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever is wrong with one story, the others are due as well; but not while the store itself fails.
            _putOff[name] = time.GetUtcNow() + AfterFailure;
            LogPutOff(logger, name, exception);
            if (exception is DbException)
            {
                throw;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "published {Story} revision {Revision} as scheduled")]
    private static partial void LogPublished(ILogger logger, string story, int revision);

    [LoggerMessage(LogLevel.Warning, "{Story} was due but lacks what its community requires; returned to its writer")]
    private static partial void LogReturned(ILogger logger, string story);

    [LoggerMessage(LogLevel.Error, "{Story} was due but could not be published; will be tried again")]
    private static partial void LogPutOff(ILogger logger, string story, Exception exception);

    [LoggerMessage(LogLevel.Warning, "scheduled stories could not be looked for; will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

/// <summary>Set when a story was scheduled here, so that its time is known at once.</summary>
internal sealed class ScheduleSignal
{
    private readonly FeedSignal _signal = new();

    /// <summary>Completes when a story is scheduled after this was read.</summary>
    public Task Next => _signal.Next;

    public void Set() => _signal.Set();
}
