using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>
/// Clients that hold every event id until it is acknowledged, against a service that is killed at random moments: what is
/// counted is exactly what they hold.
/// </summary>
public sealed class KillTests
{
    private const int Clients = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_under_load_with_clients_that_retry_the_totals_equal_the_ledger()
    {
        var folder = AnalyticsFixture.NewFolder();
        var (ledger, counted) = await RunAsync(folder, rounds: 5, acknowledgeBeforeWriting: false);
        Assert.True(ledger > 1_000, $"only {ledger} events");
        Assert.Equal(ledger, counted);
    }

    // The check is worth something only if it finds a service that answers too early.
    [Fact]
    public async Task Control_that_acknowledges_before_the_write_does_not_equal_the_ledger()
    {
        var folder = AnalyticsFixture.NewFolder();
        var (ledger, counted) = await RunAsync(folder, rounds: 5, acknowledgeBeforeWriting: true);
        Assert.True(counted < ledger, $"{counted} of {ledger}: nothing was lost");
    }

    /// <summary>How many events the clients were told are counted, and how many are.</summary>
    private static async Task<(long Ledger, long Counted)> RunAsync(string folder, int rounds, bool acknowledgeBeforeWriting)
    {
        var ledger = 0L;
        var pending = new List<RecordEventsRequest>[Clients];
        for (var i = 0; i < Clients; i++)
        {
            pending[i] = [];
        }

        for (var round = 0; round < rounds; round++)
        {
            await using var service = await AnalyticsProcess.StartAsync(folder);
            using var stopping = new CancellationTokenSource();
            var clients = pending.Select(waiting => Task.Run(() => SendAsync(service, waiting, stopping.Token), Cancel)).ToArray();
            // At some moment while they send: after so and so many were acknowledged, and a little later.
            var enough = Volatile.Read(ref ledger) + Random.Shared.Next(500, 4_000);
            while (Volatile.Read(ref ledger) < enough)
            {
                await Task.Delay(1, Cancel);
            }

            await Task.Delay(Random.Shared.Next(20), Cancel);
            await service.KillAsync();
            await stopping.CancelAsync();
            await Task.WhenAll(clients);
        }

        await using var last = await AnalyticsProcess.StartAsync(folder);
        using var none = new CancellationTokenSource();
        await none.CancelAsync();
        foreach (var waiting in pending)
        {
            // What no answer came for is sent once more; nothing new is made.
            await SendAsync(last, waiting, none.Token);
        }

        var totals = await last.Ingest.ListIngestTotalsAsync(new ListIngestTotalsRequest(), cancellationToken: Cancel);
        return (ledger, totals.Hours.Sum(hour => hour.Counted));

        async Task SendAsync(AnalyticsProcess service, List<RecordEventsRequest> waiting, CancellationToken stop)
        {
            while (true)
            {
                while (waiting.Count > 0)
                {
                    try
                    {
                        var request = waiting[0];
                        var call = service.Ingest.RecordEventsAsync(request, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20), cancellationToken: Cancel);
                        if (acknowledgeBeforeWriting)
                        {
                            // Stands for a service that answers first: whatever comes of the call, the client forgets the events.
                            waiting.RemoveAt(0);
                            Interlocked.Add(ref ledger, request.Events.Count);
                            await call;
                            continue;
                        }

                        var answer = await call;
                        Assert.All(answer.NotCounted, one => Assert.Equal(NotCountedReason.Duplicate, one.Reason));
                        waiting.RemoveAt(0);
                        Interlocked.Add(ref ledger, request.Events.Count);
                    }
                    catch (RpcException)
                    {
                        if (stop.IsCancellationRequested)
                        {
                            return;
                        }

                        await Task.Delay(20, Cancel);
                    }
                }

                if (stop.IsCancellationRequested)
                {
                    return;
                }

                waiting.Add(new RecordEventsRequest { Events = { Enumerable.Range(0, 50).Select(_ => Event()) } });
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
