using System.Security.Cryptography;
using System.Text;
using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using DuckDB.NET.Data;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>What comes out is what came in, in both formats, and can come in again.</summary>
public abstract class ExportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExportEvents_as_Parquet_read_back_by_the_engine_is_what_was_sent()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        var sent = Sent(analytics);
        Assert.Equal(sent.Length, (await analytics.RecordAsync(sent)).Counted);
        var (bytes, summary) = await ExportAsync(analytics, new ExportEventsRequest { Format = ExportFormat.Parquet });
        Assert.Equal(sent.Length, summary.EventCount);
        Assert.Empty(Directory.GetFiles(Path.Combine(analytics.Folder, "export")));

        var file = Path.Combine(AnalyticsFixture.NewFolder(), "events.parquet");
        await File.WriteAllBytesAsync(file, bytes, Cancel);
        var read = new List<(string Id, string Kind, string? Story, string? Reader, double? Engaged, string Sections, string? Name, string? Device)>();
        await using var duck = new DuckDBConnection("Data Source=:memory:");
        await duck.OpenAsync(Cancel);
        await using var command = duck.CreateCommand();
        command.CommandText = $"select event_id, kind, story, reader, engaged_seconds, array_to_string(sections, ','), name, device, occurred_at from read_parquet('{file}') order by occurred_at";
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        while (await rows.ReadAsync(Cancel))
        {
            read.Add((rows.GetString(0), rows.GetString(1), Text(2), Text(3), rows.IsDBNull(4) ? null : rows.GetDouble(4), Text(5) ?? "", Text(6), Text(7)));
        }

        Assert.Equal(
            sent.OrderBy(one => one.OccurredAt).Select(one => (
                one.EventId,
                one.DetailCase switch { ReadingEvent.DetailOneofCase.SearchClick => "search_click", var detail => detail.ToString().ToLowerInvariant() },
                one.Story.Length == 0 ? null : one.Story,
                one.Reader.Length == 0 ? null : one.Reader,
                one.Heartbeat?.EngagedSeconds,
                string.Join(',', one.Heartbeat?.Sections ?? []),
                one.Share?.Channel ?? one.SearchClick?.Query ?? one.Custom?.Name,
                one.Client is null ? null : "phone")),
            read.Select(one => (one.Id, one.Kind, one.Story, one.Reader, one.Engaged, one.Sections, one.Name, one.Device)));

        string? Text(int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
    }

    [Fact]
    public async Task ExportEvents_as_JSON_lines_imported_elsewhere_and_exported_again_is_the_same()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-3));
        await using var analytics = await AnalyticsFixture.StartAsync(time: time);
        await analytics.RecordAsync(Sent(analytics));
        var (bytes, summary) = await ExportAsync(analytics, new ExportEventsRequest());
        var exported = Lines(bytes);
        Assert.Equal(summary.EventCount, exported.Count);
        Assert.Equal(exported.OrderBy(one => one.OccurredAt).Select(one => one.EventId), exported.Select(one => one.EventId));

        await using var elsewhere = await AnalyticsFixture.StartAsync();
        for (var time2 = 0; time2 < 2; time2++)
        {
            var answer = await elsewhere.Ingest.ImportEventsAsync(
                new ImportEventsRequest { Events = { exported.Select(one => new HistoricalEvent { Event = one }) } }, cancellationToken: Cancel);
            Assert.Equal(time2 == 0 ? exported.Count : 0, answer.Counted);
        }

        var again = Lines((await ExportAsync(elsewhere, new ExportEventsRequest())).Bytes);
        Assert.All(again, one => Assert.True(one.Imported));
        Assert.Equal(exported.Select(Content), again.Select(Content));

        static KeptEvent Content(KeptEvent one) => new(one) { ReceivedAt = null, Imported = false };
    }

    [Fact]
    public async Task ExportEvents_gives_the_period_and_story_asked_for_to_editors_alone()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        var events = Enumerable.Range(0, 10).Select(i => analytics.View(i % 2 == 0 ? "stories/a" : "stories/b", $"v{i}", ago: i * 3_600, reader: "readers/ann")).ToArray();
        await analytics.RecordAsync(events);
        var request = new ExportEventsRequest { From = events[6].OccurredAt, To = events[2].OccurredAt };
        Assert.Equal([6, 5, 4, 3], Lines((await ExportAsync(analytics, request)).Bytes).Select(one => Array.FindIndex(events, sent => sent.EventId == one.EventId)));
        request.Story = "stories/a";
        Assert.Equal([6, 4], Lines((await ExportAsync(analytics, request)).Bytes).Select(one => Array.FindIndex(events, sent => sent.EventId == one.EventId)));
        var (bytes, summary) = await ExportAsync(analytics, new ExportEventsRequest { To = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) });
        Assert.Equal((0, 0, 0), (bytes.Length, summary.EventCount, summary.ByteCount));

        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ExportAsync(analytics, new ExportEventsRequest { From = request.To, To = request.From }));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ExportAsync(analytics, new ExportEventsRequest { Story = "nonsense" }));
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => ExportAsync(analytics, new ExportEventsRequest(), "readers/ann"));
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_no_file_and_what_an_earlier_process_left_is_removed()
    {
        var folder = AnalyticsFixture.NewFolder();
        var left = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "export")).FullName, "left");
        await File.WriteAllTextAsync(left, "readers/ann", Cancel);
        await using var analytics = await AnalyticsFixture.StartAsync(folder: folder);
        for (var batch = 0; batch < 4; batch++)
        {
            await analytics.RecordAsync([.. Enumerable.Range(0, 5_000).Select(i => analytics.View("stories/a", $"v{batch}-{i}"))]);
        }

        using (var call = analytics.Reports.ExportEvents(new ExportEventsRequest(), cancellationToken: Cancel))
        {
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.Single(Directory.GetFiles(Path.Combine(folder, "export")));
        }

        // The service sees a moment later that its caller is gone.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Directory.GetFiles(Path.Combine(folder, "export")).Length > 0)
        {
            await Task.Delay(10, timeout.Token);
        }
    }

    private static ReadingEvent[] Sent(AnalyticsFixture analytics)
    {
        var click = analytics.Event("stories/a", "v1", ago: 50);
        click.SearchClick = new SearchClick { Query = "how \"tides\"\nwork", Position = 3 };
        var share = analytics.Event("stories/b", "v2", ago: 40, reader: "creators/eve");
        share.Share = new Share { Channel = "copy-link" };
        var custom = analytics.Event("", ago: 30);
        custom.Custom = new CustomEvent { Name = "letter", Properties = { ["kind"] = "weekly, 'quoted'", ["a"] = "ü" } };
        var view = analytics.View("stories/a", "v3", ago: 20);
        view.Revision = 4;
        view.Referrer = "https://news.example/where";
        view.Url = "https://example.org/stories/a?utm_source=letter&utm_medium=mail&utm_campaign=c&utm_term=t&utm_content=x";
        view.Client = new ReadingClient { IpAddress = "203.0.113.7", UserAgent = "Mozilla/5.0 (iPhone) Mobile" };
        var heartbeat = analytics.Heartbeat("stories/a", "v3", 10, 12.345678, "lead", "section-1");
        return [analytics.View("stories/a", "v1", ago: 60, reader: "readers/ann"), click, share, custom, view, heartbeat];
    }

    private static async Task<(byte[] Bytes, ExportSummary Summary)> ExportAsync(AnalyticsFixture analytics, ExportEventsRequest request, string caller = "creators/ed;roles=editor")
    {
        using var call = analytics.Reports.ExportEvents(request, AnalyticsFixture.As(caller), cancellationToken: Cancel);
        using var bytes = new MemoryStream();
        ExportSummary? summary = null;
        await foreach (var response in call.ResponseStream.ReadAllAsync(Cancel))
        {
            Assert.Null(summary);
            summary = response.Summary;
            response.Chunk.WriteTo(bytes);
        }

        Assert.NotNull(summary);
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))), (summary.ByteCount, summary.Sha256));
        return (bytes.ToArray(), summary);
    }

    private static List<KeptEvent> Lines(byte[] bytes) =>
        [.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(JsonParser.Default.Parse<KeptEvent>)];
}
