using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Broadsheet.Query.Tests;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Analytics.Tests;

/// <summary>What is read most right now.</summary>
public abstract class TrendingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Neither_one_reader_reloading_nor_an_anonymous_burst_carries_a_story()
    {
        await using var feed = await FeedServer.StartAsync();
        foreach (var id in new[] { "read", "reloaded", "burst", "other" })
        {
            var story = AnalyticsFixture.Explainer(id);
            story.Community = id == "other" ? "communities/else" : story.Community;
            feed.Publish(story);
        }

        feed.Add(new Change
        {
            Resource = "stories/read/comments/c1",
            Comment = new Comment { Name = "stories/read/comments/c1", Author = "readers/r1", CreateTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) },
        });
        feed.Publish(AnalyticsFixture.Explainer("last"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        // Twenty signed-in readers who read; one who loads a page two hundred times; five hundred nobodies at once.
        await analytics.RecordAsync([.. Enumerable.Range(0, 20).SelectMany(i => analytics.Read("stories/read", $"v{i}", $"readers/r{i}"))]);
        await analytics.RecordAsync([.. Enumerable.Range(0, 200).Select(i => analytics.View("stories/reloaded", $"r{i}", reader: "readers/ann"))]);
        await analytics.RecordAsync([.. Enumerable.Range(0, 500).Select(i =>
        {
            var view = analytics.View("stories/burst", $"b{i}");
            view.Client = new ReadingClient { IpAddress = $"198.51.{i / 250}.{i % 250}", UserAgent = "Firefox" };
            return view;
        })]);
        await analytics.RecordAsync(analytics.View("stories/other", reader: "readers/ann"), analytics.View("stories/nowhere", reader: "readers/ann"));

        var trending = await analytics.Reports.ListTrendingAsync(new ListTrendingRequest(), cancellationToken: Cancel);
        Assert.Equal(("trending/1", true), (trending.Rule, trending.ComputedAt is not null));
        Assert.Equal(["stories/read", "stories/burst"], trending.Stories.Select(one => one.Story).Take(2));
        Assert.DoesNotContain("stories/nowhere", trending.Stories.Select(one => one.Story));
        var parts = trending.Stories[0].Score.Parts.ToDictionary(part => part.Signal);
        Assert.Equal((20, 20, 1), (parts[TrendingSignal.View].Count, parts[TrendingSignal.Read].Count, parts[TrendingSignal.Comment].Count));
        var reloaded = trending.Stories.Single(one => one.Story == "stories/reloaded").Score;
        Assert.Equal(1, Assert.Single(reloaded.Parts).Count);
        Assert.All(trending.Stories, one =>
        {
            Assert.Equal(one.Score.AgeDecay * one.Score.Parts.Sum(part => part.Contribution), one.Score.Value, 9);
            Assert.All(one.Score.Parts, part => Assert.True(part.DecayedCount <= part.Count && part.Contribution <= (part.Weight * part.DecayedCount) + 1e-9));
        });

        var other = await analytics.Reports.ListTrendingAsync(new ListTrendingRequest { Community = "communities/else" }, cancellationToken: Cancel);
        Assert.Equal(["stories/other"], other.Stories.Select(one => one.Story));
        Assert.Single((await analytics.Reports.ListTrendingAsync(new ListTrendingRequest { PageSize = 1 }, cancellationToken: Cancel)).Stories);
    }
}
