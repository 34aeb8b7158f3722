using System.Globalization;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Claims;

public sealed class ClaimTests : IAsyncLifetime
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
    public async Task ListClaims_claim_says_who_what_how_and_where()
    {
        var story = Stories.Of("port", "The port", "", ("", ["\U0001F6A2 The port is old. Ann Lee, who runs it, said that the \U0001F6A2 fees were low."]), ("Later", ["She denied that they would rise."]));
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);

        var claims = (await ListAsync()).Claims;
        Assert.Equal(["says", "denies"], claims.Select(claim => claim.Stance));
        var claim = claims[0];
        Assert.Equal(("entities/ann-lee", "Ann Lee", SourceResolution.Named), (claim.Source.Entity, claim.Source.DisplayName, claim.Source.Resolution));
        Assert.Equal(claim.Source.Text, Stories.Cut(story.PlainText, claim.Source.Start, claim.Source.End));
        Assert.Equal("said", claim.Cue);
        Assert.Equal("the \U0001F6A2 fees were low", claim.Text);
        Assert.Equal(claim.Text, Stories.Cut(story.PlainText, claim.Contents[0].Start, claim.Contents[0].End));
        Assert.Equal(("stories/port", 1, "lead"), (claim.Citation.Story, claim.Citation.Revision, claim.Citation.Section));
        Assert.Equal(claim.Sentence, Stories.Cut(story.PlainText, claim.Citation.Start, claim.Citation.End));
        Assert.StartsWith("Ann Lee", claim.Sentence, StringComparison.Ordinal);
        Assert.Equal(story.PublishTime, claim.PublishTime);
        Assert.Equal(("section-1", SourceResolution.Pronoun), (claims[1].Citation.Section, claims[1].Source.Resolution));
    }

    [Fact]
    public async Task ListClaims_narration_makes_no_claim()
    {
        _feed.Publish(Stories.Simple("bridge", "The bridge", "The bridge was opened in 1932. It carries four lanes. Ann Lee crossed it."));
        await _query.CaughtUpAsync(_feed);
        Assert.Empty((await ListAsync()).Claims);
    }

    [Fact]
    public async Task ListClaims_claim_within_anothers_words_is_not_the_storys_own()
    {
        _feed.Publish(Stories.Simple("port", "The port", "Ann Lee said that Jim Wu had promised that the fees would fall."));
        await _query.CaughtUpAsync(_feed);
        var claims = (await ListAsync()).Claims;
        Assert.Equal(["says", "promises"], claims.Select(claim => claim.Stance));
        Assert.Equal((true, false), (claims[0].Narrated, claims[1].Narrated));
        Assert.Equal(claims[0].Name, claims[1].Within.Claim);
    }

    [Fact]
    public async Task ListClaims_denial_in_another_section_is_linked_both_ways()
    {
        _feed.Publish(Stories.Of("port", "The port", "", ("", ["Ann Lee claimed that the port had lied about the fees."]), ("The answer", ["The port denied the allegation."])));
        await _query.CaughtUpAsync(_feed);

        var denied = Assert.Single((await ListAsync(request => request.Filter = ClaimFilter.Denied)).Claims);
        var denial = Assert.Single((await ListAsync(request => request.Filter = ClaimFilter.Denials)).Claims);
        Assert.Equal((denied.Name, "Ann Lee", "claims", denied.Text), (denial.Answers[0].Claim, denial.Answers[0].Source, denial.Answers[0].Stance, denial.Answers[0].Text));
        Assert.Equal((denial.Name, "The port", "denies"), (denied.AnsweredBy[0].Claim, denied.AnsweredBy[0].Source, denied.AnsweredBy[0].Stance));
        Assert.NotEqual(denied.Citation.Section, denial.Citation.Section);
    }

    [Fact]
    public async Task ListClaims_filters_are_combined()
    {
        var other = Stories.Simple("vote", "The vote", "Ann Lee claimed that Rome would win. The International Boat Union (IBU) warned that boats would sink.");
        (other.Community, other.Creator) = ("communities/news", "creators/bob");
        other.PublishTime = Timestamp.FromDateTime(new DateTime(2025, 3, 1, 0, 0, 0, DateTimeKind.Utc));
        _feed.Publish(Stories.Simple("port", "The port", "Ann Lee said that the harbours near Oslo were full. Officials at the IBU said that it was late."));
        _feed.Publish(other);
        await _query.CaughtUpAsync(_feed);

        Assert.Equal("would win|would sink|were full|was late", await TextsAsync(_ => { }));
        Assert.Equal("were full|was late|would win|would sink", await TextsAsync(request => request.Order = ClaimOrder.OldestStory));
        Assert.Equal("were full|was late", await TextsAsync(request => request.Story = "stories/port"));
        Assert.Equal("would win|would sink", await TextsAsync(request => request.Community = "communities/news"));
        Assert.Equal("would win|would sink", await TextsAsync(request => request.Creator = "creators/bob"));
        Assert.Equal("would win|were full", await TextsAsync(request => request.Source = "ann lee"));
        Assert.Equal("would win|were full", await TextsAsync(request => request.Source = "Lee"));
        Assert.Equal("would win|were full", await TextsAsync(request => request.Source = "entities/ann-lee"));
        Assert.Equal("would sink|was late", await TextsAsync(request => request.Source = "ibu"));
        Assert.Equal("would sink|was late", await TextsAsync(request => request.Source = "International Boat Union"));
        Assert.Equal("would sink", await TextsAsync(request => request.Source = "entities/ibu"));
        Assert.Equal("would sink", await TextsAsync(request => request.Stance = "warns"));
        Assert.Equal("were full", await TextsAsync(request => request.Entity = "Oslo"));
        Assert.Equal("would win", await TextsAsync(request => request.Entity = "entities/rome"));
        Assert.Equal("were full", await TextsAsync(request => request.Query = "harbour full"));
        Assert.Equal("would win|would sink", await TextsAsync(request => request.PublishedFrom = Timestamp.FromDateTime(new DateTime(2024, 6, 1, 0, 0, 0, DateTimeKind.Utc))));
        Assert.Equal("were full|was late", await TextsAsync(request => request.PublishedBefore = other.PublishTime));
        Assert.Equal("would win", await TextsAsync(request => (request.Source, request.Community) = ("Ann Lee", "communities/news")));
        Assert.Empty(await TextsAsync(request => (request.Source, request.Stance) = ("Ann Lee", "denies")));
        Assert.Empty(await TextsAsync(request => request.Source = "entities/nobody"));
    }

    [Theory]
    [InlineData(ClaimOrder.NewestStory)]
    [InlineData(ClaimOrder.OldestStory)]
    public async Task ListClaims_pages_show_each_claim_once(ClaimOrder order)
    {
        for (var i = 0; i < 9; i++)
        {
            var story = Stories.Simple($"s{i}", "Title", "Ann Lee said that it rained. Jim Wu said that it rained. Jim Wu said that it rained.");
            story.PublishTime = Timestamp.FromDateTime(new DateTime(2024, 1, 1 + (i % 3), 0, 0, 0, DateTimeKind.Utc));
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
        var seen = new List<Claim>();
        var token = "";
        do
        {
            var page = await ListAsync(request => (request.PageSize, request.PageToken, request.Order) = (4, token, order));
            Assert.InRange(page.Claims.Count, 1, 4);
            seen.AddRange(page.Claims);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(27, seen.Select(claim => claim.Name).Distinct().Count());
        var sign = order == ClaimOrder.NewestStory ? -1 : 1;
        Assert.Equal(seen.OrderBy(claim => sign * claim.PublishTime.Seconds).ThenBy(claim => claim.Citation.Story, StringComparer.Ordinal).ThenBy(claim => claim.Citation.Start), seen);
        var foreign = (await ListAsync(request => (request.PageSize, request.Order) = (1, order))).NextPageToken;
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => ListAsync(request => (request.PageToken, request.Stance) = (foreign, "says")));
    }

    [Fact]
    public async Task ListClaims_token_of_the_default_order_is_good_for_naming_it()
    {
        _feed.Publish(Stories.Simple("a", "The port", "Ann Lee said that the fees were low."));
        _feed.Publish(Stories.Simple("b", "The ship", "Bob Ray said that the deck was wet."));
        await _query.CaughtUpAsync(_feed);

        var first = await ListAsync(request => request.PageSize = 1);
        var next = await ListAsync(request => (request.PageToken, request.Order) = (first.NextPageToken, ClaimOrder.NewestStory));
        Assert.NotEqual(Assert.Single(first.Claims).Name, Assert.Single(next.Claims).Name);
        await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => ListAsync(request => (request.PageToken, request.Order) = (first.NextPageToken, ClaimOrder.OldestStory)));
    }

    [Fact]
    public async Task ListClaims_name_outlives_revisions_that_leave_the_sentence_alone()
    {
        var story = Stories.Simple("port", "The port", "Ann Lee said that the fees were low.");
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);
        var before = Assert.Single((await ListAsync()).Claims);
        var revised = Stories.Simple("port", "The port, again", "Something else came first.", "Ann Lee said that the fees were low.");
        revised.Revision = 2;
        _feed.Publish(revised);
        await _query.CaughtUpAsync(_feed);
        var after = Assert.Single((await ListAsync()).Claims);
        Assert.Equal(before.Name, after.Name);
        Assert.Equal(2, after.Citation.Revision);
        Assert.Matches("^stories/port/claims/[0-9a-f]{20}$", after.Name);
    }

    [Fact]
    public async Task Removed_story_takes_its_claims_figures_and_entities_along()
    {
        _feed.Publish(Stories.Simple("port", "The port", "Ann Lee said that the Boat Union has 30 members."));
        await _query.CaughtUpAsync(_feed);
        Assert.Single((await ListAsync()).Claims);
        _feed.Remove("stories/port");
        await _query.CaughtUpAsync(_feed);
        Assert.Empty((await ListAsync()).Claims);
        Assert.Empty((await _query.Claims.ListFiguresAsync(new ListFiguresRequest(), cancellationToken: TestContext.Current.CancellationToken)).Figures);
        Assert.Empty((await _query.Entities.ListEntitiesAsync(new ListEntitiesRequest(), cancellationToken: TestContext.Current.CancellationToken)).Entities);
        await RpcAssert.FailsAsync(
            StatusCode.NotFound, "RESOURCE_NOT_FOUND", async () => await _query.Entities.GetEntityAsync(new GetEntityRequest { Name = "entities/ann-lee" }, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("story")]
    [InlineData("community")]
    [InlineData("creator")]
    [InlineData("source")]
    [InlineData("entity")]
    [InlineData("stance")]
    [InlineData("query")]
    [InlineData("filter")]
    [InlineData("order")]
    [InlineData("published_from")]
    [InlineData("page_size")]
    [InlineData("at_least_as_fresh.etag")]
    public async Task ListClaims_bad_field_is_named(string field)
    {
        var request = field switch
        {
            "story" => new ListClaimsRequest { Story = "pact" },
            "community" => new ListClaimsRequest { Community = "stories/x" },
            "creator" => new ListClaimsRequest { Creator = "x" },
            "source" => new ListClaimsRequest { Source = "?!" },
            "entity" => new ListClaimsRequest { Entity = "entities/A b" },
            "stance" => new ListClaimsRequest { Stance = new string('x', 41) },
            "query" => new ListClaimsRequest { Query = new string('x', 501) },
            "filter" => new ListClaimsRequest { Filter = (ClaimFilter)9 },
            "order" => new ListClaimsRequest { Order = (ClaimOrder)9 },
            "published_from" => new ListClaimsRequest { PublishedFrom = new Timestamp { Seconds = long.MaxValue } },
            "page_size" => new ListClaimsRequest { PageSize = -1 },
            _ => new ListClaimsRequest { AtLeastAsFresh = new Freshness { Story = "stories/x", Etag = "?" } },
        };
        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Claims.ListClaimsAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([field], fields);
    }

    private async Task<ListClaimsResponse> ListAsync(Action<ListClaimsRequest>? change = null)
    {
        var request = new ListClaimsRequest();
        change?.Invoke(request);
        return await _query.Claims.ListClaimsAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    // The last two words of each.
    private async Task<string> TextsAsync(Action<ListClaimsRequest> change) =>
        string.Join('|', (await ListAsync(change)).Claims.Select(claim => string.Join(' ', claim.Text.Split(' ')[^2..]).ToLower(CultureInfo.InvariantCulture)));
}
