using Broadsheet.Query.V1;
using Google.Type;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Timeline;

public sealed class TimelineTests : IAsyncLifetime
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
    public async Task ListDatedEvents_lists_earliest_first_with_the_sentence()
    {
        var story = Stories.Simple("pact", "A pact", "😀 In 1991 it ended. Before, in 1955, the Warsaw Pact was formed.", "NATO was formed in 1949.");
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);

        var events = (await ListAsync()).Events;
        Assert.Equal([1949, 1955, 1991], events.Select(dated => dated.Date.Year));
        Assert.All(events, dated => Assert.Equal((DatePrecision.Year, 0, 0), (dated.Precision, dated.Date.Month, dated.Date.Day)));
        Assert.All(events, dated =>
        {
            var source = Assert.Single(dated.Sources);
            Assert.Equal(("stories/pact", 1, "lead"), (source.Story, source.Revision, source.Section));
            Assert.Equal(dated.Text, Stories.Cut(story.PlainText, source.Start, source.End));
        });
    }

    [Fact]
    public async Task ListDatedEvents_filters_are_combined()
    {
        var other = Stories.Simple("other", "Other", "In 1955 Nato's members met. In 2008 they met again.");
        other.Community = "communities/news";
        _feed.Publish(Stories.Simple("pact", "A pact", "In 1949 NATO was formed. In 1955 the Warsaw Pact was formed."));
        _feed.Publish(other);
        await _query.CaughtUpAsync(_feed);

        Assert.Equal("1949, 1955", await YearsAsync(request => request.Story = "stories/pact"));
        Assert.Equal("1955, 2008", await YearsAsync(request => request.Community = "communities/news"));
        Assert.Equal("1949, 1955", await YearsAsync(request => request.Entity = "nato"));
        Assert.Equal("1955", await YearsAsync(request => request.Entity = "WARSAW pact"));
        Assert.Equal("1955, 1955, 2008", await YearsAsync(request => request.From = new Date { Year = 1955, Month = 12 }));
        Assert.Equal("2008", await YearsAsync(request => request.From = new Date { Year = 1956 }));
        Assert.Equal("1949", await YearsAsync(request => request.To = new Date { Year = 1954, Month = 12, Day = 31 }));
        Assert.Equal("1949, 1955, 1955", await YearsAsync(request => request.To = new Date { Year = 1955, Month = 1 }));
        Assert.Empty(await YearsAsync(request => request.Precision = DatePrecision.Day));
        Assert.Empty(await YearsAsync(request => (request.Story, request.Community) = ("stories/pact", "communities/news")));
    }

    [Fact]
    public async Task ListDatedEvents_pages_show_each_event_once()
    {
        for (var i = 0; i < 9; i++)
        {
            _feed.Publish(Stories.Simple($"s{i}", "Title", $"In {1900 + (i % 3)} one. In 1901 two. In 1901 three. In 1950 four."));
        }

        await _query.CaughtUpAsync(_feed);
        var seen = new List<(int, string, int)>();
        var token = "";
        do
        {
            var page = await ListAsync(request => (request.PageSize, request.PageToken) = (7, token));
            seen.AddRange(page.Events.Select(dated => (dated.Date.Year, dated.Sources[0].Story, dated.Sources[0].Start)));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(36, seen.Count);
        Assert.Equal(36, seen.Distinct().Count());
        Assert.Equal(seen.Select(one => one.Item1).Order(), seen.Select(one => one.Item1));
        var foreign = (await ListAsync(request => request.PageSize = 1)).NextPageToken;
        await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => ListAsync(request => (request.PageToken, request.Entity) = (foreign, "NATO")));
    }

    [Theory]
    [InlineData("\"NATO")]
    [InlineData("* OR 1:1 AND -(")]
    [InlineData("\u202ENATO\u0301\u0301")]
    [InlineData("😀 a")]
    [InlineData("entities/nobody")]
    public async Task ListDatedEvents_odd_names_find_nothing_and_break_nothing(string entity)
    {
        _feed.Publish(Stories.Simple("pact", "A pact", "In 1955 the Warsaw Pact was formed."));
        await _query.CaughtUpAsync(_feed);

        Assert.Empty((await ListAsync(request => request.Entity = entity)).Events);
    }

    [Fact]
    public async Task ListDatedEvents_empty_and_turned_stretches_of_time_find_nothing()
    {
        _feed.Publish(Stories.Simple("pact", "A pact", "In 1955 the Warsaw Pact was formed. In 44 BC Caesar died."));
        await _query.CaughtUpAsync(_feed);

        Assert.Empty((await ListAsync(request => (request.From, request.To) = (new Date { Year = 1960 }, new Date { Year = 1950 }))).Events);
        Assert.Equal("-44, 1955", await YearsAsync(request => (request.From, request.To) = (new Date { Year = -9999 }, new Date { Year = 9999, Month = 12, Day = 31 })));
        Assert.Equal("-44", await YearsAsync(request => (request.From, request.To) = (new Date { Year = -44 }, new Date { Year = -44, Month = 12 })));
    }

    [Fact]
    public async Task ListDatedEvents_of_the_seed_story_gives_its_years_each_with_its_sentence()
    {
        var page = await File.ReadAllTextAsync(Directory.GetFiles(Language.SharedData.Require("seed"), "*.txt")[0], TestContext.Current.CancellationToken);
        // Body paragraphs only; importing has tests of its own.
        var story = Stories.Simple("seed", "Seed", [.. page.Split("\n\n").Where(block => block.Length > 120 && !block.Contains('•', StringComparison.Ordinal))]);
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);

        var events = (await ListAsync(request => request.Story = "stories/seed")).Events;
        Assert.Equal([1949, 1955, 1990, 1991, 2008, 2014], events.Select(dated => dated.Date.Year).Distinct());
        Assert.All(events, dated => Assert.Equal((DatePrecision.Year, 0, 0), (dated.Precision, dated.Date.Month, dated.Date.Day)));
        Assert.All(events, dated => Assert.Contains(dated.Date.Year.ToString(System.Globalization.CultureInfo.InvariantCulture), dated.Text, StringComparison.Ordinal));
        Assert.All(events, dated => Assert.Equal(dated.Text, Stories.Cut(story.PlainText, dated.Sources[0].Start, dated.Sources[0].End)));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', events.Select(dated => $"{dated.Date.Year} {dated.Modality} {dated.Teller?.Text} {dated.SourceCount}: {dated.Text}")));
    }

    [Theory]
    [InlineData(2023, 2, 30)]
    [InlineData(2023, 2, 29)]
    [InlineData(1900, 2, 29)]
    [InlineData(2024, 4, 31)]
    [InlineData(-4, 2, 29)]
    [InlineData(-101, 2, 29)]
    [InlineData(int.MinValue, 2, 29)]
    public async Task ListDatedEvents_day_that_the_month_does_not_have_is_refused(int year, int month, int day)
    {
        var date = new Date { Year = year, Month = month, Day = day };
        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", () => ListAsync(request => (request.From, request.To) = (date, date)));
        Assert.Equal(["from", "to"], fields);
    }

    [Theory]
    [InlineData(2024, 2, 29)]
    [InlineData(2000, 2, 29)]
    [InlineData(-1, 2, 29)]
    [InlineData(-401, 2, 29)]
    [InlineData(-9997, 2, 29)]
    [InlineData(9999, 12, 31)]
    public async Task ListDatedEvents_day_of_a_leap_year_is_taken(int year, int month, int day) =>
        Assert.Empty((await ListAsync(request => request.From = new Date { Year = year, Month = month, Day = day })).Events);

    [Fact]
    public async Task ListDatedEvents_token_of_the_default_modalities_is_good_for_naming_them()
    {
        _feed.Publish(Stories.Simple("pact", "A pact", "In 1949 NATO was formed. In 1955 the Warsaw Pact was formed."));
        await _query.CaughtUpAsync(_feed);

        var token = (await ListAsync(request => request.PageSize = 1)).NextPageToken;
        var next = await ListAsync(request =>
        {
            request.PageToken = token;
            request.Modalities.AddRange([EventModality.Planned, EventModality.Happened, EventModality.Claimed, EventModality.Claimed]);
        });
        Assert.Equal(1955, Assert.Single(next.Events).Date.Year);
    }

    [Theory]
    [InlineData("story")]
    [InlineData("community")]
    [InlineData("entity")]
    [InlineData("from")]
    [InlineData("to")]
    [InlineData("precision")]
    [InlineData("page_size")]
    [InlineData("creator")]
    [InlineData("topic")]
    [InlineData("language")]
    [InlineData("modalities[0]")]
    public async Task ListDatedEvents_bad_field_is_named(string field)
    {
        var request = field switch
        {
            "story" => new ListDatedEventsRequest { Story = "pact" },
            "community" => new ListDatedEventsRequest { Community = "stories/x" },
            "entity" => new ListDatedEventsRequest { Entity = "?!" },
            "from" => new ListDatedEventsRequest { From = new Date { Year = 1949, Month = 13 } },
            "to" => new ListDatedEventsRequest { To = new Date { Year = 1949, Day = 3 } },
            "precision" => new ListDatedEventsRequest { Precision = (DatePrecision)99 },
            "creator" => new ListDatedEventsRequest { Creator = "bob" },
            "topic" => new ListDatedEventsRequest { Topic = new string('t', 201) },
            "language" => new ListDatedEventsRequest { Language = new string('e', 101) },
            "modalities[0]" => new ListDatedEventsRequest { Modalities = { EventModality.Unspecified } },
            _ => new ListDatedEventsRequest { PageSize = -1 },
        };

        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Timeline.ListDatedEventsAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([field], fields);
    }

    private async Task<ListDatedEventsResponse> ListAsync(Action<ListDatedEventsRequest>? change = null)
    {
        var request = new ListDatedEventsRequest();
        change?.Invoke(request);
        return await _query.Timeline.ListDatedEventsAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task<string> YearsAsync(Action<ListDatedEventsRequest> change) => string.Join(", ", (await ListAsync(change)).Events.Select(dated => dated.Date.Year));
}
