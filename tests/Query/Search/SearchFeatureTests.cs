using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Query.Tests.Search;

public sealed class SearchFeatureTests : IAsyncLifetime
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
    public async Task Facets_count_each_field_without_its_own_filter()
    {
        await PublishAsync(
            Tagged("a", "communities/sea", "creators/ada", 2020, "tides", "moon"),
            Tagged("b", "communities/sea", "creators/bo", 2021, "tides"),
            Tagged("c", "communities/sky", "creators/ada", 2021, "moon"),
            Tagged("d", "communities/sky", "creators/bo", 2022, "stars"),
            Stories.Simple("other", "Bread", "Yeast makes gas."));

        var found = await _query.SearchAsync("river", request =>
        {
            request.Communities.Add("communities/sea");
            request.Years.Add(2021);
            request.Facets.AddRange([FacetField.Community, FacetField.Creator, FacetField.Topic, FacetField.Year, FacetField.Language]);
        });

        Assert.Equal(["stories/b"], found.Results.Select(result => result.Story));
        Assert.Equal(1, found.TotalSize);
        Assert.Equal("communities/sea 1*, communities/sky 1", Values(found, FacetField.Community));
        Assert.Equal("creators/bo 1", Values(found, FacetField.Creator));
        Assert.Equal("tides 1", Values(found, FacetField.Topic));
        Assert.Equal("2020 1, 2021 1*", Values(found, FacetField.Year));
        Assert.Equal("en 1", Values(found, FacetField.Language));

        var all = await _query.SearchAsync("", request =>
        {
            (request.FacetSize, request.PageSize) = (1, 1);
            request.Facets.Add(FacetField.Topic);
        });
        Assert.Equal("moon 2", Values(all, FacetField.Topic));
        Assert.Equal(3, all.Facets[0].DistinctValues);
        Assert.Empty((await _query.SearchAsync("river")).Facets);
    }

    [Fact]
    public async Task Filters_of_several_values_need_one_of_them()
    {
        await PublishAsync(
            Tagged("a", "communities/sea", "creators/ada", 2020, "tides", "moon"),
            Tagged("b", "communities/sea", "creators/bo", 2021, "tides"),
            Tagged("c", "communities/sky", "creators/cy", 2022, "stars"));

        Assert.Equal(2, (await _query.SearchAsync("river", request => request.Creators.AddRange(["creators/ada", "creators/cy"]))).TotalSize);
        Assert.Equal(3, (await _query.SearchAsync("river", request => request.Topics.AddRange(["Tides", "stars"]))).TotalSize);
        Assert.Equal(3, (await _query.SearchAsync("river", request => request.Topics.AddRange([" Tides", "stars "]))).TotalSize);
        Assert.Equal(["a"], await _query.FoundAsync("river", request => (request.Topic, request.Community) = ("moon", "communities/sea")));
        Assert.Equal(2, (await _query.SearchAsync("", request => request.Years.AddRange([2020, 2022]))).TotalSize);
        Assert.Empty(await _query.FoundAsync("", request => request.Languages.Add("de")));
    }

    [Fact]
    public async Task Entity_filter_finds_name_and_acronym()
    {
        await PublishAsync(
            Stories.Simple("both", "Alliance", "The Global Harbour Watch Council (GHWC) met in Lisbon."),
            Stories.Simple("short", "Meeting", "In spring GHWC met again."),
            Stories.Simple("other", "Other", "Nobody met in Porto."));

        Assert.Equal(["both", "short"], (await _query.FoundAsync("", request => request.Entities.Add("GHWC"))).Order());
        Assert.Equal(["both", "short"], (await _query.FoundAsync("", request => request.Entities.Add("global harbour watch council"))).Order());
        Assert.Equal(["both"], await _query.FoundAsync("met", request => request.Entities.Add("Lisbon")));
        Assert.Equal(["both"], await _query.FoundAsync("", request => request.Entities.Add("entities/lisbon")));
    }

    [Fact]
    public async Task Order_by_time_goes_both_ways_and_pages()
    {
        await PublishAsync([.. Enumerable.Range(0, 9).Select(i => Tagged($"s{i}", "communities/sea", "creators/ada", 2010 + i, "t"))]);

        Assert.Equal("s8", (await _query.FoundAsync("river", request => request.Order = SearchOrder.Newest))[0]);
        var oldest = await _query.SearchAsync("river", request => (request.Order, request.PageSize) = (SearchOrder.Oldest, 4));
        Assert.Equal(["stories/s0", "stories/s1", "stories/s2", "stories/s3"], oldest.Results.Select(result => result.Story));
        Assert.All(oldest.Results, result => Assert.True(result.Score > 0));
        var next = await _query.FoundAsync("river", request => (request.Order, request.PageSize, request.PageToken) = (SearchOrder.Oldest, 4, oldest.NextPageToken));
        Assert.Equal(["s4", "s5", "s6", "s7"], next);
    }

    [Theory]
    [InlineData("river", SearchOrder.Relevance)]
    [InlineData("", SearchOrder.Newest)]
    [InlineData("", SearchOrder.Relevance)]
    public async Task Token_of_the_default_order_is_good_for_naming_it(string query, SearchOrder order)
    {
        await PublishAsync(Tagged("a", "communities/sea", "creators/ada", 2020, "t"), Tagged("b", "communities/sea", "creators/ada", 2021, "t"));

        var first = await _query.SearchAsync(query, request => request.PageSize = 1);
        var next = await _query.SearchAsync(query, request => (request.PageSize, request.PageToken, request.Order) = (1, first.NextPageToken, order));
        Assert.NotEqual(Assert.Single(first.Results).Story, Assert.Single(next.Results).Story);
    }

    [Fact]
    public async Task Explanation_adds_up_to_the_score()
    {
        await PublishAsync(
            Stories.Of("a", "Rivers", "A dek about rivers", ("", ["The old river flows to the sea.", "A river bank is where old boats lie."]), ("River banks", ["They erode."])),
            Stories.Simple("b", "Sea", "Rivers flow to the old sea."));

        foreach (var query in (string[])["river", "old river banks", "\"river bank\" old", "river sea flows"])
        {
            var found = await _query.SearchAsync(query, request => request.Explain = true);
            Assert.NotEmpty(found.Results);
            Assert.All(found.Results, result =>
            {
                Assert.Equal(result.Score, result.ScoreParts.Sum(part => part.Score), result.Score * 1e-4);
                Assert.All(result.ScoreParts, part => Assert.True(part is { Score: > 0, Boost: > 0, Frequency: > 0 }));
            });
        }

        var parts = (await _query.SearchAsync("river", request => request.Explain = true)).Results.Single(result => result.Story == "stories/a").ScoreParts;
        Assert.Equal(["dek", "exact", "headings", "text", "title"], parts.Select(part => part.Field).Order());
        Assert.Empty((await _query.SearchAsync("river")).Results[0].ScoreParts);
    }

    private static string Values(SearchResponse response, FacetField field) => string.Join(
        ", ", response.Facets.Single(facet => facet.Field == field).Values.Select(value => $"{value.Value} {value.Count}{(value.Selected ? "*" : "")}"));

    private static Story Tagged(string id, string community, string creator, int year, params string[] topics)
    {
        var story = Stories.Simple(id, "River", "The river flows.");
        (story.Community, story.Creator) = (community, creator);
        story.PublishTime = Timestamp.FromDateTime(new DateTime(year, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        story.Topics.AddRange(topics);
        return story;
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
