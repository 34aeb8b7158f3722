using System.Diagnostics;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Query.Tests.Explore;

public sealed class TrendingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private FeedServer _feed = null!;
    private TrendingServer _analytics = null!;
    private QueryFixture _query = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _feed = await FeedServer.StartAsync();
        _analytics = await TrendingServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address, analytics: _analytics.Address, circuitClock: _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        await _analytics.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Fact]
    public async Task Trending_comes_as_analytics_ranks_it_with_the_parts_of_the_scores()
    {
        await PublishAsync(FeedStories.InOrder("ada bob cleo dan"));
        _analytics.Ranking[""] = ["stories/2", "stories/0", "stories/3", "stories/1"];

        var page = await TrendingAsync();

        Assert.Equal(["2", "0", "3", "1"], FeedStories.Names(page));
        Assert.Equal((ExploreOrdering.Trending, ExploreFallbackReason.Unspecified), (page.Ordering, page.FallbackReason));
        Assert.Equal([1, 2, 3, 4], page.Stories.Select(story => story.Reason.Trending.Rank));
        Assert.Equal(
            new TrendingReason
            {
                Rank = 1,
                Rule = "trending/1",
                ComputedAt = TrendingServer.ComputedAt,
                Score = new TrendingScore
                {
                    Value = 4,
                    AgeDecay = 0.5,
                    Parts = { new TrendingPart { Signal = TrendingSignal.Read, Count = 12, DecayedCount = 4, Weight = 2, Contribution = 8 } },
                },
            },
            page.Stories[0].Reason.Trending);
        Assert.Equal(1, _analytics.Calls);
    }

    [Fact]
    public async Task Trending_of_a_community_is_asked_for_as_such_and_other_filters_are_applied()
    {
        await PublishAsync(
            FeedStories.Of("a", 1, "ada", topic: "space"), FeedStories.Of("b", 2, "bob", topic: "food"), FeedStories.Of("c", 3, "cleo", topic: "space"));
        _analytics.Ranking["communities/geeks"] = ["stories/b", "stories/a", "stories/c"];

        var page = await TrendingAsync(request => (request.Community, request.Topic) = ("communities/geeks", "space"));

        Assert.Equal(["a", "c"], FeedStories.Names(page));
        Assert.Equal([2, 3], page.Stories.Select(story => story.Reason.Trending.Rank));
        Assert.Equal(new ListTrendingRequest { Community = "communities/geeks", PageSize = 100 }, _analytics.LastRequest);
        Assert.Equal(ExploreFallbackReason.Unspecified, page.FallbackReason);
    }

    [Fact]
    public async Task Trending_skips_what_is_not_published_and_fills_up_with_the_latest()
    {
        await PublishAsync(FeedStories.InOrder("ada bob cleo dan eve"));
        _analytics.Ranking[""] = ["stories/ghost", "stories/3", "\0 not a name", "stories/3", "stories/1"];

        var page = await TrendingAsync();

        Assert.Equal(["3", "1", "0", "2", "4"], FeedStories.Names(page));
        Assert.Equal((ExploreOrdering.Trending, ExploreFallbackReason.TooFewTrending), (page.Ordering, page.FallbackReason));
        Assert.Equal([true, true, false, false, false], page.Stories.Select(story => story.Reason.ReasonCase == ExploreReason.ReasonOneofCase.Trending));
        Assert.Equal(new LatestReason(), page.Stories[2].Reason.Latest);

        _feed.Remove("stories/3");
        await _query.CaughtUpAsync(_feed);
        Assert.Equal(["1", "0", "2", "4"], FeedStories.Names(await TrendingAsync()));
    }

    [Fact]
    public async Task Trending_nothing_is_the_latest_and_says_so()
    {
        await PublishAsync(FeedStories.InOrder("ada bob"));

        var page = await TrendingAsync();

        Assert.Equal(["0", "1"], FeedStories.Names(page));
        Assert.Equal((ExploreOrdering.Recency, ExploreFallbackReason.TooFewTrending), (page.Ordering, page.FallbackReason));
    }

    [Fact]
    public async Task Trending_pages_keep_the_order_of_the_first_whatever_is_ranked_meanwhile()
    {
        await PublishAsync(FeedStories.InOrder("a b c d e f g h i j"));
        _analytics.Ranking[""] = ["stories/9", "stories/7", "stories/8", "stories/6", "stories/5"];
        var first = await TrendingAsync(request => request.PageSize = 2);

        _analytics.Ranking[""] = ["stories/0", "stories/9", "stories/6"];
        await PublishAsync(FeedStories.Of("new", 20_000, "new"));
        var second = await TrendingAsync(request => (request.PageSize, request.PageToken) = (2, first.NextPageToken));
        var third = await TrendingAsync(request => (request.PageSize, request.PageToken) = (3, second.NextPageToken));
        var calls = _analytics.Calls;
        var fourth = await TrendingAsync(request => request.PageToken = third.NextPageToken);

        Assert.Equal(["9", "7"], FeedStories.Names(first));
        Assert.Equal(["8", "6"], FeedStories.Names(second));
        Assert.Equal([3, 4], second.Stories.Select(story => story.Reason.Trending.Rank));
        Assert.Equal([null, 1], second.Stories.Select(story => story.Reason.Trending.Score?.Value));
        Assert.Equal(ExploreFallbackReason.Unspecified, second.FallbackReason);
        Assert.Equal(["5", "new", "0"], FeedStories.Names(third));
        Assert.Equal((ExploreOrdering.Trending, ExploreFallbackReason.TooFewTrending), (third.Ordering, third.FallbackReason));
        Assert.Equal(["1", "2", "3", "4"], FeedStories.Names(fourth));
        Assert.Equal((ExploreOrdering.Recency, ExploreFallbackReason.TooFewTrending), (fourth.Ordering, fourth.FallbackReason));
        Assert.Equal(3, calls);
        Assert.Equal(calls, _analytics.Calls);
    }

    [Fact]
    public async Task Trending_shows_no_third_in_a_row_while_anybody_else_is_left()
    {
        await PublishAsync(FeedStories.InOrder("bob ada ada cleo ada ada ada"));
        _analytics.Ranking[""] = ["stories/4", "stories/5", "stories/6", "stories/2"];

        string[] expected = ["4", "5", "0", "6", "2", "3", "1"];
        Assert.Equal(expected, FeedStories.Names(await TrendingAsync()));
        foreach (var size in (int[])[1, 2, 3, 4])
        {
            Assert.Equal(expected, await FeedStories.WalkAsync(_query, new ExploreRequest { Feed = ExploreFeed.Trending, PageSize = size }));
        }
    }

    [Fact]
    public async Task Trending_of_a_hundred_fits_its_token()
    {
        var stories = FeedStories.InOrder(string.Join(' ', Enumerable.Range(0, 130).Select(i => $"{new string('c', 90)}{i % 40}")));
        await PublishAsync(stories);
        _analytics.Ranking[""] = [.. stories.Take(120).Reverse().Select(story => story.Name)];

        var walked = await FeedStories.WalkAsync(_query, new ExploreRequest { Feed = ExploreFeed.Trending, PageSize = 7 });

        Assert.Equal([.. Enumerable.Range(20, 100).Reverse(), .. Enumerable.Range(0, 20), .. Enumerable.Range(120, 10)], walked.Select(int.Parse));
    }

    [Fact]
    public async Task Trending_that_is_slow_is_the_latest_in_time_and_later_pages_stay_so()
    {
        await PublishAsync(FeedStories.InOrder("ada bob cleo"));
        _analytics.Ranking[""] = ["stories/2"];
        _analytics.Gate = new TaskCompletionSource().Task;

        var started = Stopwatch.GetTimestamp();
        var page = await TrendingAsync(request => request.PageSize = 1);

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
        Assert.Equal(["0"], FeedStories.Names(page));
        Assert.Equal((ExploreOrdering.Recency, ExploreFallbackReason.AnalyticsTooSlow), (page.Ordering, page.FallbackReason));

        _analytics.Gate = Task.CompletedTask;
        var next = await TrendingAsync(request => request.PageToken = page.NextPageToken);
        Assert.Equal(["1", "2"], FeedStories.Names(next));
        Assert.Equal((ExploreOrdering.Recency, ExploreFallbackReason.AnalyticsTooSlow), (next.Ordering, next.FallbackReason));
        Assert.Equal(["2", "0", "1"], FeedStories.Names(await TrendingAsync()));
    }

    [Fact]
    public async Task Trending_leaves_half_of_a_short_deadline_for_the_answer()
    {
        await PublishAsync(FeedStories.InOrder("ada"));
        _analytics.Gate = new TaskCompletionSource().Task;
        await TrendingAsync();

        var page = await _query.Exploring.ExploreAsync(
            new ExploreRequest { Feed = ExploreFeed.Trending }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(600), cancellationToken: Cancel);

        Assert.Equal(ExploreFallbackReason.AnalyticsTooSlow, page.FallbackReason);
    }

    [Fact]
    public async Task Trending_analytics_that_goes_away_between_pages_leaves_the_order_as_it_was()
    {
        await PublishAsync(FeedStories.InOrder("ada bob cleo"));
        _analytics.Ranking[""] = ["stories/2", "stories/1", "stories/0"];
        var first = await TrendingAsync(request => request.PageSize = 1);

        _analytics.Failure = StatusCode.Internal;
        var second = await TrendingAsync(request => request.PageToken = first.NextPageToken);

        Assert.Equal(["1", "0"], FeedStories.Names(second));
        Assert.Equal((ExploreOrdering.Trending, ExploreFallbackReason.Unspecified), (second.Ordering, second.FallbackReason));
        Assert.All(second.Stories, story => Assert.Null(story.Reason.Trending.Score));
    }

    [Fact]
    public async Task Trending_that_keeps_failing_is_not_asked_for_until_the_circuit_closes()
    {
        await PublishAsync(FeedStories.InOrder("ada bob"));
        _analytics.Ranking[""] = ["stories/1", "stories/0"];
        _analytics.Failure = StatusCode.Internal;
        var reasons = new List<ExploreFallbackReason>();
        for (var i = 0; i < 8; i++)
        {
            var page = await TrendingAsync();
            Assert.Equal(["0", "1"], FeedStories.Names(page));
            Assert.Equal(ExploreOrdering.Recency, page.Ordering);
            reasons.Add(page.FallbackReason);
        }

        Assert.Equal(5, reasons.Count(reason => reason == ExploreFallbackReason.AnalyticsUnavailable));
        Assert.Equal(3, reasons.Count(reason => reason == ExploreFallbackReason.AnalyticsNotAsked));
        Assert.Equal(5, _analytics.Calls);

        _analytics.Failure = null;
        Assert.Equal(ExploreFallbackReason.AnalyticsNotAsked, (await TrendingAsync()).FallbackReason);
        _clock.Advance(TimeSpan.FromSeconds(6));
        var healed = await TrendingAsync();
        Assert.Equal(["1", "0"], FeedStories.Names(healed));
        Assert.Equal((ExploreOrdering.Trending, ExploreFallbackReason.Unspecified), (healed.Ordering, healed.FallbackReason));
    }

    [Fact]
    public async Task Trending_analytics_that_is_down_or_not_there_is_said()
    {
        await PublishAsync(FeedStories.InOrder("ada bob"));
        await _analytics.DisposeAsync();
        Assert.Equal(ExploreFallbackReason.AnalyticsUnavailable, (await TrendingAsync()).FallbackReason);

        await using var alone = await QueryFixture.StartAsync(_feed.Address);
        var page = await alone.Exploring.ExploreAsync(new ExploreRequest { Feed = ExploreFeed.Trending }, cancellationToken: Cancel);
        Assert.Equal(["0", "1"], FeedStories.Names(page));
        Assert.Equal((ExploreOrdering.Recency, ExploreFallbackReason.AnalyticsNotConfigured), (page.Ordering, page.FallbackReason));
    }

    [Fact]
    public async Task Latest_does_not_ask_analytics()
    {
        await PublishAsync(FeedStories.InOrder("ada"));

        await _query.Exploring.ExploreAsync(new ExploreRequest(), cancellationToken: Cancel);

        Assert.Equal(0, _analytics.Calls);
    }

    private async Task<ExploreResponse> TrendingAsync(Action<ExploreRequest>? change = null)
    {
        var request = new ExploreRequest { Feed = ExploreFeed.Trending };
        change?.Invoke(request);
        return await _query.Exploring.ExploreAsync(request, cancellationToken: Cancel);
    }

    private async Task PublishAsync(params Story[] stories)
    {
        foreach (var story in stories)
        {
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
    }
}
