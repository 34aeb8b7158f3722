using System.Threading.Channels;
using Broadsheet.Clients;
using Broadsheet.Content.V1;

namespace Broadsheet.Query.Indexing;

/// <summary>Follows the change feed into one index.</summary>
internal sealed class IndexFollower(StoryIndex index, ChangeFeedReader reader, TimeProvider time)
{
    // What changes is shown at once if nothing was shown lately; under load, showing takes a third of the time at most.
    private const int RefreshPause = 2;
    private static readonly TimeSpan LeastRefreshPause = TimeSpan.FromMilliseconds(20);
    private const int FarBehind = 1_000;
    private static readonly TimeSpan FarBehindRefreshPause = TimeSpan.FromSeconds(1);

    // Nobody is answered yet, and every refresh and commit makes small segments that have to be merged.
    private static readonly TimeSpan FirstRefreshPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstCommitPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan CommitPause = TimeSpan.FromSeconds(1);
    private const int CommitPauseTimes = 4;

    // Messages that are read ahead, and the changes that are applied together, which is done by all processors. Nothing of
    // a batch is shown before all of it is applied.
    private const int ReadAhead = 8;
    private const int MaxBatch = 100;

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
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
        var messages = Channel.CreateBounded<WatchChangesResponse>(new BoundedChannelOptions(ReadAhead) { SingleReader = true, SingleWriter = true });
        Task[] parts =
        [
            ReadAsync(messages.Writer, stop.Token),
            ApplyAsync(messages.Reader, stop.Token),
            RefreshAsync(stop.Token),
            CommitAsync(stop.Token),
        ];
        try
        {
            // Whichever ends first ends all: an index that can't be made durable must not go on taking changes.
            await await Task.WhenAny(parts);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ChannelWriter<WatchChangesResponse> messages, CancellationToken cancellationToken)
    {
        await foreach (var message in reader.FollowAsync(index.Cursor, cancellationToken))
        {
            await messages.WriteAsync(message, cancellationToken);
        }
    }

    private async Task ApplyAsync(ChannelReader<WatchChangesResponse> messages, CancellationToken cancellationToken)
    {
        // The index must not be written to by whoever starts to follow.
        await Task.Yield();
        await foreach (var first in messages.ReadAllAsync(cancellationToken))
        {
            var message = first;
            var changes = new List<Change>(first.Changes);
            while (changes.Count < MaxBatch && messages.TryRead(out var next))
            {
                message = next;
                changes.AddRange(next.Changes);
            }

            if (changes.Count > 0 || message.NextCursor != index.Cursor)
            {
                index.Apply(changes, message.NextCursor);
                _changed.Writer.TryWrite(true);
            }

            var behind = message.Head?.ChangesBehind ?? 0;
            Note(changes, behind);
            if (behind == 0 && !_caughtUp.Task.IsCompleted)
            {
                // What was read from the beginning is worth a commit of its own before the replica says that it is ready.
                index.Refresh();
                index.Commit();
                _caughtUp.SetResult();
            }
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var (ended, last) = (0L, TimeSpan.Zero);
        while (true)
        {
            await _changed.Reader.ReadAsync(cancellationToken);
            while (ended != 0 && Pause(last) - time.GetElapsedTime(ended) is { Ticks: > 0 } left)
            {
                var pause = Task.Delay(left, time, cancellationToken);
                await (_caughtUp.Task.IsCompleted ? pause : Task.WhenAny(pause, _caughtUp.Task));
                cancellationToken.ThrowIfCancellationRequested();
            }

            var started = time.GetTimestamp();
            index.Refresh();
            (ended, last) = (time.GetTimestamp(), time.GetElapsedTime(started));
            IndexTelemetry.Refreshed(last);
        }
    }

    private TimeSpan Pause(TimeSpan lastRefresh)
    {
        var least = !_caughtUp.Task.IsCompleted ? FirstRefreshPause : ChangesBehind > FarBehind ? FarBehindRefreshPause : LeastRefreshPause;
        var usual = lastRefresh * RefreshPause;
        return usual > least ? usual : least;
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        var (ended, last) = (time.GetTimestamp(), TimeSpan.Zero);
        using var timer = new PeriodicTimer(CommitPause, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (time.GetElapsedTime(ended) >= (_caughtUp.Task.IsCompleted ? last * CommitPauseTimes : FirstCommitPause))
            {
                var started = time.GetTimestamp();
                index.Commit();
                (ended, last) = (time.GetTimestamp(), time.GetElapsedTime(started));
                IndexTelemetry.Committed(last);
            }
        }
    }

    private void Note(List<Change> changes, long behind)
    {
        var last = changes.Count > 0 ? changes[^1].CommitTime?.ToDateTimeOffset() : _position?.LastCommit;
        _position = new FeedPosition(behind, last);
        if (behind == 0)
        {
            CompleteAt = time.GetUtcNow();
        }
    }

    private sealed record FeedPosition(long Behind, DateTimeOffset? LastCommit);
}
