using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Explore;

public sealed class ExploreTests : IAsyncLifetime
{
    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Metadata Reader => new() { { "x-broadsheet-caller", "readers/rosa" } };

    public async ValueTask InitializeAsync()
    {
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Fact]
    public async Task Explore_lists_the_latest_first_with_what_a_card_shows_and_why()
    {
        var story = FeedStories.Of("tides", 2, "ada");
        story.Dek = "Why it rises";
        story.Revision = 7;
        await PublishAsync(story, FeedStories.Of("bread", 3, "bob"), FeedStories.Of("coal", 1, "cleo"));

        var page = await ExploreAsync(new ExploreRequest());

        Assert.Equal(["bread", "tides", "coal"], Names(page));
        Assert.Equal(
            new ExploredStory
            {
                Story = "stories/tides",
                Revision = 7,
                Title = "Story tides",
                Dek = "Why it rises",
                Community = "communities/geeks",
                Creator = "creators/ada",
                PublishTime = story.PublishTime,
                Reason = new ExploreReason { Latest = new LatestReason() },
            },
            page.Stories[1]);
        Assert.Equal((ExploreOrdering.Recency, ExploreFallbackReason.Unspecified, ""), (page.Ordering, page.FallbackReason, page.NextPageToken));
    }

    [Fact]
    public async Task Explore_takes_filters_together_and_repeats_them_as_the_reason()
    {
        await PublishAsync(
            FeedStories.Of("a", 9, "ada", community: "geeks", topic: "Space"),
            FeedStories.Of("b", 8, "bob", community: "geeks", topic: "space"),
            FeedStories.Of("c", 7, "ada", community: "cooks", topic: "space"),
            FeedStories.Of("d", 6, "ada", community: "geeks", topic: "food"),
            FeedStories.Of("e", 5, "ada", community: "geeks", topic: "space", language: "fr"));

        Assert.Equal(["a", "b", "d", "e"], Names(await ExploreAsync(new ExploreRequest { Community = "communities/geeks" })));
        Assert.Equal(["a", "c", "d", "e"], Names(await ExploreAsync(new ExploreRequest { Creator = "creators/ada" })));
        Assert.Equal(["a", "b", "c", "e"], Names(await ExploreAsync(new ExploreRequest { Topic = "SPACE" })));
        var spaced = await ExploreAsync(new ExploreRequest { Topic = " Space\t" });
        Assert.Equal(["a", "b", "c", "e"], Names(spaced));
        Assert.Equal("space", spaced.Stories[0].Reason.Latest.Topic);
        Assert.Equal(["e"], Names(await ExploreAsync(new ExploreRequest { Language = "fr" })));
        Assert.Equal(["b", "c"], Names(await ExploreAsync(new ExploreRequest { PublishedFrom = FeedStories.Time(7), PublishedBefore = FeedStories.Time(9) })));
        Assert.Empty(Names(await ExploreAsync(new ExploreRequest { Community = "communities/nobody" })));
        var all = await ExploreAsync(new ExploreRequest { Community = "communities/geeks", Creator = "creators/ada", Topic = "Space", Language = "en" });
        Assert.Equal(
            new LatestReason { Community = "communities/geeks", Creator = "creators/ada", Topic = "space", Language = "en" },
            Assert.Single(all.Stories).Reason.Latest);
    }

    [Fact]
    public async Task Explore_shows_no_third_in_a_row_by_one_creator_and_the_held_back_as_soon_as_they_may()
    {
        await PublishAsync(FeedStories.InOrder("ada ada ada ada bob ada cleo"));

        Assert.Equal(["0", "1", "4", "2", "3", "6", "5"], Names(await ExploreAsync(new ExploreRequest())));
        Assert.Equal(["0", "1", "4", "2", "3", "6", "5"], await WalkAsync(new ExploreRequest { PageSize = 1 }));
        Assert.Equal(["0", "1", "4", "2", "3", "6", "5"], await WalkAsync(new ExploreRequest { PageSize = 2 }));
        Assert.Equal(["0", "1", "2", "3", "5"], await WalkAsync(new ExploreRequest { Creator = "creators/ada", PageSize = 2 }));
    }

    [Fact]
    public async Task Explore_finds_others_far_behind_many_by_one_creator()
    {
        await PublishAsync(FeedStories.InOrder($"{string.Join(' ', Enumerable.Repeat("ada", 130))} bob cleo"));

        var walked = await WalkAsync(new ExploreRequest { PageSize = 3 });

        Assert.Equal(132, walked.Distinct().Count());
        Assert.Equal(["0", "1", "130", "2", "3", "131", "4", "5", "6"], walked[..9]);
        Assert.Equal("129", walked[^1]);
    }

