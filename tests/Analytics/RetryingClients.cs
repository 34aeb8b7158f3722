using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>Clients that send events without a pause and hold each batch until it is acknowledged.</summary>
internal sealed class RetryingClients
{
    private const int Clients = 4;
    private const int Batch = 50;

    private readonly bool _acknowledgeBeforeWriting;
    private readonly List<RecordEventsRequest>[] _waiting = [.. Enumerable.Range(0, Clients).Select(_ => new List<RecordEventsRequest>())];
    private long _acknowledged;

    /// <param name="acknowledgeBeforeWriting">Stands for a service that answers first: whatever comes of a call, the client forgets its events.</param>
    public RetryingClients(bool acknowledgeBeforeWriting = false) => _acknowledgeBeforeWriting = acknowledgeBeforeWriting;

    /// <summary>How many events the clients were told are counted.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Sends new events until it is stopped; each try is made at the next service. What was under way is still held then.</summary>
    public Task SendAsync(Func<IngestService.IngestServiceClient> next, CancellationToken stop) =>
        Task.WhenAll(_waiting.Select(waiting => Task.Run(() => SendAsync(waiting, next, makeNew: true, stop), CancellationToken.None)));

    /// <summary>Sends what is still held until it is acknowledged.</summary>
    public Task FinishAsync(Func<IngestService.IngestServiceClient> next) =>
        Task.WhenAll(_waiting.Select(waiting => SendAsync(waiting, next, makeNew: false, TestContext.Current.CancellationToken)));

    private async Task SendAsync(List<RecordEventsRequest> waiting, Func<IngestService.IngestServiceClient> next, bool makeNew, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (waiting.Count == 0)
            {
                if (!makeNew)
                {
                    return;
                }

                waiting.Add(new RecordEventsRequest { Events = { Enumerable.Range(0, Batch).Select(_ => Event()) } });
            }

            try
            {
                var request = waiting[0];
                var call = next().RecordEventsAsync(
                    request, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20), cancellationToken: TestContext.Current.CancellationToken);
                if (_acknowledgeBeforeWriting)
                {
                    waiting.RemoveAt(0);
                    Interlocked.Add(ref _acknowledged, request.Events.Count);
                    await call;
                    continue;
                }

                var answer = await call;
                Assert.All(answer.NotCounted, one => Assert.Equal(NotCountedReason.Duplicate, one.Reason));
                waiting.RemoveAt(0);
                Interlocked.Add(ref _acknowledged, request.Events.Count);
            }
            catch (RpcException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private static ReadingEvent Event() => new()
    {
        EventId = Guid.NewGuid().ToString(),
        Story = "stories/a",
        OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        View = new View(),
    };
}
