using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Analytics.Tests;

/// <summary>Reads, engaged time and reports, from events in whatever order.</summary>
public abstract class ReadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetStoryReport_of_a_story_without_events_is_zero_and_of_an_unknown_one_not_found()
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        var report = await ReportAsync(analytics, "stories/a");
        Assert.Equal((0, 0, 0.0, "read/1"), (report.Views, report.Reads, report.EngagedSeconds, report.ReadRule));
        Assert.False(report.HasReadRatio);
        Assert.Empty(report.Revisions);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => ReportAsync(analytics, "stories/none"));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ReportAsync(analytics, "communities/none"));
    }

    [Fact]
    public async Task A_story_that_the_feed_has_not_brought_yet_is_asked_of_content()
    {
        await using var feed = await StoryServer.StartAsync(AnalyticsFixture.Explainer("fresh"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        Assert.Equal(0, (await ReportAsync(analytics, "stories/fresh")).Views);
        Assert.Equal(0, (await analytics.Insights.GetStoryInsightsAsync(new GetStoryInsightsRequest { Story = "stories/fresh" }, cancellationToken: Cancel)).Total);
    }

    [Fact]
    public async Task Another_rule_gives_its_figures_from_the_same_visits_also_of_hours_that_are_rolled_up()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        var folder = AnalyticsFixture.NewFolder();
        await using (var analytics = await AnalyticsFixture.StartAsync(feed.Address, folder, time))
        {
            await analytics.KnowsAsync("stories/a");
            await analytics.RecordAsync([.. analytics.Read("stories/a", "v"), analytics.View("stories/a", "w"), analytics.Heartbeat("stories/a", "w", -5, 5, "lead")]);
            time.Advance(TimeSpan.FromHours(3));
            await analytics.Services.GetRequiredService<Reading.Rollups>().PassAsync(Cancel);
            var first = await ReportAsync(analytics, "stories/a");
            Assert.Equal(("read/1", 1), (first.ReadRule, first.Reads));
        }

        await using var lenient = await AnalyticsFixture.StartAsync(
            feed.Address, folder, time, "--Broadsheet:Analytics:ReadRule:Id=read/2", "--Broadsheet:Analytics:ReadRule:EngagedSeconds=5", "--Broadsheet:Analytics:ReadRule:SectionShare=0.25");
        var second = await ReportAsync(lenient, "stories/a");
        Assert.Equal(("read/2", 2), (second.ReadRule, second.Reads));
        var rule = await lenient.Reports.DescribeReadRuleAsync(new DescribeReadRuleRequest(), cancellationToken: Cancel);
        Assert.Equal(("read/2", 5.0, 0.5, 0.25), (rule.Id, rule.EngagedSeconds, rule.ReadingShare, rule.SectionShare));

        // The numbers of a rule never change under its id.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AnalyticsFixture.StartAsync(
            settings: ["--Broadsheet:Analytics:ReadRule:Id=read/1", "--Broadsheet:Analytics:ReadRule:EngagedSeconds=5"]));
        Assert.Contains("read/1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Thirty seconds and two of four sections; then a second or a section too little.
    [InlineData(1_000, 60, 30, 2, true)]
    [InlineData(1_000, 60, 29.5, 2, false)]
    [InlineData(1_000, 60, 30, 1, false)]
    // 119 words are 30 s: half of them is enough.
    [InlineData(119, 60, 15, 2, true)]
    [InlineData(119, 60, 14.9, 2, false)]
    // No more than the wall shows.
    [InlineData(1_000, 29, 35, 4, false)]
    public async Task A_visit_is_a_read_by_the_rule(int words, double wall, double engaged, int sections, bool read)
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a", words));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        string[] ids = ["lead", "section-1", "section-2", "section-3"];
        await analytics.RecordAsync(
            analytics.View("stories/a", "v", ago: 100),
            analytics.Heartbeat("stories/a", "v", 100 - wall, engaged, [.. ids[..sections], "elsewhere", "nowhere"]));
        var report = await ReportAsync(analytics, "stories/a");
        Assert.Equal((1, read ? 1 : 0), (report.Views, report.Reads));
        Assert.Equal(Math.Min(wall, engaged), report.EngagedSeconds, 3);
        Assert.Equal(sections / 4.0, report.Depth, 6);
        Assert.Equal(ids[..sections], Assert.Single(report.Revisions).Sections.Where(section => section.Reached == 1).Select(section => section.Section));
    }

    [Fact]
    public async Task Heartbeats_in_any_order_repeated_late_or_missing_give_the_same_figures()
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        string[] ids = ["lead", "section-1", "section-2", "section-3"];
        var run = 0;
        var before = await ReportAsync(analytics, "stories/a");
        // A visit: heartbeats every few seconds with growing totals.
        var visits = Gen.Select(
            Gen.Select(Gen.Double[0.5, 9], Gen.Double[0, 1], Gen.Int[1, 4]).Array[1, 12],
            Gen.Int[0, int.MaxValue]);
        await visits.SampleAsync(
            async (beats, seed) =>
            {
                var visit = $"v{Interlocked.Increment(ref run)}";
                var events = new List<ReadingEvent> { analytics.View("stories/a", visit, ago: 500) };
                var (wall, engaged, reached) = (0.0, 0.0, 0);
                foreach (var (step, share, sections) in beats)
                {
                    wall += step;
                    engaged += step * share;
                    reached = Math.Max(reached, sections);
                    events.Add(analytics.Heartbeat("stories/a", visit, 500 - wall, engaged, ids[..reached]));
                }

                // All but the last may be lost; any may come twice, in whatever order, in several calls.
                var random = new Random(seed);
                var sent = events.Where((one, i) => i == 0 || i == events.Count - 1 || random.Next(2) == 0).SelectMany(one => Enumerable.Repeat(one, 1 + random.Next(3))).ToArray();
                random.Shuffle(sent);
                foreach (var batch in sent.Chunk(1 + random.Next(sent.Length)))
                {
                    await analytics.RecordAsync(batch);
                }

                var after = await ReportAsync(analytics, "stories/a");
                Assert.Equal(before.Views + 1, after.Views);
                Assert.Equal(before.Reads + (engaged >= 30 && reached >= 2 ? 1 : 0), after.Reads);
                Assert.Equal(before.EngagedSeconds + engaged, after.EngagedSeconds, 0.001);
                before = after;
            },
            iter: 40, threads: 1);
    }

    [Fact]
    public async Task Figures_are_told_apart_by_revision_and_a_visit_stays_with_the_one_that_it_opened()
    {
        await using var feed = await StoryServer.StartAsync();
        var story = AnalyticsFixture.Explainer("a");
        feed.Publish(story);
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        var view = analytics.View("stories/a", "old");
        await analytics.RecordAsync(view, analytics.View("stories/a", "stated"));
        story.Revision = story.PublishedRevision = 2;
        story.Sections.RemoveAt(3);
        feed.Publish(story);
        await analytics.KnowsAsync("stories/a", 2);
        var late = analytics.Heartbeat("stories/a", "old", -60, 40, "lead", "section-1", "section-3");
        await analytics.RecordAsync(late, analytics.View("stories/a", "new", ago: -1));

        var report = await ReportAsync(analytics, "stories/a");
        Assert.Equal([(2, 1L, 0L), (1, 2L, 1L)], report.Revisions.Select(one => (one.Revision, one.Views, one.Reads)));
        Assert.Equal(["lead", "section-1", "section-3"], report.Revisions[1].Sections.Where(section => section.Reached > 0).Select(section => section.Section));
        Assert.Equal(3, report.Revisions[0].Sections.Count);
    }

    [Fact]
    public async Task Readers_are_exact_for_a_day_and_honest_for_longer()
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        await analytics.RecordAsync(
        [
            .. Enumerable.Range(0, 40).Select(i => From(analytics.View("stories/a"), $"192.0.2.{i % 10}", "Firefox")),
            From(analytics.View("stories/a"), "192.0.2.0", "Safari"),
            From(analytics.View("stories/a", reader: "readers/ann"), "192.0.2.1", "Firefox"),
            From(analytics.View("stories/a", reader: "readers/ann"), "192.0.2.99", "Firefox"),
        ]);
        var today = await ReportAsync(analytics, "stories/a", oneDay: true);
        Assert.Equal(12, today.UniqueReaders);
        Assert.False(today.HasSignedInReaders || today.HasReaderDays);
        var month = await ReportAsync(analytics, "stories/a");
        Assert.Equal((1, 12), (month.SignedInReaders, month.ReaderDays));
        Assert.False(month.HasUniqueReaders);

        static ReadingEvent From(ReadingEvent one, string address, string agent)
        {
            one.Client = new ReadingClient { IpAddress = address, UserAgent = agent };
            return one;
        }
    }

    private static async Task<StoryReport> ReportAsync(AnalyticsFixture analytics, string story, bool oneDay = false)
    {
        var request = new GetStoryReportRequest { Story = story };
        if (oneDay)
        {
            var today = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).ToDateTime();
            request.From = request.To = new Google.Type.Date { Year = today.Year, Month = today.Month, Day = today.Day };
        }

        return await analytics.Reports.GetStoryReportAsync(request, cancellationToken: Cancel);
    }
}
