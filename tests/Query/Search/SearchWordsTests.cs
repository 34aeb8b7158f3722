using Broadsheet.Content.V1;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Search;

public sealed class SearchWordsTests : IAsyncLifetime
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
    public async Task Synonyms_find_and_mark_each_other()
    {
        var alliance = Stories.Simple("long", "One", "The North Atlantic Treaty Organization has members.");
        await PublishAsync(alliance, Stories.Simple("short", "Two", "NATO has members."), Stories.Simple("us", "Three", "The United States joined."), Stories.Simple("pronoun", "Four", "They told us nothing."));

        Assert.Equal(["long", "short"], (await _query.FoundAsync("NATO")).Order());
        Assert.Equal(["long", "short"], (await _query.FoundAsync("north atlantic treaty organization members")).Order());
        Assert.Equal(["long", "short"], (await _query.FoundAsync("NATO members")).Order());
        Assert.Contains("us", await _query.FoundAsync("US"));
        Assert.Equal(["pronoun"], await _query.FoundAsync("us"));
        var highlight = (await _query.SearchAsync("NATO")).Results.Single(result => result.Story == "stories/long").Highlights[0];
        Assert.Equal(["North Atlantic Treaty Organization"], highlight.Matches.Select(match => Stories.Cut(alliance.PlainText, match.Start, match.End)));
    }

    [Fact]
    public async Task Acronyms_are_learnt_from_texts_and_forgotten_with_them()
    {
        await PublishAsync(
            Stories.Simple("source", "Watch", "The Global Harbour Watch Council (GHWC) met in Lisbon."),
            Stories.Simple("long", "Again", "Delegates of the Global Harbour Watch Council left."),
            Stories.Simple("short", "Short", "GHWC delegates left."));

        Assert.Equal(["long", "short", "source"], (await _query.FoundAsync("GHWC")).Order());
        Assert.Contains("short", await _query.FoundAsync("global harbour watch council"));

        _feed.Remove("stories/source");
        await _query.CaughtUpAsync(_feed);
        Assert.Equal(["short"], await _query.FoundAsync("GHWC"));
    }

    [Fact]
    public async Task Misspelt_words_are_found_and_put_right()
    {
        await PublishAsync(
            Stories.Simple("a", "Harbour", "The harbour was built in 1949 by engineers."),
            Stories.Simple("b", "Archaeology", "Archaeologists dig in 1950."));

        var found = await _query.SearchAsync("The Harbuor engineers");
        Assert.Equal(["stories/a"], found.Results.Select(result => result.Story));
        Assert.Equal("The harbour engineers", found.DidYouMean);
        Assert.Equal("harbuor → harbour (Spelling)", string.Join("; ", found.Expansions.Select(word => $"{word.Word} → {string.Join(' ', word.Expanded)} ({word.Reason})")));
        Assert.Equal(["b"], await _query.FoundAsync("archeologits "));
        Assert.Empty(await _query.FoundAsync("\"harbuor\""));
        Assert.Equal("", (await _query.SearchAsync("harbour")).DidYouMean);
    }

    [Fact]
    public async Task Description_is_found_by_any_two_words_or_by_its_rarest()
    {
        await PublishAsync(
        [
            Stories.Simple("rare", "One", "Ivermectin it is."),
            Stories.Simple("two", "Two", "Doctors treat people."),
            Stories.Simple("one", "Three", "People walk."),
            .. Enumerable.Range(0, 30).Select(i => Stories.Simple($"other{i}", "Other", i % 2 == 0 ? "A treat." : "Some doctors and some people.")),
        ]);

        var found = await _query.FoundAsync("doctors treat people ivermectin", request => request.PageSize = 100);
        Assert.Equal("rare", found[0]);
        Assert.Contains("two", found);
        Assert.DoesNotContain("one", found);
        Assert.DoesNotContain("other0", found);
    }

    [Fact]
    public async Task Numbers_are_never_respelt_or_completed()
    {
        await PublishAsync(Stories.Simple("a", "One", "It was formed in 1949 as unit B52A9."), Stories.Simple("b", "Two", "It fell in 1955."));

        foreach (var query in (string[])["1939", "194", "1995", "b52a8", "b52", "formd1949"])
        {
            var found = await _query.SearchAsync(query);
            Assert.Empty(found.Results);
            Assert.Equal("", found.DidYouMean);
        }
    }

    [Fact]
    public async Task Last_word_may_be_unfinished()
    {
        await PublishAsync(Stories.Simple("a", "Glaciers", "Glaciologists measure ice."), Stories.Simple("b", "Bread", "Yeast makes gas."));

        var found = await _query.SearchAsync("measure glacio");
        Assert.Equal("stories/a", Assert.Single(found.Results).Story);
        Assert.Equal(ExpansionReason.Prefix, Assert.Single(found.Expansions).Reason);
        Assert.Equal("", found.DidYouMean);
        Assert.Equal(["a"], await _query.FoundAsync("gl"));
        Assert.Empty(await _query.FoundAsync("glacio "));
    }

    [Fact]
    public async Task Words_of_a_withdrawn_story_are_not_suggested()
    {
        await PublishAsync(Stories.Simple("secret", "Zugzwang", "The word zugzwang stands here only."), Stories.Simple("b", "Bread", "Yeast makes gas."));
        Assert.Equal("zugzwang", (await _query.SearchAsync("zugzwamg ")).DidYouMean);
        Assert.NotEmpty((await SuggestAsync("zugz")).Suggestions);

        _feed.Remove("stories/secret");
        await _query.CaughtUpAsync(_feed);

        Assert.Equal("", (await _query.SearchAsync("zugzwamg ")).DidYouMean);
        Assert.Empty((await SuggestAsync("zugz")).Suggestions);
    }

    [Fact]
    public async Task Suggest_completes_titles_names_and_topics()
    {
        var story = Stories.Simple("a", "Why the Warsaw Pact ended", "Vladimir Warburg spoke in Lisbon.");
        story.Topics.Add("Warfare");
        await PublishAsync(story, Stories.Simple("b", "Bread", "In Lisbon, Vladimir Warburg baked."));

        Assert.Equal(["Entity Vladimir Warburg", "Topic warfare", "Title Why the Warsaw Pact ended"], Shown(await SuggestAsync("WAR")));
        Assert.Equal(["Title Why the Warsaw Pact ended"], Shown(await SuggestAsync("warsaw p")));
        Assert.Equal("stories/a", (await SuggestAsync("why th")).Suggestions[0].Story);
        Assert.Equal(2, (await SuggestAsync("lisb")).Suggestions[0].Count);
        Assert.Empty((await SuggestAsync("  ")).Suggestions);
        Assert.Empty((await SuggestAsync("xyzzy")).Suggestions);
    }

    [Fact]
    public async Task Suggest_counts_a_story_once_for_a_name_with_several_fitting_words()
    {
        var story = Stories.Simple("a", "Bread", "In Lisbon, Wanda Warburg baked. Vladimir Warburg spoke in Lisbon.");
        story.Topics.Add("trade talks");
        await PublishAsync(story, Stories.Simple("b", "Cake", "In Lisbon, Vladimir Warburg rested."));

        var suggestions = (await SuggestAsync("w")).Suggestions;
        Assert.Equal(["Vladimir Warburg 2", "Wanda Warburg 1"], suggestions.Select(suggestion => $"{suggestion.Text} {suggestion.Count}"));
        Assert.Equal(1, Assert.Single((await SuggestAsync("t")).Suggestions, suggestion => suggestion.Kind == SuggestionKind.Topic).Count);
    }

    private static string[] Shown(SuggestResponse response) => [.. response.Suggestions.Select(suggestion => $"{suggestion.Kind} {suggestion.Text}")];

    private async Task<SuggestResponse> SuggestAsync(string prefix) =>
        await _query.Searching.SuggestAsync(new SuggestRequest { Prefix = prefix }, cancellationToken: TestContext.Current.CancellationToken);

    private async Task PublishAsync(params Story[] stories)
    {
        foreach (var story in stories)
        {
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
    }
}
