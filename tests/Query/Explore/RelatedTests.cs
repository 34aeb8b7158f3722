using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Type;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Explore;

public sealed class RelatedTests : IAsyncLifetime
{
    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
    public async Task Related_says_which_names_dates_words_and_topics_are_shared()
    {
        var pact = Stories.Simple(
            "pact", "How the Warsaw Pact ended",
            "The Warsaw Pact was formed on 14 May 1955. The treaty bound eight countries, and its armies held joint exercises.",
            "In 1991 the Warsaw Pact was dissolved in Prague.");
        var nato = Stories.Simple(
            "nato", "Why Poland joined NATO",
            "Poland left the Warsaw Pact, a treaty with joint exercises, when it was dissolved in July 1991.",
            "It had been formed on 14 May 1955.");
        pact.Topics.Add("History");
        nato.Topics.Add("history");
        await PublishAsync([pact, nato, .. Fillers()]);

        var related = await RelatedAsync("pact");

        var story = related.Stories[0];
        Assert.Equal("stories/nato", story.Story);
        Assert.Equal(("Why Poland joined NATO", 1, "communities/geeks", "creators/ada"), (story.Title, story.Revision, story.Community, story.Creator));
        var entity = Assert.Single(story.Entities, entity => entity.Entity == "entities/warsaw-pact");
        Assert.Equal(("Warsaw Pact", 2), (entity.DisplayName, entity.StoryCount));
        Assert.Equal(
            [(new Date { Year = 1955, Month = 5, Day = 14 }, DatePrecision.Day), (new Date { Year = 1991 }, DatePrecision.Year)],
            story.Dates.Select(date => (date.Date, date.Precision)));
        Assert.Superset(new HashSet<string> { "treaty", "joint", "exercises", "dissolved", "formed" }, story.Terms.Select(term => term.Text).ToHashSet());
        Assert.DoesNotContain(story.Terms, term => term.Text is "warsaw" or "pact" or "was" or "1991");
        Assert.Equal(["history"], story.Topics);
        Assert.False(story.NearDuplicate);
        Assert.Equal(story.Score, story.EntityScore + story.DateScore + story.TermScore + story.TopicScore, 9);
        Assert.Equal(story.EntityScore, story.Entities.Sum(each => each.Score), 9);
        Assert.Equal(story.DateScore, story.Dates.Sum(each => each.Score), 9);
        Assert.True(story is { EntityScore: > 0, DateScore: > 0, TermScore: > 0, TopicScore: > 0 });
        Assert.DoesNotContain(related.Stories, each => each.Story == "stories/pact");
    }

    [Fact]
    public async Task Related_rare_names_count_more_than_common_ones()
    {
        await PublishAsync(
        [
            Stories.Simple("source", "A visit", "Angela Merkel met Zdravko Ponosh in Berlin."),
            Stories.Simple("rare", "A career", "Long ago Zdravko Ponosh was a general."),
            Stories.Simple("common", "A speech", "Long ago Angela Merkel was a chemist."),
            .. Enumerable.Range(0, 6).Select(i => Stories.Simple($"m{i}", $"Number {i}", "Angela Merkel left.")),
            .. Fillers(),
        ]);

        var related = await RelatedAsync("source");

        Assert.Equal("stories/rare", related.Stories[0].Story);
        Assert.Equal(["entities/zdravko-ponosh"], related.Stories[0].Entities.Select(entity => entity.Entity));
        Assert.Contains(related.Stories, story => story.Story == "stories/common");
    }

    [Fact]
    public async Task Related_needs_more_than_a_date_or_one_word()
    {
        await PublishAsync(
        [
            Stories.Simple("source", "A bridge", "The viaduct was opened in 1932 by masons."),
            Stories.Simple("year", "A hat", "The hat was made in 1932."),
            Stories.Simple("word", "A bath", "A viaduct leads there."),
            Stories.Simple("words", "A guild", "Masons mended a viaduct."),
            .. Fillers(),
        ]);

        Assert.Equal(["stories/words"], (await RelatedAsync("source")).Stories.Select(story => story.Story));
    }

    [Fact]
    public async Task Related_story_that_says_the_same_is_flagged()
    {
        string[] text = ["The lighthouse at Skerry was built by Alan Stevenson. Its lamp turned for a hundred years, and keepers rowed out in all weathers.", "Then the lamp went dark."];
        await PublishAsync(
        [
            Stories.Simple("source", "Skerry", text),
            Stories.Simple("copy", "Skerry again", [.. text, "Copied with care."]),
            Stories.Simple("other", "Keepers", "At Skerry the keepers of Alan Stevenson rowed out to the lamp."),
            .. Fillers(),
        ]);

        var related = await RelatedAsync("source");

        Assert.Equal([("stories/copy", true), ("stories/other", false)], related.Stories.Select(story => (story.Story, story.NearDuplicate)));
    }

