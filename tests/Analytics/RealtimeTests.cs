using System.Diagnostics;
using Broadsheet.Analytics.V1;
using Broadsheet.Clients;
using Broadsheet.Query.Tests;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>Who reads what right now, asked and watched.</summary>
public abstract class RealtimeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetRealtime_counts_readers_of_five_minutes_once_and_views_of_thirty_by_minute()
    {
        await using var feed = await FeedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        var anonymous = analytics.View("stories/a", "v3");
        anonymous.Client = new ReadingClient { IpAddress = "203.0.113.7", UserAgent = "Firefox" };
        await analytics.RecordAsync(
            analytics.View("stories/a", "v1", ago: 10, reader: "readers/ann"),
            analytics.View("stories/b", "v2", ago: 20, reader: "readers/ann"),
            anonymous,
            // Nobody's, long ago, longer ago, and of a story that nobody knows.
            analytics.View("stories/a", "v4"),
            analytics.View("stories/a", "v5", ago: 600, reader: "readers/bob"),
            analytics.View("stories/a", "v6", ago: 7_200, reader: "readers/cleo"),
            analytics.View("stories/unknown", "v7", reader: "readers/dan"));

        var all = await StateAsync(new GetRealtimeRequest());
        Assert.Equal((2, 2), (all.Readers, all.StoryCount));
        Assert.Equal([("stories/a", 2L), ("stories/b", 1L)], all.Stories.Select(story => (story.Story, story.Readers)));
        Assert.Equal((30, 5), (all.Minutes.Count, all.Minutes.Sum(minute => minute.Views)));
        Assert.All(all.Minutes.Zip(all.Minutes.Skip(1)), pair => Assert.Equal(60, pair.Second.Minute.Seconds - pair.First.Minute.Seconds));

        var other = await StateAsync(new GetRealtimeRequest { Community = "communities/else" });
        Assert.Equal((1, 1, 1), (other.Readers, other.StoryCount, other.Minutes.Sum(minute => minute.Views)));
        var one = await StateAsync(new GetRealtimeRequest { Story = "stories/a" });
        Assert.Equal((2, 4), (one.Readers, one.Minutes.Sum(minute => minute.Views)));
        var none = await StateAsync(new GetRealtimeRequest { Story = "stories/unknown" });
        Assert.Equal((0, 0, 30), (none.Readers, none.Stories.Count, none.Minutes.Count));
        Assert.Equal((2, "stories/a"), ((await StateAsync(new GetRealtimeRequest { PageSize = 1 })).StoryCount, Assert.Single((await StateAsync(new GetRealtimeRequest { PageSize = 1 })).Stories).Story));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => StateAsync(new GetRealtimeRequest { Story = "stories/a", Community = "communities/else" }));

        Task<RealtimeState> StateAsync(GetRealtimeRequest request) => analytics.Reports.GetRealtimeAsync(request, cancellationToken: Cancel).ResponseAsync;
    }

    [Fact]
    public async Task WatchRealtime_gives_the_state_at_once_and_each_change_within_two_seconds_of_its_acknowledgement()
    {
        await using var feed = await FeedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        using var watch = analytics.Reports.WatchRealtime(new WatchRealtimeRequest(), cancellationToken: Cancel);
        using var ofOne = analytics.Reports.WatchRealtime(new WatchRealtimeRequest { Story = "stories/a" }, cancellationToken: Cancel);
        Assert.Equal(0, (await NextAsync(watch)).Readers);
        Assert.Equal(0, (await NextAsync(ofOne)).Readers);

        for (var reader = 1; reader <= 5; reader++)
        {
            await analytics.RecordAsync(analytics.View("stories/a", $"v{reader}", reader: $"readers/r{reader}"));
            var acknowledged = Stopwatch.GetTimestamp();
            await Task.WhenAll(UntilAsync(watch, reader), UntilAsync(ofOne, reader));
            Assert.True(Stopwatch.GetElapsedTime(acknowledged) < TimeSpan.FromSeconds(2), $"{Stopwatch.GetElapsedTime(acknowledged)}");
        }
    }

    [Fact]
    public async Task WatchRealtime_gives_a_slow_watcher_the_newest_state_and_no_backlog()
    {
        await using var feed = await FeedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        using var watch = analytics.Reports.WatchRealtime(new WatchRealtimeRequest(), cancellationToken: Cancel);
        await NextAsync(watch);
        // Nothing is read while a hundred readers come.
        for (var reader = 0; reader < 100; reader++)
        {
            await analytics.RecordAsync(analytics.View("stories/a", $"v{reader}", reader: $"readers/r{reader}"));
        }

        var messages = 0;
        while ((await NextAsync(watch)).Readers < 100)
        {
            messages++;
        }

        // One a second at most, while they came.
        Assert.True(messages < 20, $"{messages} messages");
    }

    [Fact]
    public async Task WatchRealtime_ends_when_the_service_drains()
    {
        await using var service = await AnalyticsProcess.StartAsync(AnalyticsFixture.NewFolder());
        using var watch = service.Reports.WatchRealtime(new WatchRealtimeRequest(), cancellationToken: Cancel);
        await NextAsync(watch);
        service.Terminate();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancel))
            {
            }
        });
        Assert.Equal("SERVER_DRAINING", RpcFailure.From(error).Reason);
    }

    private static async Task<FeedServer> FeedAsync()
    {
        var feed = await FeedServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        var other = AnalyticsFixture.Explainer("b");
        other.Community = "communities/else";
        feed.Publish(other);
        feed.Publish(AnalyticsFixture.Explainer("last"));
        return feed;
    }

    private static async Task<RealtimeState> NextAsync(AsyncServerStreamingCall<WatchRealtimeResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current.State;
    }

    private static async Task UntilAsync(AsyncServerStreamingCall<WatchRealtimeResponse> watch, long readers)
    {
        while ((await NextAsync(watch)).Readers < readers)
        {
        }
    }
}
