using System.Threading.Channels;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using DuckDB.NET.Data;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage;

/// <summary>
/// The one writer. What waits is committed together, so that many callers share one fsync; each is answered after the
/// commit. What waits is bounded: beyond it callers are refused before memory grows.
/// </summary>
internal sealed partial class StoreWriter(AnalyticsStore store, AnalyticsOptions options, EventLog events, ILogger<StoreWriter> logger) : BackgroundService
{
    private const int MaxGroup = 10_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;
    private bool _eventsAreOld = true;

    /// <summary>
    /// Runs the work in the next transaction and returns its result when that is durable. <paramref name="weight"/> is
    /// how many events it brings; 0 is never refused.
    /// </summary>
    /// <exception cref="RpcException">Too much is waiting (OVERLOADED), or the store is full (STORE_FULL): nothing was written.</exception>
    public async Task<T> WriteAsync<T>(int weight, Func<DuckDBConnection, T> work)
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Blocking inside the engine: a thread of its own.
        stoppingToken.Register(() => _jobs.Writer.TryComplete());
        return Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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
            if (_eventsAreOld)
            {
                store.Mend();
                store.Read(connection => events.Load(connection), CancellationToken.None);
                _eventsAreOld = false;
            }

            store.Write(connection =>
            {
                foreach (var job in group)
                {
                    job.Run(connection);
                }

                events.Flush(connection);
            });
        }
        catch (Exception exception)
        {
            // It is not known whether this is in the log, so what is remembered of the tables is read anew.
            _eventsAreOld = true;
            LogFailed(logger, exception);
            group.ForEach(job => job.Fail(exception));
            return;
        }

        group.ForEach(job => job.Succeed());
    }

    [LoggerMessage(LogLevel.Error, "a transaction of the analytics store failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private abstract class Job(int weight)
    {
        public int Weight => weight;

        public abstract void Run(DuckDBConnection connection);

        public abstract void Succeed();

        public abstract void Fail(Exception exception);
    }

    private sealed class Job<T>(Func<DuckDBConnection, T> work, int weight) : Job(weight)
    {
        private readonly TaskCompletionSource<T> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _value = default!;

        public Task<T> Committed => _committed.Task;

        public override void Run(DuckDBConnection connection) => _value = work(connection);

        public override void Succeed() => _committed.TrySetResult(_value);

        public override void Fail(Exception exception) => _committed.TrySetException(exception);
    }
}
