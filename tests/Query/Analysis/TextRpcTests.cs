using System.Net.Http.Json;
using System.Text.Json;
using Broadsheet.Query.V1;
using Google.Type;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Analysis;

public sealed class TextRpcTests : IAsyncLifetime
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
    public async Task AnalyzeText_positions_count_code_points()
    {
        const string text = "😀 Ann Lee claimed on Friday that the port now has 30 cranes. The port denied this. 🎉";
        var response = await AnalyzeAsync(text);

        Assert.Equal(["😀 Ann Lee claimed on Friday that the port now has 30 cranes.", "The port denied this.", "🎉"], response.Sentences.Select(span => Cut(text, span)));
        Assert.Contains(response.Times, time => (time.Text, time.Type, time.Value, time.Precision) == ("Friday", "DATE", "2023-05-12", DatePrecision.Day) && Stories.Cut(text, time.Start, time.End) == "Friday");
        Assert.Contains(response.Entities, entity => (entity.Text, entity.Type, entity.Entity, entity.DisplayName) == ("Ann Lee", "PER", "entities/ann-lee", "Ann Lee"));
        var claim = response.Attributions[0];
        Assert.Equal(("Ann Lee", "claimed", "the port now has 30 cranes"), (Cut(text, claim.Source), Cut(text, claim.Cue), Cut(text, Assert.Single(claim.Contents))));
        Assert.Equal(("claims", "entities/ann-lee", false), (claim.Stance, claim.SourceEntity, claim.Direct));
        Assert.Equal([0], response.Attributions[1].Answers);
        var figure = Assert.Single(response.Figures);
        Assert.Equal(("30", 30, "cranes"), (figure.Text, figure.Value, Cut(text, figure.Subject)));
        Assert.Equal((FigureDateOrigin.Document, new Date { Year = 2023, Month = 5, Day = 17 }), (figure.AsOfOrigin, figure.AsOf));
    }

    [Fact]
    public async Task AnalyzeText_over_http_answers_json()
    {
        using var http = new HttpClient { DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var reply = await http.PostAsJsonAsync(
            new Uri(_query.Address, "/v1/text:analyze"),
            new { text = "It opened last year.", documentDate = new { year = 2023, month = 5, day = 17 } },
            TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("2022", json.RootElement.GetProperty("times")[0].GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("", 2023, 5, 17, "text")]
    [InlineData(" \n", 2023, 5, 17, "text")]
    [InlineData("It is.", 2023, 2, 29, "document_date")]
    [InlineData("It is.", 2023, 0, 0, "document_date")]
    public async Task AnalyzeText_wrong_field_is_refused(string text, int year, int month, int day, string field)
    {
        var request = new AnalyzeTextRequest { Text = text, DocumentDate = new Date { Year = year, Month = month, Day = day } };
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => _query.Texts.AnalyzeTextAsync(request).ResponseAsync);
        Assert.Equal([field], fields);
    }

    [Fact]
    public async Task AnalyzeText_takes_100000_code_points_and_no_more()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 100_000));
        Assert.NotNull(await _query.Texts.AnalyzeTextAsync(new AnalyzeTextRequest { Text = longest }, cancellationToken: TestContext.Current.CancellationToken));
        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", () => _query.Texts.AnalyzeTextAsync(new AnalyzeTextRequest { Text = longest + "a" }).ResponseAsync);
        Assert.Equal(["text"], fields);
    }

    private async Task<AnalyzeTextResponse> AnalyzeAsync(string text) => await _query.Texts.AnalyzeTextAsync(
        new AnalyzeTextRequest { Text = text, DocumentDate = new Date { Year = 2023, Month = 5, Day = 17 } }, cancellationToken: TestContext.Current.CancellationToken);

    private static string Cut(string text, TextSpan span) => Stories.Cut(text, span.Start, span.End);
}
