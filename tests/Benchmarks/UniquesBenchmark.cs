using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Type;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Benchmarks;

/// <summary>Whether unique readers are exact when a million come on one day.</summary>
internal static class UniquesBenchmark
{
    private const int Batch = 5_000;
    private const int Callers = 4;

    public static Command Create()
    {
        var readers = new Option<int>("--readers") { Description = "How many readers.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("uniques", "Readers of one day through the RPC, every fourth of them signed in, every tenth twice; the report must say how many they were.") { readers };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(readers), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int readers, CancellationToken cancellationToken)
    {
        // Stories that are known, and nobody who read them.
        var folder = Directory.CreateTempSubdirectory("broadsheet-benchmark-");
        await GenerateReading.WriteAsync(folder, new ReadingCorpus(TimeProvider.System.GetUtcNow().UtcDateTime.Date, 30, 0), cancellationToken);
        try
        {
            return await CountAsync(folder.FullName, readers, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> CountAsync(string folder, int readers, CancellationToken cancellationToken)
    {
        await using var analytics = await Server.StartAnalyticsAsync(cancellationToken, folder);
        using var channel = analytics.Connect();
        var ingest = new IngestService.IngestServiceClient(channel);
        var start = Stopwatch.GetTimestamp();
        var batches = Enumerable.Range(0, readers).SelectMany(reader => reader % 10 == 0 ? [reader, reader] : (int[])[reader]).Chunk(Batch).ToArray();
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (some, cancel) =>
        {
            var answer = await ingest.RecordEventsAsync(new RecordEventsRequest { Events = { some.Select(View) } }, cancellationToken: cancel);
            if (answer.Counted != some.Length)
            {
                throw new InvalidOperationException($"{answer.Counted} of {some.Length} were counted: {answer.NotCounted[0]}");
            }
        });
        Console.WriteLine($"{batches.Sum(some => some.Length):N0} views in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");

        // Told apart from the events themselves, by the statement of a report: nothing is rolled up yet.
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        var day = new Date { Year = today.Year, Month = today.Month, Day = today.Day };
        start = Stopwatch.GetTimestamp();
        var report = await new ReportService.ReportServiceClient(channel).QueryReportAsync(
            new QueryReportRequest { Metrics = { ReportMetric.UniqueReaders, ReportMetric.Views }, From = day, To = day }, deadline: Server.Patience, cancellationToken: cancellationToken);
        var figures = report.Rows[0].Figures;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"unique readers {figures.UniqueReaders:N0} of {readers:N0}, views {figures.Views:N0}, in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:N0} ms; memory {analytics.WorkingSetMebibytes} MiB"));
        return figures.UniqueReaders == readers ? 0 : 1;
    }

    private static ReadingEvent View(int reader) => new()
    {
        EventId = Guid.CreateVersion7().ToString(),
        Story = "stories/s-1",
        Visit = Guid.NewGuid().ToString("n"),
        OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        Reader = reader % 4 == 0 ? string.Create(CultureInfo.InvariantCulture, $"readers/r-{reader}") : "",
        Client = new ReadingClient
        {
            IpAddress = string.Create(CultureInfo.InvariantCulture, $"10.{reader >> 16 & 255}.{reader >> 8 & 255}.{reader & 255}"),
            UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        },
        View = new View(),
    };
}
