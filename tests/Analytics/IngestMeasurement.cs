using System.Diagnostics;
using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Analytics.Tests;

/// <summary>How fast events come in through the RPC, against the service as a process of its own. Run by name.</summary>
public sealed class IngestMeasurement
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    [Theory(Explicit = true)]
    [InlineData(500, 8)]
    [InlineData(1, 64)]
    public async Task Events_a_second(int batch, int callers)
    {
        await using var service = await AnalyticsProcess.StartAsync(AnalyticsFixture.NewFolder());
        await service.Ingest.RecordEventsAsync(Request(batch), cancellationToken: TestContext.Current.CancellationToken);
        var before = service.ProcessorTime;
        var clock = Stopwatch.StartNew();
        var counted = 0L;
        var latencies = new List<double>[callers];
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            latencies[caller] = [];
            while (clock.Elapsed < Duration)
            {
                var request = Request(batch);
                var started = Stopwatch.GetTimestamp();
                var answer = await service.Ingest.RecordEventsAsync(request);
                latencies[caller].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Interlocked.Add(ref counted, answer.Counted);
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        var sorted = latencies.SelectMany(one => one).Order().ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"batch {batch}, {callers} callers: {counted / seconds:0} events/s, {(service.ProcessorTime - before).TotalMicroseconds / counted:0.0} µs of processor an event, call p50 {sorted[sorted.Length / 2]:0.0} ms p95 {sorted[sorted.Length * 95 / 100]:0.0} ms, {service.Memory} MiB");
    }

    private static RecordEventsRequest Request(int count)
    {
        var now = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        return new RecordEventsRequest
        {
            Events =
            {
                Enumerable.Range(0, count).Select(i => new ReadingEvent
                {
                    EventId = Guid.CreateVersion7().ToString(),
                    Story = $"stories/s-{Random.Shared.Next(2_000)}",
                    Visit = Guid.NewGuid().ToString("n"),
                    OccurredAt = now,
                    Url = "https://example.org/stories/a?utm_source=letter",
                    Referrer = "https://news.example/",
                    Client = new ReadingClient { IpAddress = $"198.51.100.{Random.Shared.Next(250)}", UserAgent = $"Mozilla/5.0 Firefox/{Random.Shared.Next(100)}" },
                    Heartbeat = new Heartbeat { EngagedSeconds = 12, Sections = { "lead", "section-1" } },
                }),
            },
        };
    }
}
