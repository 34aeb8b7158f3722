using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Broadsheet.Query.Tests;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using EraseReaderRequest = Broadsheet.Analytics.V1.EraseReaderRequest;
using EraseReaderResponse = Broadsheet.Analytics.V1.EraseReaderResponse;
using ExportReaderRequest = Broadsheet.Analytics.V1.ExportReaderRequest;
using ExportReaderResponse = Broadsheet.Analytics.V1.ExportReaderResponse;

namespace Broadsheet.Analytics.Tests;

/// <summary>A reader who is erased is nowhere; what was counted stays counted.</summary>
public abstract class PrivacyErasureTests
{
    internal const string Zoe = "readers/zoe-who-goes";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EraseReader_takes_the_name_out_of_everything_and_leaves_the_totals()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var feed = await FeedAsync();
        var analytics = await AnalyticsFixture.StartAsync(feed.Address, time: time);
        await analytics.KnowsAsync("stories/last");
        var read = analytics.Read("stories/a", "before-and-after", Zoe, ago: 3 * 3_600);
        // The page was opened before she signed in.
        read[0].Reader = "";
        read[0].Client = new ReadingClient { IpAddress = "203.0.113.7", UserAgent = "Firefox" };
        ReadingEvent[] events = [.. read, .. analytics.Read("stories/a", "second", Zoe, ago: 120), .. analytics.Read("stories/a", "others", "readers/bob")];
        await analytics.RecordAsync(events);
        foreach (var level in (InsightLevel[])[InsightLevel.GoodEffort, InsightLevel.Outstanding])
        {
            await SubmitAsync(analytics, Zoe, level);
        }

        await SubmitAsync(analytics, "readers/bob", InsightLevel.NiceWork);
        // Rolled up twice, so that rows of an earlier generation were deleted.
        await RolledAsync(analytics);
        await analytics.RecordAsync(analytics.Heartbeat("stories/a", "before-and-after", (3 * 3_600) - 60, 50, "section-2"));
        time.Advance(TimeSpan.FromHours(1));
        await RolledAsync(analytics);
        var before = await ReportAsync(analytics);

        var exported = await ExportAsync(analytics);
        Assert.Equal(5, exported.Count(one => one.Event is not null));
        Assert.Equal([Zoe, ""], exported.Where(one => one.Event is not null).Select(one => one.Event.Reader).Distinct().OrderDescending());
        Assert.Equal((InsightLevel.Outstanding, Zoe), (Assert.Single(exported, one => one.Insight is not null).Insight.Level, exported.Single(one => one.Insight is not null).Insight.Reader));
        Assert.Equal("stories/a/comments/c1", Assert.Single(exported, one => one.Comment is not null).Comment.Comment);
        Assert.Contains(exported, one => one.Visit is not null);

        Assert.Equal((5, 1, 1), Counts(await EraseAsync(analytics, "creators/ed;roles=editor")));
        Assert.Empty(await ExportAsync(analytics));
        var after = await ReportAsync(analytics);
        Assert.Equal((before.Views, before.Reads, before.EngagedSeconds, before.Shares), (after.Views, after.Reads, after.EngagedSeconds, after.Shares));
        var insights = await analytics.Insights.GetStoryInsightsAsync(new GetStoryInsightsRequest { Story = "stories/a" }, cancellationToken: Cancel);
        Assert.Equal(1, insights.Total);
        var again = await analytics.RecordAsync(events);
        Assert.Equal((0, events.Length), (again.Counted, again.NotCounted.Count(one => one.Reason == NotCountedReason.Duplicate)));
        Assert.Equal((0, 0, 0), Counts(await EraseAsync(analytics, Zoe)));
        Assert.Equal(before.Views, (await ReportAsync(analytics)).Views);
        await analytics.StopAsync();

        analytics = await AnalyticsFixture.StartAsync(feed.Address, analytics.Folder, time);
        Assert.Equal(before.Views, (await ReportAsync(analytics)).Views);
        Assert.Equal(0, (await analytics.RecordAsync(events)).Counted);
        await analytics.DisposeAsync();
    }

    [Fact]
    public async Task What_content_emptied_is_nobodys_here_too()
    {
        await using var feed = await FeedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        await UntilAsync(1);
        feed.Add(CommentBy(""));
        await UntilAsync(0);

        // What the feed brought is there a moment after it was sent.
        async Task UntilAsync(int kept)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            timeout.CancelAfter(TimeSpan.FromSeconds(30));
            while ((await ExportAsync(analytics)).Count != kept)
            {
                await Task.Delay(5, timeout.Token);
            }
        }
    }

    [Fact]
    public async Task Only_the_reader_and_editors_may_show_and_erase()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => EraseAsync(analytics, ""));
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => EraseAsync(analytics, "readers/bob"));
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => ExportAsync(analytics, "readers/bob"));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => EraseAsync(analytics, "creators/ed;roles=editor", "stories/a"));
        Assert.Equal((0, 0, 0), Counts(await EraseAsync(analytics, "creators/ada", "creators/ada")));
    }

    private static (long Events, long Insights, long Comments) Counts(EraseReaderResponse erased) => (erased.EventCount, erased.InsightCount, erased.CommentCount);

    internal static async Task<FeedServer> FeedAsync()
    {
        var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        feed.Add(CommentBy(Zoe));
        feed.Publish(AnalyticsFixture.Explainer("last"));
        return feed;
    }

    private static Change CommentBy(string author) => new()
    {
        Resource = "stories/a/comments/c1",
        Comment = new Comment { Name = "stories/a/comments/c1", Author = author, CreateTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) },
    };

    private static Task<int> RolledAsync(AnalyticsFixture analytics) => analytics.Services.GetRequiredService<Rollups>().PassAsync(Cancel);

    internal static Task<Insight> SubmitAsync(AnalyticsFixture analytics, string reader, InsightLevel level) => analytics.Insights.SubmitInsightAsync(
        new SubmitInsightRequest { Story = "stories/a", Insight = new Insight { Level = level } }, AnalyticsFixture.As(reader), cancellationToken: Cancel).ResponseAsync;

    internal static Task<EraseReaderResponse> EraseAsync(AnalyticsFixture analytics, string caller, string reader = Zoe) =>
        analytics.Privacy.EraseReaderAsync(new EraseReaderRequest { Name = reader }, caller.Length > 0 ? AnalyticsFixture.As(caller) : null, cancellationToken: Cancel).ResponseAsync;

    private static async Task<List<ExportReaderResponse>> ExportAsync(AnalyticsFixture analytics, string caller = Zoe)
    {
        using var call = analytics.Privacy.ExportReader(new ExportReaderRequest { Name = Zoe }, AnalyticsFixture.As(caller), cancellationToken: Cancel);
        return await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
    }

    internal static async Task<StoryReport> ReportAsync(AnalyticsFixture analytics) =>
        await analytics.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = "stories/a" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60), cancellationToken: Cancel);
}
