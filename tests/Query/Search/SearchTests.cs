using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Search;

public sealed class SearchTests : IAsyncLifetime
{
    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

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
    public async Task Search_word_in_other_form_finds_and_marks_it()
    {
        await PublishAsync(
            Stories.Of("tides", "Why the sea rises", "", ("", ["Boats wait. The harbour masters were measuring tides for years."]), ("The moon", ["It pulls."])),
            Stories.Simple("bread", "How bread rises", "Yeast makes gas."));

        var found = await _query.SearchAsync("measure tide");

        var result = Assert.Single(found.Results);
        Assert.Equal(1, found.TotalSize);
        Assert.Equal("stories/tides", result.Story);
        var highlight = Assert.Single(result.Highlights);
        Assert.Equal("The harbour masters were measuring tides for years.", highlight.Text);
        Assert.Equal("lead", highlight.Section);
        var text = _feedText("tides");
        Assert.Equal(highlight.Text, Stories.Cut(text, highlight.Start, highlight.End));
        Assert.Equal(["measuring", "tides"], highlight.Matches.Select(match => Stories.Cut(text, match.Start, match.End)));
    }

    [Fact]
    public async Task Search_phrase_matches_only_as_such_and_is_one_match()
    {
        await PublishAsync(
            Stories.Simple("pact", "An alliance", "The Warsaw Pact was formed in 1955. A pact it was."),
            Stories.Simple("city", "A city", "Warsaw is a city. It made a pact with Prague."));

        Assert.Equal(["pact"], await _query.FoundAsync("\"warsaw pact\""));
        Assert.Equal(2, (await _query.SearchAsync("warsaw pact")).TotalSize);
        Assert.Equal("pact", (await _query.FoundAsync("warsaw pact"))[0]);
        Assert.Equal(["city"], await _query.FoundAsync("warsaw -\"warsaw pact\""));
        Assert.Equal(["city"], await _query.FoundAsync("pact -formed"));
        var highlight = (await _query.SearchAsync("\"Warsaw Pact\" formed")).Results[0].Highlights[0];
        Assert.Equal(["Warsaw Pact", "formed"], highlight.Matches.Select(match => Stories.Cut(_feedText("pact"), match.Start, match.End)));
    }

    [Fact]
    public async Task Search_offsets_count_code_points()
    {
        await PublishAsync(Stories.Of(
            "signs", "𝔖igns 😀", "", ("", ["😀 starts 𝔖here. The cafe\u0301 has 🎹 pianos and 日本語 signs."]), ("Héading 👍", ["A 👩‍🚀 sees signs of water."])));

        foreach (var query in (string[])["pianos", "café", "CAFE", "signs", "water \"of water\"", "heading"])
        {
            var result = Assert.Single((await _query.SearchAsync(query)).Results);
            Assert.NotEmpty(result.Highlights);
            foreach (var highlight in result.Highlights)
            {
                Assert.Equal(highlight.Text, Stories.Cut(_feedText("signs"), highlight.Start, highlight.End));
                Assert.All(highlight.Matches, match => Assert.True(match.Start >= highlight.Start && match.End <= highlight.End && match.End > match.Start));
            }
        }

        var cafe = (await _query.SearchAsync("cafe")).Results[0].Highlights[0];
        Assert.Equal("cafe\u0301", Stories.Cut(_feedText("signs"), cafe.Matches[0].Start, cafe.Matches[0].End));
    }

    [Fact]
    public async Task Search_title_outranks_body()
    {
        await PublishAsync(
            Stories.Simple("body", "On the weather", "Glaciers melt. They are cold, and so is everything around them in the long winter."),
            Stories.Simple("title", "Glaciers", "They melt in the sun, and what is around them is cold in the long winter, as one knows."));

        Assert.Equal(["title", "body"], await _query.FoundAsync("glacier"));
        Assert.Empty((await _query.SearchAsync("weather")).Results[0].Highlights);
    }

    [Fact]
    public async Task Search_numbers_are_exact()
    {
        await PublishAsync(
            Stories.Simple("y1949", "One", "It was formed in 1949."),
            Stories.Simple("y1939", "Two", "It was formed in 1939."),
            Stories.Simple("decade", "Three", "It was formed in the 1990s with 1,949 members."),
            Stories.Simple("y1990", "Four", "It was formed in 1990."));

        Assert.Equal(["y1949"], await _query.FoundAsync("1949"));
        Assert.Equal(["y1990"], await _query.FoundAsync("1990"));
        Assert.Equal(["decade"], await _query.FoundAsync("1990s"));
    }

