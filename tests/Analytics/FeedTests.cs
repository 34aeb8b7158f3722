using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Analytics.Tests;

/// <summary>What is known of stories, when the feed is another one.</summary>
public abstract class FeedTests
{
    [Fact]
    public async Task A_feed_that_is_read_anew_ends_the_stories_that_are_not_in_it_and_brings_back_older_versions()
    {
        var feed = await FeedServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("other"));
        feed.Publish(AnalyticsFixture.Explainer("kept"));
        feed.Publish(AnalyticsFixture.Explainer("gone"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/gone");
        var stories = analytics.Services.GetRequiredService<StoryKnowledge>();

        // Content was restored from a backup that was made when "kept" had another title and "gone" was not there.
        var address = feed.Address;
        await feed.DisposeAsync();
        await using var restored = await FeedServer.StartAsync(address.Port);
        restored.FeedId = "b";
        var older = AnalyticsFixture.Explainer("kept");
        older.Title = "As it was";
        restored.Publish(older);
        while (stories.Find("stories/kept")?.Title != "As it was" || stories.Find("stories/gone")!.Published)
        {
            await Task.WhenAny(stories.Grown, Task.Delay(50, TestContext.Current.CancellationToken));
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        await RpcAssert.FailsAsync(
            StatusCode.NotFound, "RESOURCE_NOT_FOUND",
            () => analytics.Insights.GetStoryInsightsAsync(new GetStoryInsightsRequest { Story = "stories/gone" }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.False(stories.Find("stories/other")!.Published);
    }
}