    [Fact]
    public async Task Related_what_is_unpublished_or_changed_is_gone_with_the_next_refresh()
    {
        await PublishAsync(
        [
            Stories.Simple("source", "A visit", "Angela Merkel met Zdravko Ponosh."),
            Stories.Simple("a", "One", "Zdravko Ponosh slept."),
            Stories.Simple("b", "Two", "Zdravko Ponosh woke."),
            .. Fillers(),
        ]);
        Assert.Equal(3, (await RelatedAsync("source")).Stories[0].Entities[0].StoryCount);

        _feed.Remove("stories/a");
        await PublishAsync(Stories.Simple("b", "Two", "Nobody woke."), Stories.Simple("c", "Three", "Zdravko Ponosh sang."));

        var related = await RelatedAsync("source");
        Assert.Equal(["stories/c"], related.Stories.Select(story => story.Story));
        Assert.Equal(2, related.Stories[0].Entities[0].StoryCount);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => RelatedAsync("a"));
    }

    [Fact]
    public async Task Related_of_an_unknown_story_or_a_bad_request_is_a_typed_error()
    {
        await PublishAsync(Fillers());

        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => RelatedAsync("ghost"));
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => RelatedAsync("../\0"));
        Assert.Equal(["story"], fields);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => RelatedAsync("filler-0", -1));
        Assert.Equal(["page_size"], fields);
        await RpcAssert.FailsAsync(
            StatusCode.Unavailable,
            "NOT_YET_APPLIED",
            async () => await _query.Exploring.ListRelatedAsync(
                new ListRelatedRequest { Story = "stories/filler-0", AtLeastAsFresh = new Freshness { Story = "stories/filler-0", Etag = "v99" } }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Related_is_the_same_in_whatever_order_stories_came()
    {
        Story[] stories = [.. Enumerable.Range(0, 30).Select(i => Stories.Simple(
            $"s{i}", $"Title {i % 7}", $"Zdravko Ponosh met Person{i % 3} Smith in {1900 + (i % 5)} about the lighthouse and the viaduct number{i}."))];
        await PublishAsync(stories);
        await using var feed = await FeedServer.StartAsync();
        await using var query = await QueryFixture.StartAsync(feed.Address);
        foreach (var story in stories.Reverse())
        {
            feed.Publish(story);
            await query.CaughtUpAsync(feed);
        }

        var request = new ListRelatedRequest { Story = "stories/s4", PageSize = 50 };
        var first = await _query.Exploring.ListRelatedAsync(request, cancellationToken: Cancel);
        Assert.Equal(29, first.Stories.Count);
        Assert.Equal(first, await _query.Exploring.ListRelatedAsync(request, cancellationToken: Cancel));
        Assert.Equal(first, await query.Exploring.ListRelatedAsync(request, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Related_hostile_stories_are_answered_in_bounded_time()
    {
        var random = new Random(7);
        string Word() => new([.. Enumerable.Range(0, 8).Select(_ => (char)('a' + random.Next(26)))]);
        await PublishAsync(
        [
            Stories.Simple("long", "Long", [.. Enumerable.Range(0, 2_000).Select(_ => $"{Word()} {Word()} {Word()} in {random.Next(1000, 2000)}.")]),
            Stories.Simple("empty", "", ""),
            Stories.Simple("odd", "😀 \u202E\0", "\u0301\u0301 😀😀 𝔖 - - - 9999999999999999999"),
            Stories.Simple("cut", "Cut", new string('x', 19_999) + "😀 and more"),
            Stories.Simple("same", "a a a", [.. Enumerable.Repeat("Aa Bb aa bb.", 3_000)]),
            Stories.Simple("same2", "a a a", [.. Enumerable.Repeat("Aa Bb aa bb.", 3_000)]),
        ]);

        foreach (var name in (string[])["long", "empty", "odd", "cut", "same"])
        {
            var related = await RelatedAsync(name, 1_000);
            Assert.All(related.Stories, story => Assert.True(double.IsFinite(story.Score) && story is { Entities.Count: <= 10, Dates.Count: <= 10, Terms.Count: <= 10 }));
        }

        Assert.True((await RelatedAsync("same")).Stories.First(story => story.Story == "stories/same2").NearDuplicate);
    }

    /// <summary>Stories that have nothing to do with anything.</summary>
    private static Story[] Fillers() => [.. Enumerable.Range(0, 8).Select(i => Stories.Simple($"filler-{i}", $"Filler{i}", $"Nothing{i} whatsoever{i} happened{i} here{i}."))];

    private async Task<ListRelatedResponse> RelatedAsync(string story, int size = 0) =>
        await _query.Exploring.ListRelatedAsync(new ListRelatedRequest { Story = $"stories/{story}", PageSize = size }, cancellationToken: Cancel);

    private async Task PublishAsync(params Story[] stories)
    {
        foreach (var story in stories)
        {
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
    }
}
