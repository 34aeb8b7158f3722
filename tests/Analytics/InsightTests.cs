using Broadsheet.Analytics.Insights;
using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>What readers think of stories.</summary>
public abstract class InsightTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_insight_is_given_changed_and_withdrawn()
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        feed.Publish(AnalyticsFixture.Explainer("b"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/b");
        var none = await SummaryAsync(analytics, "stories/a");
        Assert.Equal((0, 0, false), (none.Total, none.QualifiedReaders, none.Rankable));
        Assert.Equal((3, 8), (none.Levels.Count, none.Strengths.Count));
        Assert.All(none.Levels, level => Assert.False(level.HasShare || level.HasLow || level.HasHigh || level.HasBaseRate || level.Count != 0));

        var given = await SubmitAsync(analytics, "stories/a", "readers/ann", InsightLevel.NiceWork, InsightStrength.EyeOpening, InsightStrength.EasyToRead);
        Assert.Equal(("stories/a", "readers/ann", 1), (given.Story, given.Reader, given.Revision));
        Assert.Equal([InsightStrength.EasyToRead, InsightStrength.EyeOpening], given.Strengths);
        var one = await SummaryAsync(analytics, "stories/a");
        Assert.Equal((1, 1), (one.Total, one.QualifiedReaders));
        Assert.Equal((1, 1.0, 1.0), (one.Levels[1].Count, one.Levels[1].Share, one.Levels[1].BaseRate));
        Assert.Equal((1, 1.0), (one.Strengths[4].Count, one.Strengths[4].Share));

        var changed = await SubmitAsync(analytics, "stories/a", "readers/ann", InsightLevel.Outstanding);
        Assert.Equal(given.CreateTime, changed.CreateTime);
        Assert.Equal([0L, 0L, 1L], (await SummaryAsync(analytics, "stories/a")).Levels.Select(level => level.Count));
        Assert.Equal(InsightLevel.Outstanding, (await MineAsync(analytics, "readers/ann")).Level);
        // The base rate is the community's.
        Assert.Equal(1.0, (await SummaryAsync(analytics, "stories/b")).Levels[2].BaseRate);

        for (var i = 0; i < 2; i++)
        {
            await analytics.Insights.WithdrawInsightAsync(new WithdrawInsightRequest { Story = "stories/a" }, AnalyticsFixture.As("readers/ann"), cancellationToken: Cancel);
        }

        Assert.Equal(0, (await SummaryAsync(analytics, "stories/a")).Total);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => MineAsync(analytics, "readers/ann"));
    }

    [Fact]
    public async Task Qualified_readers_are_the_signed_in_who_read_it_and_who_said_something()
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/a");
        await analytics.RecordAsync(
        [
            .. analytics.Read("stories/a", "v1", "readers/ann"), .. analytics.Read("stories/a", "v2", "readers/ann"), .. analytics.Read("stories/a", "v3", "readers/ben"),
            .. analytics.Read("stories/a", "v4"), analytics.View("stories/a", "v5", reader: "readers/cy"),
        ]);
        for (var i = 0; i < 5; i++)
        {
            await SubmitAsync(analytics, "stories/a", i == 0 ? "readers/ann" : $"readers/r{i}", InsightLevel.GoodEffort);
        }

        var summary = await SummaryAsync(analytics, "stories/a");
        Assert.Equal((5, 6, true, "read/1"), (summary.Total, summary.QualifiedReaders, summary.Rankable, summary.ReadRule));
        Assert.Equal((1.0, 0.5655, 1.0), (summary.Levels[0].Share, Math.Round(summary.Levels[0].Low, 4), summary.Levels[0].High));
    }

    [Fact]
    public async Task Insights_want_a_caller_a_published_story_and_a_level()
    {
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        feed.Publish(AnalyticsFixture.Explainer("gone"));
        feed.Remove("stories/gone");
        feed.Publish(AnalyticsFixture.Explainer("last"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => SubmitAsync(analytics, "stories/a", "", InsightLevel.NiceWork));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => SubmitAsync(analytics, "stories/none", "readers/ann", InsightLevel.NiceWork));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => SummaryAsync(analytics, "stories/gone"));
        Assert.Equal(["insight.level"], (await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => SubmitAsync(analytics, "stories/a", "readers/ann", InsightLevel.Unspecified))).Fields);
        Assert.Equal(
            ["insight.strengths"],
            (await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () =>
                SubmitAsync(analytics, "stories/a", "readers/ann", InsightLevel.NiceWork, InsightStrength.EyeOpening, InsightStrength.EyeOpening))).Fields);
        var described = await analytics.Insights.DescribeInsightsAsync(new DescribeInsightsRequest(), cancellationToken: Cancel);
        Assert.Equal((3, 8, 5), (described.Levels.Count, described.Strengths.Count, described.RankableFrom));
    }

    [Theory]
    // Worked out apart from the service, with 50 decimal digits and z = 1.96.
    [InlineData(0, 10, 0, 0.277540)]
    [InlineData(1, 10, 0.017876, 0.404156)]
    [InlineData(5, 10, 0.236590, 0.763410)]
    [InlineData(10, 10, 0.722460, 1)]
    [InlineData(1, 1, 0.206543, 1)]
    [InlineData(81, 263, 0.255288, 0.366211)]
    [InlineData(15, 148, 0.062386, 0.160489)]
    public void Wilson_interval_is_that_of_the_reference(long count, long total, double low, double high)
    {
        var interval = Wilson.Interval(count, total);
        Assert.Equal(low, interval.Low, 6);
        Assert.Equal(high, interval.High, 6);
    }

    private static async Task<Insight> SubmitAsync(AnalyticsFixture analytics, string story, string caller, InsightLevel level, params InsightStrength[] strengths) =>
        await analytics.Insights.SubmitInsightAsync(
            new SubmitInsightRequest { Story = story, Insight = new Insight { Level = level, Strengths = { strengths } } },
            caller.Length == 0 ? null : AnalyticsFixture.As(caller), cancellationToken: Cancel);

    private static async Task<StoryInsights> SummaryAsync(AnalyticsFixture analytics, string story) =>
        await analytics.Insights.GetStoryInsightsAsync(new GetStoryInsightsRequest { Story = story }, cancellationToken: Cancel);

    private static async Task<Insight> MineAsync(AnalyticsFixture analytics, string caller) =>
        await analytics.Insights.GetInsightAsync(new GetInsightRequest { Story = "stories/a" }, AnalyticsFixture.As(caller), cancellationToken: Cancel);
}
