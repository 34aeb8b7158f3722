using Broadsheet.Content.V1;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Tests.Language;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Timeline;

/// <summary>The dated events of the seed story and of texts that tempt to invent dates.</summary>
public sealed class StoryEventsTests
{
    [Fact]
    public void Seed_story_has_its_six_years_and_no_other_date()
    {
        var page = File.ReadAllText(Directory.GetFiles(SharedData.Require("seed"), "*.txt")[0]);
        // Body paragraphs only; importing has tests of its own.
        var body = page.Split("\n\n").Where(block => block.Length > 120 && !block.Contains('•', StringComparison.Ordinal)).ToArray();
        Assert.InRange(body.Length, 10, 40);
        var events = EventsOf(string.Join("\n\n", body));
        Assert.Equal([1949, 1955, 1990, 1991, 2008, 2014], events.Select(dated => dated.Date.Year).Distinct().Order());
        Assert.All(events, dated => Assert.Equal((DatePrecision.Year, 0, 0), (dated.Precision, dated.Date.Month, dated.Date.Day)));
    }

    [Theory]
    [InlineData("It opened about a year ago.")]
    [InlineData("World War II changed it.")]
    [InlineData("It opened in 1949. The season lasts from February to July.", 1949)]
    [InlineData("It opened in 1949. Each April a wreath is dropped.", 1949)]
    [InlineData("It has 1,949 members in room 2014.")]
    [InlineData("It took 20 years and three months.")]
    [InlineData("It now has 30 members.")]
    public void Events_are_never_invented(string text, params int[] years) => Assert.Equal(years, EventsOf(text).Select(dated => dated.Date.Year));

    [Fact]
    public void Sentence_with_two_dates_gives_two_events_with_their_precision()
    {
        var events = EventsOf("It began in May 1942 and ended on 3 June 1944.");
        Assert.Equal([(DatePrecision.Month, 1942, 5, 0), (DatePrecision.Day, 1944, 6, 3)], events.Select(dated => (dated.Precision, dated.Date.Year, dated.Date.Month, dated.Date.Day)));
    }

    [Theory]
    [InlineData("It ran from 1914 to 1918.", DatePrecision.Range, 1914, 1918)]
    [InlineData("It ran in the 1980s.", DatePrecision.Decade, 1980, 1989)]
    [InlineData("It ran in the 19th century.", DatePrecision.Century, 1801, 1900)]
    [InlineData("It ran in the winter of 1947.", DatePrecision.Season, 1947, 1948)]
    public void Stretch_of_time_is_one_event_with_both_ends(string text, DatePrecision precision, int first, int last)
    {
        var dated = Assert.Single(EventsOf(text));
        Assert.Equal((precision, first, last), (dated.Precision, dated.Date.Year, dated.EndDate.Year));
    }

    [Fact]
    public void Date_that_counts_from_the_sentence_before_is_an_event()
    {
        var events = EventsOf("Kibble died on 30 April 2016. Two days later the lamp failed. The balance was named in the same year.");
        Assert.Equal([(2016, 4, 30), (2016, 5, 2), (2016, 0, 0)], events.Select(dated => (dated.Date.Year, dated.Date.Month, dated.Date.Day)));
    }

    [Fact]
    public void Hostile_sentences_end_and_stay_small()
    {
        var endless = string.Concat(Enumerable.Repeat("go to ", 20_000)) + "in 1949.";
        Assert.Equal(1949, Assert.Single(EventsOf(endless)).Date.Year);
        Assert.InRange(EventsOf(string.Join(", ", Enumerable.Range(1000, 1_000).Select(year => $"in {year}")) + ".").Count, 1, 30);
        Assert.InRange(EventsOf(string.Concat(Enumerable.Repeat("if not, who was to be of it, ", 5_000)) + "in 1949 it ended.").Count, 1, 2);
    }

    [Fact]
    public void Offsets_count_code_points()
    {
        var dated = Assert.Single(EventsOf("\U0001F6A2\U0001F6A2 sail. It sank in 1912."));
        Assert.Equal((9, 25), (dated.Sources[0].Start, dated.Sources[0].End));
    }

    private static IReadOnlyList<DatedEvent> EventsOf(string text)
    {
        var length = new CodePoints(text).Length;
        var section = new Section { Id = "s0", Start = 0, End = length, Blocks = { new Block { Text = text, Start = 0, End = length } } };
        return StoryAnalysis.Of(new Story { Name = "stories/one", Revision = 1, Title = "One", PlainText = text, Sections = { section } }).Events;
    }
}