    [Fact]
    public async Task Search_filters_are_combined()
    {
        var one = Stories.Simple("one", "Bees", "Bees fly.");
        (one.Community, one.Creator, one.Language) = ("communities/nature", "creators/bo", "en-GB");
        one.Topics.Add("Insects");
        one.PublishTime = Instant(2020);
        var two = Stories.Simple("two", "Bees", "Bees fly.");
        two.PublishTime = Instant(2022);
        await PublishAsync(one, two);

        Assert.Equal(["one"], await _query.FoundAsync("bees", request => request.Community = "communities/nature"));
        Assert.Equal(["one"], await _query.FoundAsync("bees", request => request.Creator = "creators/bo"));
        Assert.Equal(["one"], await _query.FoundAsync("bees", request => request.Topic = "insects"));
        Assert.Equal(["one"], await _query.FoundAsync("bees", request => request.Language = "EN-gb"));
        Assert.Equal(2, (await _query.SearchAsync("bees", request => request.Language = "en")).TotalSize);
        Assert.Equal(["one"], await _query.FoundAsync("bees", request => request.PublishedBefore = Instant(2022)));
        Assert.Equal(["two"], await _query.FoundAsync("bees", request => request.PublishedFrom = Instant(2022)));
        Assert.Empty(await _query.FoundAsync("bees", request => (request.Creator, request.Community) = ("creators/ada", "communities/nature")));
        Assert.Equal(["two", "one"], await _query.FoundAsync(""));
        Assert.Equal(["one"], await _query.FoundAsync("", request => request.Topic = "insects"));
        var listed = (await _query.SearchAsync("")).Results[0];
        Assert.Equal(0, listed.Score);
        Assert.Empty(listed.Highlights);
    }

    [Theory]
    [InlineData("")]
    [InlineData("river")]
    public async Task Search_pages_show_each_story_once(string query)
    {
        await PublishAsync([.. Enumerable.Range(0, 57).Select(i =>
        {
            var story = Stories.Simple($"s{i}", $"Title {i}", string.Join(' ', Enumerable.Repeat("The river flows.", 1 + (i % 5))));
            story.PublishTime = Instant(2000 + (i % 7));
            return story;
        })]);

        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await _query.SearchAsync(query, request => (request.PageSize, request.PageToken) = (10, token));
            Assert.Equal(57, page.TotalSize);
            seen.AddRange(page.Results.Select(result => result.Story));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(57, seen.Count);
        Assert.Equal(57, seen.Distinct().Count());
        Assert.Equal(seen, (await _query.SearchAsync(query, request => request.PageSize = 1000)).Results.Select(result => result.Story));
    }

    [Fact]
    public async Task Search_pages_of_newest_are_stable_under_updates()
    {
        await PublishAsync([.. Enumerable.Range(0, 40).Select(i => Stories.Simple($"s{i:00}", "River", "The river flows."))]);

        var seen = new List<string>();
        var token = "";
        var round = 0;
        do
        {
            var page = await _query.SearchAsync("", request => (request.PageSize, request.PageToken) = (7, token));
            seen.AddRange(page.Results.Select(result => result.Story));
            token = page.NextPageToken;
            // Replaced and new stories change every document number in between.
            await PublishAsync(Stories.Simple($"s{round:00}", "River", "The river flows on."), Stories.Simple($"t{round++}", "River", "Another river."));
        }
        while (token.Length > 0);

        var original = seen.Where(name => name.StartsWith("stories/s", StringComparison.Ordinal)).ToList();
        Assert.Equal(40, original.Count);
        Assert.Equal(40, original.Distinct().Count());
    }

