using System.CommandLine;
using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Benchmarks;

/// <summary>How many reading events come in through the RPC, each durable before it is acknowledged.</summary>
internal static class IngestBenchmark
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "For how long each.", DefaultValueFactory = _ => 10 };
        var command = new Command("ingest", "Reading events through RecordEvents, in batches and one by one.") { seconds };
        command.SetAction((parsed, cancellationToken) => RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        Console.WriteLine("batch  callers   events/s   CPU µs/event   call p50 ms   p99 ms   memory MiB");
        foreach (var (batch, callers) in ((int, int)[])[(500, 8), (1, 64)])
        {
            await using var analytics = await Server.StartAnalyticsAsync(cancellationToken);
            using var channel = analytics.Connect();
            var ingest = new IngestService.IngestServiceClient(channel);
            // What is compiled when it first runs is not measured.
            await ClosedLoop.RunAsync(analytics, callers, length / 4, _ => SendAsync());
            var round = await ClosedLoop.RunAsync(analytics, callers, length, _ => SendAsync());
            Console.WriteLine($"{batch,5} {callers,8} {round.PerSecond * batch,10:0} {round.ProcessorMicroseconds / batch,14:0.0} {round.P50,13:0.0} {round.P99,8:0.0} {analytics.WorkingSetMebibytes,12}");

            async Task SendAsync()
            {
                var answer = await ingest.RecordEventsAsync(Request(batch), cancellationToken: cancellationToken);
                if (answer.Counted != batch)
                {
                    throw new InvalidOperationException($"{answer.Counted} of {batch} were counted");
                }
            }
        }

        return 0;
    }

    private static RecordEventsRequest Request(int count)
    {
        var now = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        return new RecordEventsRequest
        {
            Events =
            {
                Enumerable.Range(0, count).Select(_ => new ReadingEvent
                {
                    EventId = Guid.CreateVersion7().ToString(),
                    Story = $"stories/s-{Random.Shared.Next(2_000)}",
                    Visit = Guid.NewGuid().ToString("n"),
                    OccurredAt = now,
                    Url = "https://example.org/stories/a?utm_source=letter",
                    Referrer = "https://news.example/",
                    Client = new ReadingClient { IpAddress = $"198.51.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}", UserAgent = $"Mozilla/5.0 Firefox/{Random.Shared.Next(100)}" },
                    Heartbeat = new Heartbeat { EngagedSeconds = 12, Sections = { "lead", "section-1" } },
                }),
            },
        };
    }
}
