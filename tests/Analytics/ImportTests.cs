using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>Events of the past come in once, marked, or are refused with a reason.</summary>
public abstract class ImportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ImportEvents_twice_and_after_a_restart_counts_once()
    {
        await using var feed = await FeedAsync();
        var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        var events = Enumerable.Range(0, 500).Select(i => Past(hours: 30 + (i * 2.5), visit: $"v{i}", reader: $"readers/r{i % 7}")).ToArray();
        var first = await ImportAsync(analytics, events);
        Assert.Equal((500, 0, 0), (first.Counted, first.NotCounted.Count, first.Pending));
        var again = await ImportAsync(analytics, [.. events, Past(hours: 40)]);
        Assert.Equal((1, 500), (again.Counted, again.NotCounted.Count));
        Assert.All(again.NotCounted, one => Assert.Equal(NotCountedReason.Duplicate, one.Reason));
        Assert.Equal(events.Select(one => one.Event.EventId), again.NotCounted.Select(one => one.EventId));
        await analytics.StopAsync();

        analytics = await AnalyticsFixture.StartAsync(feed.Address, analytics.Folder);
        Assert.Equal(0, (await ImportAsync(analytics, events)).Counted);
        Assert.Equal(501, (await ReportAsync(analytics)).Views);
        await analytics.DisposeAsync();
    }

    [Fact]
    public async Task Batches_that_hold_the_same_events_at_the_same_time_count_them_once()
    {
        await using var feed = await FeedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        var events = Enumerable.Range(0, 2_000).Select(i => Past(hours: 30 + (i % 50))).ToArray();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ImportAsync(analytics, events)));
        Assert.Equal(2_000, answers.Sum(answer => answer.Counted));
        Assert.Equal(2_000, (await ReportAsync(analytics)).Views);
        // Twice in one batch.
        var twice = await ImportAsync(analytics, Past(hours: 31, id: "0199d0a0-0000-7000-8000-000000000001"), Past(hours: 31, id: "0199D0A0-0000-7000-8000-000000000001"));
        Assert.Equal((1, NotCountedReason.Duplicate), (twice.Counted, Assert.Single(twice.NotCounted).Reason));
    }

    [Fact]
    public async Task What_breaks_a_rule_is_refused_for_its_own_reason_and_only_editors_import()
    {
        await using var feed = await FeedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        var live = Past(hours: 24.5);
        var future = Past(hours: -1);
        var nan = Past(hours: 40);
        nan.Event.Heartbeat = new Heartbeat { EngagedSeconds = double.NaN };
        var visitor = Past(hours: 40);
        visitor.Event.Visitor = "not-a-uuid";
        var device = Past(hours: 40);
        device.Event.Device = "toaster";
        var longKey = Past(hours: 40);
        longKey.VisitorKey = new string('k', 201);
        var ancient = Past(hours: 24 * 365 * 126);
        var answer = await ImportAsync(analytics, live, future, nan, visitor, device, longKey, new HistoricalEvent(), ancient, Past(hours: 25.1));
        Assert.Equal(1, answer.Counted);
        Assert.Equal(
            [NotCountedReason.NotHistorical, NotCountedReason.Future, .. Enumerable.Repeat(NotCountedReason.Malformed, 5), NotCountedReason.TooOld],
            answer.NotCounted.Select(one => one.Reason));
        Assert.Equal([0L, 1, 2, 3, 4, 5, 6, 7], answer.NotCounted.Select(one => one.Index));

        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ImportAsync(analytics));
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => analytics.Ingest.ImportEventsAsync(
            new ImportEventsRequest { Events = { Past(hours: 40) } }, AnalyticsFixture.As("readers/ann"), cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task A_visitor_key_tells_readers_apart_within_the_day_and_is_in_no_file()
    {
        await using var feed = await FeedAsync();
        var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        var day = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-5);
        await ImportAsync(analytics, [.. Enumerable.Range(0, 12).Select(i =>
        {
            var view = Past(hours: 0);
            view.Event.OccurredAt = Timestamp.FromDateTime(DateTime.SpecifyKind(day.AddHours(i * 4), DateTimeKind.Utc));
            view.VisitorKey = $"pseudonym-of-the-old-system-{i % 2}";
            return view;
        })]);
        var report = await ReportAsync(analytics);
        // Two readers on each of two days, who are not the same the day after.
        Assert.Equal((12, 4, 0), (report.Views, report.ReaderDays, report.SignedInReaders));
        await analytics.StopAsync();
        Assert.False(PrivacyTests.IsInAFile(analytics.Folder, "pseudonym-of-the-old-system"u8));
    }

    private static async Task<FeedServer> FeedAsync()
    {
        var feed = await FeedServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        return feed;
    }

    private static HistoricalEvent Past(double hours, string visit = "", string reader = "", string? id = null) => new()
    {
        Event = new KeptEvent
        {
            EventId = id ?? Guid.CreateVersion7().ToString(),
            Story = "stories/a",
            Visit = visit,
            Reader = reader,
            OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(hours)),
            View = new View(),
        },
    };

    private static Task<ImportEventsResponse> ImportAsync(AnalyticsFixture analytics, params HistoricalEvent[] events) =>
        analytics.Ingest.ImportEventsAsync(new ImportEventsRequest { Events = { events } }, cancellationToken: Cancel).ResponseAsync;

    private static async Task<StoryReport> ReportAsync(AnalyticsFixture analytics) =>
        await analytics.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = "stories/a", From = new Google.Type.Date { Year = TimeProvider.System.GetUtcNow().AddDays(-80).Year, Month = TimeProvider.System.GetUtcNow().AddDays(-80).Month, Day = TimeProvider.System.GetUtcNow().AddDays(-80).Day } }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60), cancellationToken: Cancel);
}
