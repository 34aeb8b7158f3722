using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Claims;

/// <summary>What the design asks of the seed story's claims, figures and entities, through the RPCs.</summary>
public sealed class SeedKnowledgeTests : IAsyncLifetime
{
    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    public async ValueTask InitializeAsync()
    {
        var seed = SeedStory.Read();
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
        _feed.Publish(seed);
        await _query.CaughtUpAsync(_feed);
    }

    public async ValueTask DisposeAsync()
    {
        if (_query is null)
        {
            return;
        }

        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Theory]
    [InlineData("Putin", "claims", "Vladimir Putin", "using the NATO alliance against Russia")]
    [InlineData("Putin", "complains", "Vladimir Putin", "the 1990 promise was being broken")]
    [InlineData("NATO", "denies", "North Atlantic Treaty Organization", "the allegations")]
    [InlineData("nato", "says", "North Atlantic Treaty Organization", "borders with a handful of NATO countries")]
    [InlineData("NATO leaders", "promises", "", "Ukraine would be given a chance to join NATO")]
    [InlineData("Zelensky", "acknowledges", "Volodymyr Zelensky", "this")]
    [InlineData("Joe Biden", "says", "Joe Biden", "if the US and NATO join the Russia-Ukraine war")]
    [InlineData("Russia", "believes", "Russia", "if neighboring Ukraine joins NATO")]
    [InlineData("US", "promises", "United States", "it would not spread to Eastern Europe")]
    public async Task ListClaims_source_and_stance_of_the_seed_story_are_found(string source, string stance, string name, string content)
    {
        var claims = (await ListAsync(request => (request.Source, request.Stance) = (source, stance))).Claims;
        var claim = Assert.Single(claims);
        Assert.Equal(name, claim.Source.DisplayName);
        Assert.Contains(content, claim.Text, StringComparison.Ordinal);
        Assert.True(claim.Narrated);
        Assert.Null(claim.Within);
    }

    [Fact]
    public async Task ListClaims_denial_of_the_seed_story_answers_both_allegations()
    {
        var denial = Assert.Single((await ListAsync(request => request.Filter = ClaimFilter.Denials)).Claims);
        var denied = (await ListAsync(request => request.Filter = ClaimFilter.Denied)).Claims;
        Assert.Equal([("Vladimir Putin", "claims"), ("Vladimir Putin", "complains")], denial.Answers.Select(answer => (answer.Source, answer.Stance)));
        Assert.Equal(denial.Answers.Select(answer => answer.Claim), denied.Select(claim => claim.Name));
        Assert.All(denied, claim => Assert.Equal(denial.Name, Assert.Single(claim.AnsweredBy).Claim));
        Assert.Equal("has denied", denial.Cue);
    }

    [Fact]
    public async Task ListClaims_promise_of_1990_is_the_storys_own_and_not_Putins()
    {
        var claim = Assert.Single((await ListAsync(request => request.Query = "spread Eastern Europe")).Claims);
        Assert.StartsWith("And in 1990", claim.Sentence, StringComparison.Ordinal);
        Assert.True(claim.Narrated);
        Assert.Equal("entities/united-states", claim.Source.Entity);
        Assert.DoesNotContain((await ListAsync(request => request.Source = "Putin")).Claims, other => other.Text.Contains("spread", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListClaims_what_somebody_wants_to_hear_was_not_said() =>
        Assert.DoesNotContain((await ListAsync(_ => { })).Claims, claim => claim.Source.Text.Contains("Western leaders", StringComparison.Ordinal));

    [Fact]
    public async Task ListClaims_pronoun_of_the_seed_story_is_resolved_or_open()
    {
        var borders = Assert.Single((await ListAsync(request => request.Query = "borders handful")).Claims);
        Assert.Equal(("It", SourceResolution.Pronoun), (borders.Source.Text, borders.Source.Resolution));
        Assert.All((await ListAsync(_ => { })).Claims.Where(claim => claim.Source.Text == "They"), claim => Assert.Equal(SourceResolution.Open, claim.Source.Resolution));
    }

    [Fact]
    public async Task ListFigures_members_of_the_seed_story_age_from_12_to_30()
    {
        var list = await _query.Claims.ListFiguresAsync(new ListFiguresRequest { Entity = "NATO" }, cancellationToken: TestContext.Current.CancellationToken);
        var founding = list.Figures.First(figure => figure.Value == 12);
        Assert.Equal((1949, 0, DatePrecision.Year, FigureDateOrigin.Stated), (founding.AsOf.Year, founding.AsOf.Month, founding.Precision, founding.AsOfOrigin));
        var now = list.Figures.First(figure => figure is { Value: 30, Subject: "member countries" });
        Assert.Equal((FigureDateOrigin.Document, DatePrecision.Range, 2022, 2023), (now.AsOfOrigin, now.Precision, now.AsOf.Year, now.AsOfEnd.Year));
        Assert.Equal((true, false), (founding.Superseded, founding.Newest));
        Assert.Equal((false, true), (now.Superseded, now.Newest));
        Assert.Equal(founding.Series, now.Series);
        var series = Assert.Single(list.Series, series => series.Series == now.Series);
        Assert.Equal([(12.0, 1949), (30.0, 2022)], series.Points.Select(point => (point.Value, point.AsOf.Year)));
        Assert.Equal("entities/north-atlantic-treaty-organization", series.Entity.Entity);
        var battalions = Assert.Single(list.Figures, figure => figure.Subject == "multinational battalions");
        Assert.Equal((4.0, "", FigureDateOrigin.Document), (battalions.Value, battalions.Unit, battalions.AsOfOrigin));
    }

    [Fact]
    public async Task GetEntity_NATO_of_the_seed_story_has_all_that_is_known()
    {
        var nato = await _query.Entities.GetEntityAsync(new GetEntityRequest { Name = "entities/nato" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("entities/north-atlantic-treaty-organization", "North Atlantic Treaty Organization", "ORG", 1), (nato.Name, nato.DisplayName, nato.Type, nato.StoryCount));
        Assert.Equal(
            [("NATO", AliasKind.Acronym), ("Nato", AliasKind.Acronym), ("North Atlantic Treaty Organization", AliasKind.Full)],
            nato.Aliases.Select(alias => (alias.Text, alias.Kind)).Order());
        Assert.Equal(("stories/seed", true), (Assert.Single(nato.Stories).Story, nato.Stories[0].InTitle));
        Assert.Superset(new HashSet<int> { 1949, 1991, 2008 }, nato.DatedEvents.Select(dated => dated.Date.Year).ToHashSet());
        Assert.Equal(["denies", "says"], nato.ClaimsBy.Select(claim => claim.Stance));
        Assert.Superset(new HashSet<string> { "Vladimir Putin", "Joe Biden", "Russia" }, nato.ClaimsAbout.Select(claim => claim.Source.DisplayName).ToHashSet());
        Assert.Contains(nato.Figures, figure => figure is { Value: 30, Newest: true });
        Assert.Superset(new HashSet<string> { "entities/ukraine", "entities/russia" }, nato.CoMentions.Select(other => other.Entity.Name).ToHashSet());
    }

    private async Task<ListClaimsResponse> ListAsync(Action<ListClaimsRequest> change)
    {
        var request = new ListClaimsRequest();
        change(request);
        return await _query.Claims.ListClaimsAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
