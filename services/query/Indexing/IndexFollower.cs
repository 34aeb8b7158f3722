using Broadsheet.Clients;
using Broadsheet.Content.V1;

namespace Broadsheet.Query.Indexing;

/// <summary>Follows the change feed into one index.</summary>
internal sealed class IndexFollower(StoryIndex index, ChangeFeedReader reader, TimeProvider time)
{
    // While there is more to read, what was read is shown now and then; afterwards at once.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);
    private const int CommitChanges = 2_000;

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FeedPosition? _position;

    /// <summary>The index that is written.</summary>
    public StoryIndex Index => index;

    /// <summary>Completes when everything that the feed had can be found.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Why the feed can't be followed right now; null while it can.</summary>
    public string? FeedError => _position is null ? reader.LastError ?? "content was not reached yet" : reader.LastError;

    /// <summary>How many changes the feed has that the index has not, as last heard.</summary>
    public long ChangesBehind => _position?.Behind ?? 0;

    /// <summary>Age of the oldest change not applied, at most; null while content can't be reached.</summary>
    public TimeSpan? Lag => FeedError is not null || _position is not { } position
        ? null
        : position is { Behind: > 0, LastCommit: { } last } ? time.GetUtcNow() - last : TimeSpan.Zero;

    /// <summary>When the index was last known to hold all that the feed has; null if it never did.</summary>
    public DateTimeOffset? CompleteAt { get; private set; }

    /// <summary>Follows until cancelled.</summary>
    /// <exception cref="CursorExpiredException">The feed can't be continued from where the index stands.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var committing = CommitRegularlyAsync(stop.Token);
        try
        {
            // Whichever ends first ends both: an index that can't be made durable must not go on taking changes.
            var following = FollowAsync(stop.Token);
            await await Task.WhenAny(following, committing);
        }
        finally
        {
            await stop.CancelAsync();
            await committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var refreshed = 0L;
        var committed = 0L;
        await foreach (var message in reader.FollowAsync(index.Cursor, cancellationToken))
        {
            var behind = message.Head?.ChangesBehind ?? 0;
            if (message.Changes.Count > 0 || message.NextCursor != index.Cursor)
            {
                index.Apply(message.Changes, message.NextCursor);
                if (behind == 0 || time.GetElapsedTime(refreshed) > RefreshInterval)
                {
                    index.Refresh();
                    refreshed = time.GetTimestamp();
                }

                if (index.Applied - committed >= CommitChanges)
                {
                    index.Commit();
                    committed = index.Applied;
                }
            }

            Note(message, behind);
            if (behind == 0 && !_caughtUp.Task.IsCompleted)
            {
                // What was read from the beginning is worth a commit of its own before the replica says that it is ready.
                index.Commit();
                _caughtUp.SetResult();
            }
        }
    }

    private void Note(WatchChangesResponse message, long behind)
    {
        var last = message.Changes.Count > 0 ? message.Changes[^1].CommitTime?.ToDateTimeOffset() : _position?.LastCommit;
        _position = new FeedPosition(behind, last);
        if (behind == 0)
        {
            CompleteAt = time.GetUtcNow();
        }
    }

    private async Task CommitRegularlyAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(CommitInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            index.Commit();
        }
    }

    private sealed record FeedPosition(long Behind, DateTimeOffset? LastCommit);
}
