using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Claims;

public sealed class FigureTests : IAsyncLifetime
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
    public async Task ListFigures_numbers_of_one_thing_age_across_stories()
    {
        _feed.Publish(Story("old", 2021, "The Boat Union is old. In 1949 the Boat Union had 12 members. The Boat Union now has 30 members."));
        _feed.Publish(Story("new", 2024, "The Boat Union has 32 members. The Boat Union has 4 offices."));
        await _query.CaughtUpAsync(_feed);

        var list = await ListAsync(request => request.Subject = "member");
        Assert.Equal([(12.0, 1949, false), (30.0, 2021, false), (32.0, 2024, true)], list.Figures.Select(figure => (figure.Value, figure.AsOf.Year, figure.Newest)));
        Assert.Equal([true, true, false], list.Figures.Select(figure => figure.Superseded));
        var series = Assert.Single(list.Series);
        Assert.Equal((3, "members", ""), (series.FigureCount, series.Subject, series.Unit));
        Assert.Equal([12.0, 30, 32], series.Points.Select(point => point.Value));
        Assert.Equal(list.Figures.Select(figure => figure.Name), series.Points.Select(point => point.Figure));
        // Filters leave figures out, but what has aged has aged.
        Assert.True((await ListAsync(request => (request.Story, request.Subject) = ("stories/old", "members"))).Figures[^1].Superseded);
        _feed.Remove("stories/new");
        await _query.CaughtUpAsync(_feed);
        Assert.False((await ListAsync(request => (request.Story, request.Subject) = ("stories/old", "members"))).Figures[^1].Superseded);
    }

    [Fact]
    public async Task ListFigures_numbers_without_an_entity_are_compared_within_their_story_only()
    {
        _feed.Publish(Story("one", 2021, "There were 30 boats in 1990."));
        _feed.Publish(Story("two", 2021, "There were 40 boats in 1995."));
        await _query.CaughtUpAsync(_feed);
        var figures = (await ListAsync()).Figures;
        Assert.Equal([30.0, 40], figures.Select(figure => figure.Value));
        Assert.All(figures, figure => Assert.Equal((true, false), (figure.Newest, figure.Superseded)));
        Assert.Equal(2, figures.Select(figure => figure.Series).Distinct().Count());
    }

    [Fact]
    public async Task ListFigures_times_that_overlap_age_nothing()
    {
        var story = Story("one", 2023, "The Boat Union now has 30 members. In 2022 the Boat Union had 28 members.");
        story.PublishTimeUncertainty = new PublishTimeUncertainty { Earliest = Time(2022, 2), Latest = Time(2023, 2), Stated = "a year ago" };
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);
        var figures = (await ListAsync()).Figures;
        Assert.Equal([(28.0, DatePrecision.Year), (30.0, DatePrecision.Range)], figures.Select(figure => (figure.Value, figure.Precision)));
        Assert.All(figures, figure => Assert.True(figure.Newest));
        Assert.Equal((2022, 2, 2023, 2), (figures[1].AsOf.Year, figures[1].AsOf.Month, figures[1].AsOfEnd.Year, figures[1].AsOfEnd.Month));
    }

    [Fact]
    public async Task ListFigures_filters_are_combined()
    {
        var other = Story("two", 2022, "The Boat Union has 3 ferries. The fund spent $4 million on schools in 2020.");
        other.Community = "communities/news";
        _feed.Publish(Story("one", 2021, "The International Boat Union (IBU) is old. The IBU has 30 ferries. The road is 12 km long."));
        _feed.Publish(other);
        await _query.CaughtUpAsync(_feed);

        Assert.Equal("30", await ValuesAsync(request => request.Entity = "International Boat Union"));
        Assert.Equal("30", await ValuesAsync(request => request.Entity = "entities/ibu"));
        Assert.Equal("3, 30", await ValuesAsync(request => request.Subject = "ferry"));
        Assert.Equal("12", await ValuesAsync(request => request.Unit = "km"));
        Assert.Equal("4000000", await ValuesAsync(request => request.Unit = "USD"));
        Assert.Equal("3, 30", await ValuesAsync(request => request.Unit = "count"));
        Assert.Equal("12, 30", await ValuesAsync(request => request.Story = "stories/one"));
        Assert.Equal("3", await ValuesAsync(request => (request.Community, request.Unit) = ("communities/news", "count")));
    }

    [Fact]
    public async Task ListFigures_undated_ones_come_last_and_pages_show_each_once()
    {
        for (var i = 0; i < 5; i++)
        {
            _feed.Publish(Story($"s{i}", 2020, $"In {1950 + i} the Boat Union had {i + 3} boats. It might need {i + 9} cranes."));
        }

        await _query.CaughtUpAsync(_feed);
        var seen = new List<V1.Figure>();
        var token = "";
        do
        {
            var page = await ListAsync(request => (request.PageSize, request.PageToken) = (3, token));
            seen.AddRange(page.Figures);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(10, seen.Select(figure => figure.Name).Distinct().Count());
        Assert.Equal([1950, 1951, 1952, 1953, 1954], seen.Take(5).Select(figure => figure.AsOf.Year));
        Assert.All(seen.Skip(5), figure => Assert.Equal((null, FigureDateOrigin.Unspecified, false), (figure.AsOf, figure.AsOfOrigin, figure.Newest)));
    }

    [Theory]
    [InlineData("story")]
    [InlineData("community")]
    [InlineData("entity")]
    [InlineData("subject")]
    [InlineData("unit")]
    [InlineData("page_size")]
    public async Task ListFigures_bad_field_is_named(string field)
    {
        var request = field switch
        {
            "story" => new ListFiguresRequest { Story = "pact" },
            "community" => new ListFiguresRequest { Community = "stories/x" },
            "entity" => new ListFiguresRequest { Entity = new string('x', 201) },
            "subject" => new ListFiguresRequest { Subject = "\0" },
            "unit" => new ListFiguresRequest { Unit = new string('x', 41) },
            _ => new ListFiguresRequest { PageSize = -1 },
        };
        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Claims.ListFiguresAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([field], fields);
    }

    private static Story Story(string id, int year, string text)
    {
        var story = Stories.Simple(id, "Title", text);
        story.PublishTime = Time(year, 6);
        return story;
    }

    private static Timestamp Time(int year, int month) => Timestamp.FromDateTime(new DateTime(year, month, 1, 0, 0, 0, DateTimeKind.Utc));

    private async Task<ListFiguresResponse> ListAsync(Action<ListFiguresRequest>? change = null)
    {
        var request = new ListFiguresRequest();
        change?.Invoke(request);
        return await _query.Claims.ListFiguresAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task<string> ValuesAsync(Action<ListFiguresRequest> change) =>
        string.Join(", ", (await ListAsync(change)).Figures.Select(figure => figure.Value).Order());
}