    [Fact]
    public async Task Explore_stories_without_creator_are_not_held_back()
    {
        var stories = FeedStories.InOrder("x x x ada");
        foreach (var story in stories[..3])
        {
            story.Creator = "";
        }

        await PublishAsync(stories);

        Assert.Equal(["0", "1", "2", "3"], await WalkAsync(new ExploreRequest { PageSize = 2 }));
    }

    [Fact]
    public async Task Explore_pages_are_not_moved_by_stories_that_arrive_or_go()
    {
        await PublishAsync(FeedStories.InOrder("ada ada ada bob cleo ada dan eve"));
        var first = await ExploreAsync(new ExploreRequest { PageSize = 3 });

        await PublishAsync(FeedStories.Of("new", 100_000, "ada"));
        _feed.Remove("stories/4");
        await _query.CaughtUpAsync(_feed);

        Assert.Equal(["0", "1", "3"], Names(first));
        Assert.Equal(["2", "5", "6", "7"], await WalkAsync(new ExploreRequest { PageSize = 3, PageToken = first.NextPageToken }));
        Assert.Equal("new", Names(await ExploreAsync(new ExploreRequest()))[0]);
    }

    [Fact]
    public async Task Explore_token_of_another_filter_feed_or_form_is_refused()
    {
        await PublishAsync(FeedStories.InOrder("ada bob cleo"));
        var token = (await ExploreAsync(new ExploreRequest { PageSize = 1 })).NextPageToken;

        ExploreRequest[] wrong =
        [
            new() { PageToken = token, Community = "communities/geeks" },
            new() { PageToken = token, Feed = ExploreFeed.Trending },
            new() { PageToken = token[..^1] },
            new() { PageToken = "nonsense" },
            new() { PageToken = new string('A', 100_000) },
            new() { PageToken = Broadsheet.Hosting.Paging.PageToken.Encode("AAAA", Broadsheet.Query.Explore.ExplorePosition.FilterOf(new ExploreRequest(), "")) },
        ];
        foreach (var request in wrong)
        {
            var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => ExploreAsync(request));
            Assert.Equal(["page_token"], fields);
        }

