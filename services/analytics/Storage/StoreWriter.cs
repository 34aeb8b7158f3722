using System.Threading.Channels;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Stories;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage;

/// <summary>
/// The one writer. What waits is committed together, so that many callers share one fsync; each is answered after the
/// commit. What waits is bounded: beyond it callers are refused before memory grows.
/// </summary>
internal sealed partial class StoreWriter(IAnalyticsStore store, AnalyticsOptions options, StoryKnowledge stories, EventLog events, ILogger<StoreWriter> logger) : BackgroundService
{
    private const int MaxGroup = 10_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;
    private bool _memoryIsOld = true;

    /// <summary>
    /// Runs the work, which adds to the next batch, and returns its result when that is durable. <paramref name="weight"/> is how many
    /// events it brings; 0 is never refused.
    /// </summary>
    /// <exception cref="RpcException">Too much is waiting (OVERLOADED), or the store is full (STORE_FULL): nothing was written.</exception>
    public async Task<T> WriteAsync<T>(int weight, Func<WriteBatch, T> work)
    {
        if (weight > 0 && Interlocked.Add(ref _waiting, weight) > options.MaxWaitingEvents)
        {
            Interlocked.Add(ref _waiting, -weight);
            throw RpcError.Retryable(ErrorReason.Overloaded, "more events are waiting than can be written", RetryDelay);
        }

        var job = new Job<T>(work, weight);
        if (!_jobs.Writer.TryWrite(job))
        {
            throw RpcError.Retryable(ErrorReason.StoreUnavailable, "this replica is shutting down", RetryDelay);
        }

        return await job.Committed;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(cancellationToken);
        }
        catch (Exception exception) when (store.MapError(exception) is not null)
        {
            // The store may come later; readiness says that it is not there.
            LogFailed(logger, exception);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // An embedded engine blocks: a thread of its own.
        stoppingToken.Register(() => _jobs.Writer.TryComplete());
        return Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await stories.LoadAsync(store, cancellationToken);
        await events.LoadAsync(store, cancellationToken);
        _memoryIsOld = false;
    }

    private void Run()
    {
        var group = new List<Job>();
        while (WaitForJob())
        {
            var weight = 0;
            while (weight < MaxGroup && _jobs.Reader.TryRead(out var job))
            {
                group.Add(job);
                weight += Math.Max(1, job.Weight);
            }

            Commit(group);
            foreach (var job in group)
            {
                Interlocked.Add(ref _waiting, -job.Weight);
            }

            group.Clear();
        }
    }

    private bool WaitForJob()
    {
        var waiting = _jobs.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    // This is a thread of its own: nobody else is held up while it waits.
    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private void Commit(List<Job> group)
    {
        try
        {
            store.CheckRoom();
        }
        catch (RpcException exception)
        {
            group.ForEach(job => job.Fail(exception));
            return;
        }

        try
        {
            if (_memoryIsOld)
            {
                store.Mend();
                Wait(LoadAsync(CancellationToken.None));
            }

            var batch = new WriteBatch();
            foreach (var job in group)
            {
                job.Run(batch);
            }

            events.Flush(batch);
            Wait(store.CommitAsync(batch));
        }
        catch (Exception exception)
        {
            // It is not known whether this was stored, so what is remembered of the tables is read anew.
            _memoryIsOld = true;
            LogFailed(logger, exception);
            group.ForEach(job => job.Fail(exception));
            return;
        }

        group.ForEach(job => job.Succeed());
    }

    [LoggerMessage(LogLevel.Error, "the store could not be read or written")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private abstract class Job(int weight)
    {
        public int Weight => weight;

        public abstract void Run(WriteBatch batch);

        public abstract void Succeed();

        public abstract void Fail(Exception exception);
    }

    private sealed class Job<T>(Func<WriteBatch, T> work, int weight) : Job(weight)
    {
        private readonly TaskCompletionSource<T> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _value = default!;

        public Task<T> Committed => _committed.Task;

        public override void Run(WriteBatch batch) => _value = work(batch);

        public override void Succeed() => _committed.TrySetResult(_value);

        public override void Fail(Exception exception) => _committed.TrySetException(exception);
    }
}
