using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Keeps an index in use: opens it, follows the feed, builds it anew beside the one in use when that is asked for or
/// when the feed can't be continued, and switches when the new one has caught up.
/// </summary>
internal sealed partial class IndexKeeper : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SwitchPatience = TimeSpan.FromSeconds(10);

    private readonly IndexFolders _folders;
    private readonly ChangeFeedService.ChangeFeedServiceClient _feed;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _rebuildAsked = new(0, 1);
    private volatile IndexFollower _current;
    private volatile bool _rebuilding;
    private volatile IndexFollower? _fresh;
    private long _rebuildStarted;
    private volatile bool _caughtUpOnce;
    private volatile bool _warm;
    private volatile string? _storeError;
    private volatile string? _refusal;

    /// <summary>Opens the index.</summary>
    /// <exception cref="InvalidOperationException">Another process uses the data folder.</exception>
    public IndexKeeper(QueryOptions options, ChangeFeedService.ChangeFeedServiceClient feed, TimeProvider time, ILoggerFactory loggers)
    {
        _feed = feed;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<IndexKeeper>();
        _folders = new IndexFolders(options.DataPath);
        _current = Follow(Open(_folders.Current()));
        Recovery = _current.Index.Recovery;
        IndexTelemetry.Observe(
            () => _current.ChangesBehind,
            () => _current.Lag?.TotalSeconds,
            () => _current.Index.Parked.Count,
            () => _current.CompleteAt is { } complete && _current.Lag != TimeSpan.Zero ? (time.GetUtcNow() - complete).TotalSeconds : _current.Lag?.TotalSeconds);
    }

    /// <summary>
    /// True once the index has held everything that the feed had, since the start, and answers at its usual speed; false
    /// again while it can't be written, because what it answers becomes old without end.
    /// </summary>
    public bool IsReady => _caughtUpOnce && _warm && _storeError is null;

    /// <summary>True while an index is being built beside the one in use.</summary>
    public bool IsRebuilding => _rebuilding;

    /// <summary>The index that is being built, and since when; null while none is.</summary>
    public (IndexFollower Follower, DateTimeOffset Since)? Fresh =>
        _fresh is { } fresh ? (fresh, new DateTimeOffset(Volatile.Read(ref _rebuildStarted), TimeSpan.Zero)) : null;

    /// <summary>What happened when the index was opened, if it was not simply opened.</summary>
    public string? Recovery { get; private set; }

    /// <summary>The index in use, and how it follows the feed.</summary>
    public IndexFollower Current => _current;

    /// <summary>Why content can't be followed, or the index not be written, right now; null if both can.</summary>
    public string? Error => _storeError ?? _refusal ?? _current.FeedError;

    /// <summary>The index in use as it can be searched now.</summary>
    public IndexReading Read()
    {
        while (true)
        {
            var index = _current.Index;
            try
            {
                return index.Read();
            }
            catch (ObjectDisposedException) when (index != _current.Index)
            {
                // It was replaced in between; the next look finds the new one.
            }
        }
    }

    /// <summary>Asks for an index built anew; one that is being built goes on.</summary>
    public void Rebuild()
    {
        lock (_rebuildAsked)
        {
            if (!_rebuilding && _rebuildAsked.CurrentCount == 0)
            {
                _rebuilding = true;
                _rebuildAsked.Release();
            }
        }
    }

    public override void Dispose()
    {
        Discard(_current.Index);
        _folders.Dispose();
        _rebuildAsked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Starting must not wait for the feed.
        await Task.Yield();
        var warming = Task.Run(Warm, CancellationToken.None);
        while (!stoppingToken.IsCancellationRequested)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _refusal = null;
            var following = RunAsync(_current, stop.Token);
            var asked = _rebuildAsked.WaitAsync(stop.Token);
            _ = NoteCaughtUpAsync(_current, stop.Token);
            await Task.WhenAny(following, asked);
            if (stoppingToken.IsCancellationRequested)
            {
                await following;
                break;
            }

            if (!asked.IsCompletedSuccessfully && await following is var end and (FollowEnd.StoreFailed or FollowEnd.Refused))
            {
                await stop.CancelAsync();
                await (end == FollowEnd.StoreFailed ? ReopenAsync(stoppingToken) : PauseAsync(stoppingToken));
                _current = end == FollowEnd.StoreFailed ? _current : Follow(_current.Index);
                continue;
            }

            // Asked for, or the cursor can't be continued. The one in use goes on following meanwhile, if it can.
            _rebuilding = true;
            await RebuildAsync(following, stop, stoppingToken);
            _fresh = null;
            _rebuilding = false;
        }

        CommitAtEnd();
        await warming;
    }

    private void Warm()
    {
        try
        {
            WarmUp.Run(_folders.Scratch, _time, _logger);
        }
        catch (Exception exception)
        {
            // Whatever went wrong costs time only; what is wrong for real stories is parked with its reason.
            LogNotWarm(_logger, exception);
        }

        _warm = true;
    }

    private async Task RebuildAsync(Task<FollowEnd> following, CancellationTokenSource stopFollowing, CancellationToken stoppingToken)
    {
        var folder = _folders.Next();
        LogRebuilding(_logger, folder);
        StoryIndex index;
        try
        {
            index = Open(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRebuilt(_logger, exception, folder);
            await stopFollowing.CancelAsync();
            await following;
            Remove(folder);
            await PauseAsync(stoppingToken);
            return;
        }

        var fresh = Follow(index);
        Volatile.Write(ref _rebuildStarted, _time.GetUtcNow().UtcTicks);
        _fresh = fresh;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var building = RunAsync(fresh, stop.Token);
        await Task.WhenAny(building, fresh.CaughtUp);
        var old = _current;
        string? recovery = null;
        if (fresh.CaughtUp.IsCompletedSuccessfully)
        {
            await stopFollowing.CancelAsync();
            if (await following == FollowEnd.CursorExpired)
            {
                recovery = "rebuilt: the feed could not be continued from where the index stood";
            }
            else
            {
                await WaitUntilNotOlderAsync(fresh, old, stoppingToken);
            }
        }

        // The follower of the new index is stopped and started again with it as the one in use: one place follows.
        await stop.CancelAsync();
        var end = await building;
        await stopFollowing.CancelAsync();
        await following;
        if (fresh.CaughtUp.IsCompletedSuccessfully && end != FollowEnd.StoreFailed && Switch(fresh, folder))
        {
            Remove(old.Index.Folder);
            Recovery = recovery;
            return;
        }

        Discard(fresh.Index);
        Remove(folder);
        if (!stoppingToken.IsCancellationRequested)
        {
            await ReopenAsync(stoppingToken);
        }
    }

    /// <summary>Puts the index in the place of the one in use; false if that can't be made durable.</summary>
    private bool Switch(IndexFollower fresh, string folder)
    {
        var old = _current;
        try
        {
            fresh.Index.Commit();
            _folders.Switch(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _storeError = exception.Message;
            LogStoreFailed(_logger, exception);
            return false;
        }

        _current = Follow(fresh.Index);
        Discard(old.Index);
        _storeError = null;
        LogSwitched(_logger, folder);
        return true;
    }

    /// <summary>Nobody may see an older version than before: what the old index had, the new one must have.</summary>
    private async Task WaitUntilNotOlderAsync(IndexFollower fresh, IndexFollower old, CancellationToken stoppingToken)
    {
        var started = _time.GetTimestamp();
        while (_time.GetElapsedTime(started) < SwitchPatience && !stoppingToken.IsCancellationRequested)
        {
            var refresh = fresh.Index.NextRefresh;
            using (var oldReading = old.Index.Read())
            using (var newReading = fresh.Index.Read())
            {
                if (oldReading.IsCoveredBy(newReading))
                {
                    return;
                }
            }

            await Task.WhenAny(refresh, Task.Delay(RetryDelay, _time, stoppingToken));
        }
    }

    /// <summary>
    /// Opens the index in use again: after a failed write nobody knows what the writer holds, but the last commit and
    /// the feed do. Until it has caught up, what was found before can still be found, and the replica is not ready.
    /// </summary>
    private async Task ReopenAsync(CancellationToken stoppingToken)
    {
        var old = _current;
        var folder = old.Index.Folder;
        StopWriting(old.Index);
        while (!stoppingToken.IsCancellationRequested)
        {
            await PauseAsync(stoppingToken);
            StoryIndex? index = null;
            try
            {
                index = Open(folder);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var fresh = Follow(index);
                var following = RunAsync(fresh, stop.Token);
                await Task.WhenAny(following, fresh.CaughtUp);
                if (fresh.CaughtUp.IsCompletedSuccessfully)
                {
                    await WaitUntilNotOlderAsync(fresh, old, stoppingToken);
                }

                await stop.CancelAsync();
                // An index whose cursor has expired is used as well: it will be built anew beside.
                if (await following is FollowEnd.Stopped or FollowEnd.CursorExpired && !stoppingToken.IsCancellationRequested && Switch(fresh, folder))
                {
                    Recovery = index.Recovery ?? "opened again after it could not be written";
                    return;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _storeError = exception.Message;
                LogStoreFailed(_logger, exception);
            }

            if (index is not null)
            {
                Discard(index);
            }
        }
    }

    /// <summary>Closes an index that nobody needs; its files may be in any state.</summary>
    private void Discard(StoryIndex index)
    {
        try
        {
            index.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotClosed(_logger, exception, index.Folder);
        }
    }

    private void StopWriting(StoryIndex index)
    {
        try
        {
            index.StopWriting();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotClosed(_logger, exception, index.Folder);
        }
    }

    private void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start removes what is left.
            LogNotClosed(_logger, exception, folder);
        }
    }

    private Task PauseAsync(CancellationToken stoppingToken) =>
        Task.Delay(RetryDelay, _time, stoppingToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task<FollowEnd> RunAsync(IndexFollower follower, CancellationToken cancellationToken)
    {
        try
        {
            await follower.RunAsync(cancellationToken);
            return FollowEnd.Stopped;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return FollowEnd.Stopped;
        }
        catch (CursorExpiredException exception)
        {
            LogCursorExpired(_logger, exception);
            return FollowEnd.CursorExpired;
        }
        catch (RpcException exception)
        {
            _refusal = $"{exception.StatusCode}: {exception.Status.Detail}";
            LogRefused(_logger, exception);
            return FollowEnd.Refused;
        }
        catch (Exception exception)
        {
            _storeError = exception.Message;
            LogStoreFailed(_logger, exception);
            return FollowEnd.StoreFailed;
        }
    }

    private async Task NoteCaughtUpAsync(IndexFollower follower, CancellationToken cancellationToken)
    {
        await follower.CaughtUp.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (follower.CaughtUp.IsCompletedSuccessfully && !_caughtUpOnce)
        {
            _caughtUpOnce = true;
            LogCaughtUp(_logger, follower.Index.Applied);
        }
    }

    private void CommitAtEnd()
    {
        try
        {
            _current.Index.Commit();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // What is not durable comes again from the feed.
            LogStoreFailed(_logger, exception);
        }
    }

    private StoryIndex Open(string folder) => StoryIndex.Open(folder, _time, _loggers.CreateLogger<StoryIndex>());

    private IndexFollower Follow(StoryIndex index) =>
        new(index, new ChangeFeedReader(_feed, FeedView.Published, _time, _loggers.CreateLogger<ChangeFeedReader>()), _time);

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "The index has caught up with the feed after {Changes} changes")]
    private static partial void LogCaughtUp(ILogger logger, long changes);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "The feed can't be continued from where the index stands; it is built anew")]
    private static partial void LogCursorExpired(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 112, Level = LogLevel.Information, Message = "Building an index in {Folder}")]
    private static partial void LogRebuilding(ILogger logger, string folder);

    [LoggerMessage(EventId = 113, Level = LogLevel.Information, Message = "The index in {Folder} is now in use")]
    private static partial void LogSwitched(ILogger logger, string folder);

    [LoggerMessage(EventId = 114, Level = LogLevel.Error, Message = "The index can't be kept up to date; it is opened again")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 115, Level = LogLevel.Error, Message = "Content refuses the change feed; it is asked again")]
    private static partial void LogRefused(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 116, Level = LogLevel.Warning, Message = "The service could not be warmed up; its first answers take longer")]
    private static partial void LogNotWarm(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 117, Level = LogLevel.Error, Message = "No index can be built in {Folder}; the one in use stays")]
    private static partial void LogNotRebuilt(ILogger logger, Exception exception, string folder);

    [LoggerMessage(EventId = 118, Level = LogLevel.Warning, Message = "What is left of {Folder} could not be closed or removed")]
    private static partial void LogNotClosed(ILogger logger, Exception exception, string folder);

    private enum FollowEnd
    {
        Stopped,
        CursorExpired,
        Refused,
        StoreFailed,
    }
}
