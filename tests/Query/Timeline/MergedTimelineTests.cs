using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Type;

namespace Broadsheet.Query.Tests.Timeline;

/// <summary>Rows that are made of the sentences of several stories.</summary>
public sealed class MergedTimelineTests : IAsyncLifetime
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
    public async Task Same_event_of_several_stories_is_one_row_with_the_most_exact_date()
    {
        var (a, b, c) = (
            Stories.Simple("a", "A", "The North Atlantic Treaty Organization (NATO) was founded in 1949."),
            Stories.Simple("b", "B", "On 4 April 1949, twelve countries established NATO in Washington."),
            Stories.Simple("c", "C", "In 1949 NATO was formed by twelve countries, and in 1955 the Warsaw Pact was founded."));
        await PublishAsync(a, b, c);

        var rows = (await ListAsync()).Events;
        Assert.Equal([(1949, 4, 4), (1955, 0, 0)], rows.Select(row => (row.Date.Year, row.Date.Month, row.Date.Day)));
        var founded = rows[0];
        Assert.Equal(("On 4 April 1949, twelve countries established NATO in Washington.", DatePrecision.Day, 3, 3), (founded.Text, founded.Precision, founded.SourceCount, founded.StoryCount));
        Assert.Equal("stories/b", founded.Sources[0].Story);
        Assert.Equal(["stories/a", "stories/b", "stories/c"], founded.Sources.Select(source => source.Story).Order());
        Assert.Empty(founded.Disagreement);
        Assert.All(founded.Sources, source => Assert.Contains("1949", Stories.Cut((source.Story[^1] switch { 'a' => a, 'b' => b, _ => c }).PlainText, source.Start, source.End), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Estonia joined NATO in 2004.", "Latvia joined NATO in 2004.")]
    [InlineData("NATO was founded in 1949.", "NATO was dissolved in 1949.")]
    [InlineData("The company was founded in 1949.", "The company was founded in 1949 by three brothers.")]
    [InlineData("It was founded in 1949.", "It was founded in 1949.")]
    [InlineData("Estonia did not join NATO in 2004.", "Estonia joined NATO in 2004.")]
    [InlineData("The ship left Southampton on 10 April 1912.", "The ship reached Southampton on 10 April 1912.")]
    public async Task Different_events_of_one_date_stay_apart(string one, string other)
    {
        await PublishAsync(Stories.Simple("a", "A", one), Stories.Simple("b", "B", other));

        Assert.Equal(2, (await ListAsync(request => request.Modalities.AddRange([EventModality.Happened, EventModality.Negated]))).Events.Count);
    }

    [Theory]
    [InlineData("The Titanic sank on 15 April 1912.", "The Titanic sank on 15 April 1912.")]
    [InlineData("Russia annexed Crimea in 2014.", "The annexation of Crimea in 2014 changed much.")]
    [InlineData("Russia annexed Crimea in 2014.", "Crimea, a peninsula, was annexed by Russia in March 2014.")]
    [InlineData("Ada Lovelace was born in 1815.", "Lovelace, who was born in 1815 in London, wrote the first program. Her name was Ada Lovelace.")]
    [InlineData("Estonia joined NATO in 2004.", "In 2004, Estonia joined NATO.")]
    [InlineData("One of the purposes of NATO's founding in 1949 was to counter the Soviet Union.", "The founding of NATO in 1949 was an answer.")]
    [InlineData("The Eiffel Tower, completed in 1889, is made of iron.", "In 1889 the Eiffel Tower was completed.")]
    public async Task Same_event_in_other_words_is_one_row(string one, string other)
    {
        await PublishAsync(Stories.Simple("a", "A", one), Stories.Simple("b", "B", other));

        Assert.Equal(2, Assert.Single((await ListAsync()).Events).StoryCount);
    }

    [Fact]
    public async Task Year_that_fits_two_days_is_a_row_of_its_own()
    {
        await PublishAsync(
            Stories.Simple("a", "A", "NATO attacked Serbia on 24 March 1999."),
            Stories.Simple("b", "B", "NATO attacked Serbia on 3 May 1999."),
            Stories.Simple("c", "C", "NATO attacked Serbia in 1999."));

        Assert.Equal([(0, 0), (3, 24), (5, 3)], (await ListAsync()).Events.Select(row => (row.Date.Month, row.Date.Day)));
    }

    [Fact]
    public async Task Other_dates_of_what_happens_once_are_shown_on_both_rows()
    {
        await PublishAsync(
            Stories.Simple("a", "A", "NATO was founded in 1949."),
            Stories.Simple("b", "B", "NATO was established on 4 April 1949."),
            Stories.Simple("c", "C", "NATO was founded in 1952."),
            Stories.Simple("d", "D", "NATO expanded in 1999."),
            Stories.Simple("e", "E", "NATO expanded in 2004."));

        var rows = (await ListAsync()).Events;
        Assert.Equal([1949, 1952, 1999, 2004], rows.Select(row => row.Date.Year));
        var (first, second) = (Assert.Single(rows[0].Disagreement), Assert.Single(rows[1].Disagreement));
        Assert.Equal((1952, 1, "NATO was founded in 1952.", "stories/c"), (first.Date.Year, first.StoryCount, first.Text, Assert.Single(first.Sources).Story));
        Assert.Equal((1949, 4, 4, DatePrecision.Day, 2), (second.Date.Year, second.Date.Month, second.Date.Day, second.Precision, second.StoryCount));
        Assert.All(rows.Skip(2), row => Assert.Empty(row.Disagreement));

        // The other date is shown also where the filter of a story leaves it out.
        Assert.Equal(1949, Assert.Single(Assert.Single((await ListAsync(request => request.Story = "stories/c")).Events).Disagreement).Date.Year);
    }

    [Fact]
    public async Task Story_that_gives_both_dates_speaks_of_two_things()
    {
        await PublishAsync(Stories.Simple("a", "A", "The Bolshoi was built in 1780.", "The Bolshoi was built in 1825."));

        Assert.All((await ListAsync()).Events, row => Assert.Empty(row.Disagreement));
    }

    [Fact]
    public async Task Source_goes_with_its_story_and_the_row_with_its_last_source()
    {
        await PublishAsync(
            Stories.Simple("a", "A", "NATO was founded in 1949."),
            Stories.Simple("b", "B", "NATO was established on 4 April 1949."),
            Stories.Simple("c", "C", "NATO was founded in 1952."));

        _feed.Remove("stories/b");
        await _query.CaughtUpAsync(_feed);
        var rows = (await ListAsync()).Events;
        Assert.Equal((0, "stories/a", 1), (rows[0].Date.Month, Assert.Single(rows[0].Sources).Story, rows[0].StoryCount));
        Assert.Equal((DatePrecision.Year, 1), (rows[1].Disagreement[0].Precision, rows[1].Disagreement[0].StoryCount));

        _feed.Publish(Stories.Simple("a", "A", "Nothing with a date."));
        await _query.CaughtUpAsync(_feed);
        Assert.Empty(Assert.Single((await ListAsync()).Events).Disagreement);

        _feed.Remove("stories/c");
        await _query.CaughtUpAsync(_feed);
        Assert.Empty((await ListAsync()).Events);
    }

    [Theory]
    [InlineData("Estonia did not join NATO in 2004.", EventModality.Negated)]
    [InlineData("No country joined NATO in 2005.", EventModality.Negated)]
    [InlineData("Estonia failed to join NATO in 1997.", EventModality.Negated)]
    [InlineData("Estonia never joined NATO in 1997.", EventModality.Negated)]
    [InlineData("The league was not founded until 1990.", EventModality.Happened)]
    [InlineData("If Sweden joins NATO in 2030, Finland will celebrate.", EventModality.Supposed)]
    [InlineData("Sweden could have joined NATO in 1949.", EventModality.Supposed)]
    [InlineData("Sweden plans to join NATO in 2023.", EventModality.Planned)]
    [InlineData("Sweden will join NATO in 2030.", EventModality.Planned)]
    [InlineData("The games of 2032 are held in Brisbane.", EventModality.Planned)]
    [InlineData("Sweden joined NATO in 2004.", EventModality.Happened)]
    [InlineData("In 1990, the United States promised that NATO would not expand.", EventModality.Happened)]
    [InlineData("Nobody stood at the pole until 1956, when they could land.", EventModality.Happened)]
    [InlineData("March 1912 had been colder than anyone could have expected.", EventModality.Happened)]
    [InlineData("Bad years will come before that; 2020 was one.", EventModality.Happened)]
    [InlineData("It was announced to the world from Hobart on March 7, 1912.", EventModality.Happened)]
    [InlineData("Not only Estonia joined NATO in 2004.", EventModality.Happened)]
    public async Task Row_says_whether_it_happened(string text, EventModality modality)
    {
        await PublishAsync(Stories.Simple("a", "A", text));

        var shown = (await ListAsync(request => request.Modalities.AddRange(System.Enum.GetValues<EventModality>().Where(value => value != EventModality.Unspecified)))).Events;
        Assert.Equal(modality, Assert.Single(shown).Modality);
        Assert.Equal(modality is EventModality.Negated or EventModality.Supposed ? 0 : 1, (await ListAsync()).Events.Count);
        Assert.Equal(modality == EventModality.Happened ? 1 : 0, (await ListAsync(request => request.Modalities.Add(EventModality.Happened))).Events.Count);
    }

    [Fact]
    public async Task What_somebody_says_keeps_who_says_it_until_a_story_tells_it_too()
    {
        await PublishAsync(Stories.Simple("a", "A", "President Vladimir Putin claimed that NATO was founded in 1949."));

        var said = Assert.Single((await ListAsync()).Events);
        Assert.Equal((EventModality.Claimed, "claims", "entities/vladimir-putin"), (said.Modality, said.Teller.Stance, said.Teller.Entity));
        Assert.Contains("Putin", said.Teller.Text, StringComparison.Ordinal);

        await PublishAsync(Stories.Simple("b", "B", "NATO was founded in 1949."));
        var told = Assert.Single((await ListAsync()).Events);
        Assert.Equal((EventModality.Happened, null, 2, "stories/b"), (told.Modality, told.Teller, told.StoryCount, told.Sources[0].Story));

        await PublishAsync(Stories.Simple("c", "C", "Russia denied that Estonia joined NATO in 2004."));
        Assert.Single((await ListAsync()).Events);
        var denied = Assert.Single((await ListAsync(request => request.Modalities.Add(EventModality.Negated))).Events);
        Assert.Equal("denies", denied.Teller.Stance);
    }

    [Fact]
    public async Task Entity_is_found_by_any_of_its_names()
    {
        await PublishAsync(
            Stories.Simple("a", "A", "The North Atlantic Treaty Organization grew in 1952."),
            Stories.Simple("b", "B", "The World Trade Forum (WTF) met often. The World Trade Forum closed in 1999."),
            Stories.Simple("c", "C", "Volodymyr Zelensky was an actor. Zelensky was elected in 2019."));

        foreach (var (name, year) in (ValueTuple<string, int>[])[("NATO", 1952), ("nato", 1952), ("entities/north-atlantic-treaty-organization", 1952), ("WTF", 1999), ("world trade forum", 1999), ("Volodymyr Zelensky", 2019), ("zelensky", 2019)])
        {
            Assert.Equal(year, Assert.Single((await ListAsync(request => request.Entity = name)).Events).Date.Year);
        }
    }

    [Fact]
    public async Task Filters_of_stories_and_rows_are_combined()
    {
        var other = Stories.Simple("b", "B", "NATO was established on 4 April 1949.");
        (other.Creator, other.Language) = ("creators/bob", "en-GB");
        other.Topics.Add("War");
        await PublishAsync(Stories.Simple("a", "A", "NATO was founded in 1949."), other);

        Assert.Equal(DatePrecision.Year, Assert.Single((await ListAsync(request => request.Creator = "creators/ada")).Events).Precision);
        Assert.Equal(DatePrecision.Day, Assert.Single((await ListAsync(request => request.Topic = "war")).Events).Precision);
        Assert.Equal(DatePrecision.Day, Assert.Single((await ListAsync(request => request.Topic = " War ")).Events).Precision);
        Assert.Equal(1, Assert.Single((await ListAsync(request => request.Language = "en-gb")).Events).StoryCount);
        Assert.Equal(2, Assert.Single((await ListAsync(request => request.Language = "en")).Events).StoryCount);
        // What is filtered is the row: the story that knows the year only does not bring it back.
        Assert.Empty((await ListAsync(request => request.From = new Date { Year = 1949, Month = 6 })).Events);
        Assert.Empty((await ListAsync(request => request.Precision = DatePrecision.Year)).Events);
        Assert.Single((await ListAsync(request => (request.From, request.To) = (new Date { Year = 1949, Month = 4, Day = 4 }, new Date { Year = 1949, Month = 4, Day = 4 }))).Events);
    }

    [Fact]
    public async Task Pages_show_each_merged_row_once()
    {
        await PublishAsync([.. Enumerable.Range(0, 12).Select(i => Stories.Simple($"s{i}", "Title", $"NATO was founded in 1949. Estonia joined NATO in 2004. Harbour{i} Bridge was built in {1949 + (i % 4)}. Nobody{i} knows it of {1900 + i}."))]);

        var all = (await ListAsync(request => request.PageSize = 200)).Events;
        Assert.Equal(12, all.Single(row => row.Text.StartsWith("NATO", StringComparison.Ordinal)).StoryCount);
        foreach (var size in (int[])[1, 3, 7])
        {
            var (paged, token) = (new List<DatedEvent>(), "");
            do
            {
                var page = await ListAsync(request => (request.PageSize, request.PageToken) = (size, token));
                paged.AddRange(page.Events);
                token = page.NextPageToken;
            }
            while (token.Length > 0);
            Assert.Equal(all, paged);
        }
    }

    [Fact]
    public async Task Dates_counted_from_an_uncertain_publish_time_are_no_more_exact_than_it()
    {
        var story = Stories.Simple("a", "A", "The bridge opened last year.", "The tower opened last month.", "The tunnel opened in 1990.");
        story.PublishTime = Timestamp.FromDateTime(new System.DateTime(2024, 12, 20, 0, 0, 0, DateTimeKind.Utc));
        story.PublishTimeUncertainty = new PublishTimeUncertainty { Earliest = Timestamp.FromDateTime(new System.DateTime(2024, 6, 20, 0, 0, 0, DateTimeKind.Utc)), Latest = story.PublishTime, Stated = "about a year ago" };
        await PublishAsync(story);
        Assert.Equal([(1990, 0, DatePrecision.Year), (2023, 0, DatePrecision.Year), (2024, 0, DatePrecision.Year)], (await ListAsync()).Events.Select(row => (row.Date.Year, row.Date.Month, row.Precision)));

        story.PublishTimeUncertainty.Earliest = Timestamp.FromDateTime(new System.DateTime(2023, 6, 20, 0, 0, 0, DateTimeKind.Utc));
        await PublishAsync(story);
        Assert.Equal(1990, Assert.Single((await ListAsync()).Events).Date.Year);
    }

    private async Task PublishAsync(params Story[] stories)
    {
        foreach (var story in stories)
        {
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
    }

    private async Task<ListDatedEventsResponse> ListAsync(Action<ListDatedEventsRequest>? change = null)
    {
        var request = new ListDatedEventsRequest();
        change?.Invoke(request);
        return await _query.Timeline.ListDatedEventsAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
