using Broadsheet.Analytics.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Drain;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Grpc.Core;

namespace Broadsheet.Analytics.Realtime;

/// <summary>Tells who reads what, once or as it changes.</summary>
internal sealed class RealtimeStream(RealtimeFigures figures, Drain drain, TimeProvider time)
{
    private const int UsualStories = 20;
    private const int MostStories = 100;

    private static readonly TimeSpan StreamLife = TimeSpan.FromMinutes(10);

    public async Task<RealtimeState> NowAsync(GetRealtimeRequest request, CancellationToken cancellationToken) =>
        (await figures.CurrentAsync().WaitAsync(cancellationToken)).Of(request.Community, request.Story, Size(request.PageSize));

    public async Task WatchAsync(WatchRealtimeRequest request, IServerStreamWriter<WatchRealtimeResponse> to, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.StreamsEnd);
        // Spread, so that the streams of many replicas don't all come back at once.
        var end = time.GetUtcNow() + (StreamLife * (0.9 + (0.2 * Random.Shared.NextDouble())));
        try
        {
            RealtimeState? sent = null;
            var snapshot = await figures.CurrentAsync().WaitAsync(ending.Token);
            while (time.GetUtcNow() < end)
            {
                var state = snapshot.Of(request.Community, request.Story, Size(request.PageSize));
                if (!IsSame(state, sent))
                {
                    // While a slow watcher takes it others come and go; the next that it gets is the newest.
                    await to.WriteAsync(new WatchRealtimeResponse { State = state }, ending.Token);
                    sent = state;
                }

                snapshot = await figures.AfterAsync(snapshot).WaitAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (drain.StreamsEnd.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RpcError.Retryable(ErrorReason.ServerDraining, "this replica is shutting down; watch at another", TimeSpan.FromMilliseconds(100));
        }
    }

    private static int Size(int asked) => PageToken.Size(asked, UsualStories, MostStories);

    private static bool IsSame(RealtimeState state, RealtimeState? sent)
    {
        if (sent is null)
        {
            return false;
        }

        var then = new RealtimeState(sent) { ComputedAt = state.ComputedAt };
        return then.Equals(state);
    }
}