        Assert.Equal(["1", "2"], Names(await ExploreAsync(new ExploreRequest { PageToken = token, Feed = ExploreFeed.Latest, PageSize = 5 })));
    }

    [Theory]
    [InlineData("{\"feed\":99}", "feed")]
    [InlineData("{\"community\":\"geeks\"}", "community")]
    [InlineData("{\"creator\":\"creators/\\u0000\"}", "creator")]
    [InlineData("{\"pageSize\":-1}", "page_size")]
    [InlineData("{\"atLeastAsFresh\":{\"story\":\"stories/a\",\"etag\":\"new\"}}", "at_least_as_fresh.etag")]
    public async Task Explore_names_the_field_that_breaks_a_rule(string json, string field)
    {
        var request = ExploreRequest.Parser.ParseJson(json);

        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ExploreAsync(request));

        Assert.Equal([field], fields);
    }

    [Fact]
    public async Task Explore_hostile_values_get_an_answer_or_a_typed_error()
    {
        await PublishAsync(FeedStories.InOrder("ada bob"));

        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ExploreAsync(new ExploreRequest { Topic = new string('x', 1_000_000) }));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ExploreAsync(new ExploreRequest { PublishedFrom = new Timestamp { Seconds = long.MaxValue } }));
        Assert.Empty((await ExploreAsync(new ExploreRequest { Topic = "\0\u202E😀\"*" })).Stories);
        Assert.Empty((await ExploreAsync(new ExploreRequest { Language = "-*-" })).Stories);
        Assert.Equal(2, (await ExploreAsync(new ExploreRequest { PageSize = int.MaxValue })).Stories.Count);
    }

    [Fact]
    public async Task Explore_waits_for_the_version_asked_for()
    {
        var version = _feed.Publish(FeedStories.Of("fresh", 1, "ada"));

        var page = await ExploreAsync(new ExploreRequest { AtLeastAsFresh = new Freshness { Story = "stories/fresh", Etag = $"v{version}" } });

        Assert.Equal(["fresh"], Names(page));
        await RpcAssert.FailsAsync(
            StatusCode.Unavailable, "NOT_YET_APPLIED", () => ExploreAsync(new ExploreRequest { AtLeastAsFresh = new Freshness { Story = "stories/fresh", Etag = "v99" } }));
    }

    [Fact]
    public async Task Following_lists_what_the_caller_follows_and_says_which_follow_brought_it()
    {
        await PublishAsync(
            FeedStories.Of("a", 9, "ada", community: "geeks"),
            FeedStories.Of("b", 8, "bob", community: "geeks"),
            FeedStories.Of("c", 7, "bob", community: "cooks"),
            FeedStories.Of("d", 6, "ada", community: "cooks"));
        _feed.Follows.Set("readers/rosa", "creators/ada", "communities/cooks", "creators/ghost");

        var page = await FollowingAsync(new ExploreRequest());

        Assert.Equal(["a", "c", "d"], Names(page));
        Assert.Equal(
            [
                new FollowingReason { Creator = "creators/ada" },
                new FollowingReason { Community = "communities/cooks" },
                new FollowingReason { Creator = "creators/ada", Community = "communities/cooks" },
            ],
            page.Stories.Select(story => story.Reason.Following));
        Assert.Equal(1, _feed.Follows.Calls);
        Assert.Equal(["c", "d"], Names(await FollowingAsync(new ExploreRequest { Community = "communities/cooks" })));
    }

    [Fact]
    public async Task Following_pages_belong_to_their_caller()
    {
        await PublishAsync(FeedStories.InOrder("ada bob ada bob"));
        _feed.Follows.Set("readers/rosa", "creators/ada");
        _feed.Follows.Set("readers/otto", "creators/bob");

        var first = await FollowingAsync(new ExploreRequest { PageSize = 1 });

        Assert.Equal(["2"], Names(await FollowingAsync(new ExploreRequest { PageToken = first.NextPageToken })));
        var other = new Metadata { { "x-broadsheet-caller", "readers/otto;roles=editor" } };
        await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument,
            "PAGE_TOKEN_INVALID",
            async () => await _query.Exploring.ExploreAsync(new ExploreRequest { Feed = ExploreFeed.Following, PageToken = first.NextPageToken }, other, cancellationToken: Cancel));
        var own = await _query.Exploring.ExploreAsync(new ExploreRequest { Feed = ExploreFeed.Following }, other, cancellationToken: Cancel);
        Assert.Equal(["1", "3"], Names(own));
    }

    [Fact]
    public async Task Following_who_follows_nobody_gets_nothing_and_who_is_nobody_an_error()
    {
        await PublishAsync(FeedStories.InOrder("ada bob"));

        Assert.Empty((await FollowingAsync(new ExploreRequest())).Stories);
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => ExploreAsync(new ExploreRequest { Feed = ExploreFeed.Following }));
        Assert.Equal(1, _feed.Follows.Calls);
    }

    [Fact]
    public async Task Following_asks_again_only_behind_two_hundred_follows()
    {
        await PublishAsync(FeedStories.Of("last", 1, "ada"));
        _feed.Follows.Set("readers/rosa", [.. Enumerable.Range(0, 250).Select(i => $"creators/c{i}"), "creators/ada"]);

        Assert.Equal(["last"], Names(await FollowingAsync(new ExploreRequest())));
        Assert.Equal(2, _feed.Follows.Calls);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    public async Task Following_content_that_fails_is_an_error_and_no_empty_page(StatusCode code)
    {
        await PublishAsync(FeedStories.InOrder("ada"));
        _feed.Follows.Failure = new RpcException(new Status(code, "secret"));

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "SERVICE_UNAVAILABLE", () => FollowingAsync(new ExploreRequest()));
    }

    [Fact]
    public async Task Following_content_that_does_not_answer_is_an_error_before_the_deadline()
    {
        await PublishAsync(FeedStories.InOrder("ada"));
        _feed.Follows.Gate = new TaskCompletionSource().Task;

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "SERVICE_UNAVAILABLE", () => FollowingAsync(new ExploreRequest()));
    }

    private async Task<ExploreResponse> ExploreAsync(ExploreRequest request) => await _query.Exploring.ExploreAsync(request, cancellationToken: Cancel);

    private async Task<ExploreResponse> FollowingAsync(ExploreRequest request)
    {
        request.Feed = ExploreFeed.Following;
        return await _query.Exploring.ExploreAsync(request, Reader, cancellationToken: Cancel);
    }

    private Task<string[]> WalkAsync(ExploreRequest request) => FeedStories.WalkAsync(_query, request);

    private static string[] Names(ExploreResponse page) => FeedStories.Names(page);

    private async Task PublishAsync(params Story[] stories)
    {
        foreach (var story in stories)
        {
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
    }
}
