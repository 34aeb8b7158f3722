using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using CsCheck;
using Grpc.Core;

namespace Broadsheet.Query.Tests.EntityPages;

public sealed class EntityTests : IAsyncLifetime
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
    public async Task GetEntity_page_has_all_that_stories_say()
    {
        _feed.Publish(Stories.Simple("one", "Ann Lee and the port", "Ann Lee came to Oslo in 1990. Ann Lee said that the fees were low. Jim Wu claimed that Ann Lee had lied. Lee denied this."));
        _feed.Publish(Stories.Simple("two", "The port", "Ann Lee and Jim Wu met in Oslo."));
        await _query.CaughtUpAsync(_feed);

        var lee = await GetAsync("ann-lee");
        Assert.Equal(("entities/ann-lee", "Ann Lee", "PER", 2), (lee.Name, lee.DisplayName, lee.Type, lee.StoryCount));
        Assert.Equal([("Ann Lee", AliasKind.Full, 2), ("Lee", AliasKind.Short, 1)], lee.Aliases.Select(alias => (alias.Text, alias.Kind, alias.StoryCount)));
        Assert.Equal([("stories/one", 4, true, "in the title, 4 mentions"), ("stories/two", 1, false, "1 mention")], lee.Stories.Select(story => (story.Story, story.MentionCount, story.InTitle, story.Why)));
        Assert.Equal([("entities/jim-wu", 2), ("entities/oslo", 2)], lee.CoMentions.Select(other => (other.Entity.Name, other.SharedStoryCount)));
        Assert.Equal([1990], lee.DatedEvents.Select(dated => dated.Date.Year));
        Assert.Equal(["says", "denies"], lee.ClaimsBy.Select(claim => claim.Stance));
        Assert.Equal(2, lee.ClaimsByCount);
        Assert.Equal(["Jim Wu"], lee.ClaimsAbout.Select(claim => claim.Source.DisplayName));
        Assert.Equal(1, lee.ClaimsAboutCount);
    }

    [Fact]
    public async Task GetEntity_acronym_that_one_story_explains_is_known_in_all()
    {
        _feed.Publish(Stories.Simple("one", "Boats", "The International Boat Union (IBU) met in Oslo."));
        _feed.Publish(Stories.Simple("two", "Ferries", "The IBU said that boats were safe."));
        await _query.CaughtUpAsync(_feed);

        var union = await GetAsync("ibu");
        Assert.Equal(("entities/international-boat-union", 2), (union.Name, union.StoryCount));
        Assert.Equal(["IBU", "International Boat Union"], union.Aliases.Select(alias => alias.Text));
        Assert.Single(union.ClaimsBy);
        Assert.Equal(union, await GetAsync("international-boat-union"));
        // What nobody explains any more is not known any more.
        _feed.Remove("stories/one");
        await _query.CaughtUpAsync(_feed);
        Assert.Equal(("entities/ibu", 1), ((await GetAsync("ibu")).Name, (await GetAsync("ibu")).StoryCount));
    }

    [Fact]
    public async Task GetEntity_acronym_with_two_meanings_stays_open()
    {
        _feed.Publish(Stories.Simple("one", "Boats", "The International Boat Union (IBU) met in Oslo."));
        _feed.Publish(Stories.Simple("two", "Biathlon", "The International Biathlon Union (IBU) met in Rome."));
        _feed.Publish(Stories.Simple("three", "Either", "The IBU said that it was safe."));
        await _query.CaughtUpAsync(_feed);

        var open = await GetAsync("ibu");
        Assert.Equal(("entities/ibu", 1), (open.Name, open.StoryCount));
        Assert.Equal(["entities/international-biathlon-union", "entities/international-boat-union"], open.CanMean.Select(meaning => meaning.Name));
        Assert.Equal(1, (await GetAsync("international-boat-union")).StoryCount);
    }

    [Fact]
    public async Task GetEntity_surname_is_the_one_person_who_has_it_or_stays_open()
    {
        _feed.Publish(Stories.Simple("one", "Port", "John Smith opened the port. Maria Kowalski came."));
        _feed.Publish(Stories.Simple("two", "Fees", "Mr. Smith said that the fees were low. Mrs. Kowalski said that they were high."));
        await _query.CaughtUpAsync(_feed);
        Assert.Equal(("entities/john-smith", 2), ((await GetAsync("smith")).Name, (await GetAsync("john-smith")).StoryCount));

        _feed.Publish(Stories.Simple("three", "Vote", "Jane Smith won the vote."));
        await _query.CaughtUpAsync(_feed);
        var smith = await GetAsync("smith");
        Assert.Equal(("entities/smith", 1), (smith.Name, smith.StoryCount));
        Assert.Equal(["entities/jane-smith", "entities/john-smith"], smith.CanMean.Select(meaning => meaning.Name));
        Assert.Equal(1, (await GetAsync("john-smith")).StoryCount);
        Assert.Equal("entities/maria-kowalski", (await GetAsync("kowalski")).Name);
    }

    [Fact]
    public async Task ListEntities_filters_count_and_page()
    {
        for (var i = 0; i < 6; i++)
        {
            var story = Stories.Simple($"s{i}", "Title", $"Ann Lee went to Oslo. {(i % 2 == 0 ? "Jim Wu met the Boat Union in Rome." : "Olga Berg stayed.")}");
            story.Community = i < 2 ? "communities/news" : "communities/geeks";
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
        var all = await ListAsync();
        Assert.Equal(["ann-lee 6", "oslo 6", "boat-union 3", "jim-wu 3", "olga-berg 3", "rome 3"], Shown(all));
        Assert.Equal(6, all.TotalSize);
        Assert.Equal(["ann-lee 6", "jim-wu 3", "olga-berg 3"], Shown(await ListAsync(request => request.Type = "PER")));
        Assert.Equal(["ann-lee 6"], Shown(await ListAsync(request => request.Query = "le an")));
        Assert.Equal(["boat-union 3"], Shown(await ListAsync(request => request.Query = "UNI")));
        Assert.Equal(["ann-lee 2", "oslo 2", "boat-union 1", "jim-wu 1", "olga-berg 1", "rome 1"], Shown(await ListAsync(request => request.Community = "communities/news")));
        Assert.Empty((await ListAsync(request => request.Community = "communities/none")).Entities);

        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await ListAsync(request => (request.PageSize, request.PageToken) = (4, token));
            Assert.Equal(6, page.TotalSize);
            seen.AddRange(Shown(page));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal(Shown(all), seen);
        var foreign = (await ListAsync(request => request.PageSize = 1)).NextPageToken;
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => ListAsync(request => (request.PageToken, request.Type) = (foreign, "PER")));
    }

    [Fact]
    public async Task Knowledge_is_the_same_in_whatever_order_the_stories_came()
    {
        Story[] stories =
        [
            Stories.Simple("a", "Boats", "The International Boat Union (IBU) has 30 members. John Smith said that the IBU was old."),
            Stories.Simple("b", "More boats", "In 1990 the International Boat Union had 12 members. Smith denied this. The IBU denied that boats sank."),
            Stories.Simple("c", "Biathlon", "The International Biathlon Union (IBU) met Jane Smith in Rome."),
            Stories.Simple("d", "Any", "Mr. Smith of the IBU promised that Rome would win."),
        ];
        var shuffles = Gen.Shuffle(stories).Array[6].Single();
        string? first = null;
        foreach (var order in shuffles)
        {
            var feed = await FeedServer.StartAsync();
            var query = await QueryFixture.StartAsync(feed.Address);
            // One is published in another version first, one is gone for a while.
            var draft = order[0].Clone();
            draft.Title = "Another title";
            feed.Publish(draft);
            feed.Publish(order[1]);
            feed.Remove(order[1].Name);
            foreach (var story in order)
            {
                feed.Publish(story);
            }

            await query.CaughtUpAsync(feed);
            var cancel = TestContext.Current.CancellationToken;
            var entities = await query.Entities.ListEntitiesAsync(new ListEntitiesRequest(), cancellationToken: cancel);
            var shown = $"{await query.Claims.ListClaimsAsync(new ListClaimsRequest(), cancellationToken: cancel)}\n{await query.Claims.ListFiguresAsync(new ListFiguresRequest(), cancellationToken: cancel)}\n{entities}\n";
            foreach (var entity in entities.Entities)
            {
                shown += await query.Entities.GetEntityAsync(new GetEntityRequest { Name = entity.Name }, cancellationToken: cancel) + "\n";
            }

            Assert.Equal(first ??= shown, shown);
            await query.DisposeAsync();
            await feed.DisposeAsync();
            Directory.Delete(query.Folder, recursive: true);
        }
    }

    [Fact]
    public async Task Hostile_names_are_taken_and_cut()
    {
        var huge = string.Join(' ', Enumerable.Repeat("Xaviera", 2_000));
        _feed.Publish(Stories.Simple("one", "\u202EeltiT", $"{huge} said that Ann\u0001 Lee\t had \u202Elied. \u05D3\u05D5\u05D3 \u05DC\u05D5\u05D9 said that Володимир Зеленський was late. {new string('A', 40_000)} denied that."));
        _feed.Publish(Stories.Simple("two", "Two", $"\"{new string('w', 30_000)},\" said Ann Lee. {string.Concat(Enumerable.Range(0, 2_000).Select(i => $"Person{i} Name{i} said that it rained {i} times. "))}"));
        var status = await _query.CaughtUpAsync(_feed);
        Assert.Equal((2, 0), (status.StoryCount, status.ParkedCount));

        var entities = await ListAsync(request => request.PageSize = 200);
        Assert.All(entities.Entities, entity => Assert.Matches("^entities/[a-z0-9-]{1,100}$", entity.Name));
        foreach (var entity in entities.Entities.Take(20))
        {
            Assert.Equal(entity.Name, (await GetAsync(entity.Name["entities/".Length..])).Name);
        }

        var claims = await _query.Claims.ListClaimsAsync(new ListClaimsRequest { PageSize = 200 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(claims.Claims, claim => Assert.InRange(claim.CalculateSize(), 1, 40_000));
        foreach (var text in (string[])["\u202E", "a\0b", new string('a', 200), "\"(*:?~", "\U0001F6A2 boat", "\u0301x"])
        {
            // An answer or a typed error, at once.
            await AnswersAsync(() => _query.Claims.ListClaimsAsync(new ListClaimsRequest { Source = text, Entity = text, Query = text }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
            await AnswersAsync(() => _query.Claims.ListFiguresAsync(new ListFiguresRequest { Subject = text, Entity = text }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
            await AnswersAsync(() => _query.Entities.ListEntitiesAsync(new ListEntitiesRequest { Query = text }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        }
    }

    [Theory]
    [InlineData("nato")]
    [InlineData("entities/")]
    [InlineData("entities/NATO")]
    [InlineData("entities/a/b")]
    [InlineData("stories/nato")]
    public async Task GetEntity_bad_name_is_named(string name)
    {
        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Entities.GetEntityAsync(new GetEntityRequest { Name = name }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(["name"], fields);
    }

    [Fact]
    public async Task GetEntity_nobody_is_not_found() =>
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => GetAsync("nobody"));

    [Theory]
    [InlineData("type")]
    [InlineData("query")]
    [InlineData("community")]
    [InlineData("page_size")]
    public async Task ListEntities_bad_field_is_named(string field)
    {
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => ListAsync(request => _ = field switch
        {
            "type" => (object)(request.Type = "person"),
            "query" => request.Query = "...",
            "community" => request.Community = "x",
            _ => request.PageSize = -1,
        }));
        Assert.Equal([field], fields);
    }

    private static string[] Shown(ListEntitiesResponse list) => [.. list.Entities.Select(entity => $"{entity.Name["entities/".Length..]} {entity.StoryCount}")];

    private static async Task AnswersAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException error)
        {
            Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        }
    }

    private async Task<V1.Entity> GetAsync(string id) =>
        await _query.Entities.GetEntityAsync(new GetEntityRequest { Name = $"entities/{id}" }, cancellationToken: TestContext.Current.CancellationToken);

    private async Task<ListEntitiesResponse> ListAsync(Action<ListEntitiesRequest>? change = null)
    {
        var request = new ListEntitiesRequest();
        change?.Invoke(request);
        return await _query.Entities.ListEntitiesAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