    [Fact]
    public async Task Search_pages_by_relevance_are_stable_while_scores_shift()
    {
        // Scores depend on how rare each word is and how long texts are, and every round changes both a lot.
        await PublishAsync([.. Enumerable.Range(0, 60).Select(i => Stories.Simple(
            $"s{i:00}", $"Title {i}", string.Join(' ', Enumerable.Repeat("A river.", 1 + (i % 7))) + string.Join(' ', Enumerable.Repeat(" The harbour sleeps.", i % 5))))]);

        var seen = new List<string>();
        var scores = new List<double>();
        var token = "";
        var round = 0;
        do
        {
            var page = await _query.SearchAsync("river harbour title", request => (request.PageSize, request.PageToken) = (7, token));
            seen.AddRange(page.Results.Select(result => result.Story));
            scores.AddRange(page.Results.Select(result => result.Score));
            token = page.NextPageToken;
            round++;
            await PublishAsync([.. Enumerable.Range(0, 20).Select(i => Stories.Simple($"n{round}-{i}", "Harbour", string.Join(' ', Enumerable.Repeat("Nothing but the harbour here.", 20))))]);
        }
        while (token.Length > 0);

        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(60, seen.Where(name => name.StartsWith("stories/s", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task Search_page_token_of_another_query_is_refused()
    {
        await PublishAsync([.. Enumerable.Range(0, 5).Select(i => Stories.Simple($"s{i}", "River", "The river flows."))]);
        var token = (await _query.SearchAsync("river", request => request.PageSize = 2)).NextPageToken;

        foreach (var (query, bad) in ((string, string)[])[("flows", token), ("river", token[..^2]), ("river", "abc"), ("river", "!!"), ("river", new string('A', 9_000))])
        {
            await RpcAssert.FailsAsync(
                StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => _query.SearchAsync(query, request => (request.PageSize, request.PageToken) = (2, bad)));
        }
    }

    [Fact]
    public async Task Search_hostile_queries_are_plain_words()
    {
        await PublishAsync(Stories.Simple("s", "River", "The river flows to the sea."));

        string[] hostile =
        [
            "\"", "\"\"", "-", "--", "-\"", "-\"\"", "*", "?", "river*", "title:river AND", "river~2", "river^9", "(river", "river)", "[a TO b]", "{!x}", "\\", "\0", "river\0sea",
            "\u202Eriver\u202C", "\uD800", "\uFFFF", new string('(', 4_096), string.Concat(Enumerable.Repeat("+-&|!(){}[]^\"~*?:\\/ ", 195)),
            string.Concat(Enumerable.Repeat("a ", 2_048)), string.Concat(Enumerable.Repeat("\"a b\" -c ", 455)), new string('x', 4_096), "NOT river OR AND", "-river", "river -",
            string.Join(' ', Enumerable.Range(0, 800).Select(i => $"word{i}"))[..4_096],
        ];
        foreach (var query in hostile.Where(query => !query.Contains('\uD800', StringComparison.Ordinal)))
        {
            await _query.SearchAsync(query);
        }

        Assert.Equal(["s"], await _query.FoundAsync("river\0sea"));
        Assert.Equal(["s"], await _query.FoundAsync("\u202Eriver\u202C"));
        Assert.Equal(["s"], await _query.FoundAsync("(river* \"sea"));
        Assert.Empty(await _query.FoundAsync("-river"));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("community")]
    [InlineData("creator")]
    [InlineData("page_size")]
    [InlineData("published_from")]
    [InlineData("at_least_as_fresh.story")]
    [InlineData("at_least_as_fresh.etag")]
    public async Task Search_bad_field_is_named(string field)
    {
        var request = field switch
        {
            "query" => new SearchRequest { Query = new string('a', 1 << 20) },
            "community" => new SearchRequest { Community = "geeks" },
            "creator" => new SearchRequest { Creator = "communities/geeks" },
            "page_size" => new SearchRequest { PageSize = -1 },
            "published_from" => new SearchRequest { PublishedFrom = new Timestamp { Seconds = long.MaxValue } },
            "at_least_as_fresh.story" => new SearchRequest { AtLeastAsFresh = new Freshness { Story = "x", Etag = "v1" } },
            _ => new SearchRequest { AtLeastAsFresh = new Freshness { Story = "stories/x", Etag = "*" } },
        };

        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Searching.SearchAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([field], fields);
    }

    [Fact]
    public async Task Search_as_fresh_as_a_write_waits_for_it()
    {
        var gate = new TaskCompletionSource();
        await PublishAsync(Stories.Simple("s", "River", "The river flows."));
        _feed.Gate = gate.Task;
        var version = _feed.Publish(Stories.Simple("s", "Sea", "The sea roars."));

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "NOT_YET_APPLIED", () => SearchFreshAsync(version));
        var waiting = SearchFreshAsync(version);
        gate.SetResult();
        Assert.Equal("Sea", Assert.Single((await waiting).Results).Title);

        var gone = _feed.Remove("stories/s");
        Assert.Empty((await SearchFreshAsync(gone)).Results);

        Task<SearchResponse> SearchFreshAsync(long at) => _query.SearchAsync(
            "sea", request => request.AtLeastAsFresh = new Freshness { Story = "stories/s", Etag = $"v{at}" });
    }

    private static Timestamp Instant(int year) => Timestamp.FromDateTime(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    private readonly Dictionary<string, string> _texts = [];

    private string _feedText(string id) => _texts[$"stories/{id}"];

    private async Task PublishAsync(params Story[] stories)
    {
        foreach (var story in stories)
        {
            _texts[story.Name] = story.PlainText;
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
    }
}
