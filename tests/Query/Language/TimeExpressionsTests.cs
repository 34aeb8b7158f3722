using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Which words say when, and what they say.</summary>
public sealed class TimeExpressionsTests
{
    private static readonly DateOnly Published = new(2023, 5, 17);

    [Theory]
    [InlineData("It was founded in 1949.", "1949", "1949")]
    [InlineData("On 17 October 1949 it closed.", "17 October 1949", "1949-10-17")]
    [InlineData("On October 17, 1949, it closed.", "October 17, 1949", "1949-10-17")]
    [InlineData("On Saturday, June 24th, 1950 they met.", "Saturday, June 24th, 1950", "1950-06-24")]
    [InlineData("the 3rd of May 1808", "the 3rd of May 1808", "1808-05-03")]
    [InlineData("Logged 1939-09-01 by hand.", "1939-09-01", "1939-09-01")]
    [InlineData("In May 1942 it sank.", "May 1942", "1942-05")]
    [InlineData("In Sept. 1942 it sank.", "Sept. 1942", "1942-09")]
    [InlineData("It grew in the 1940s.", "the 1940s", "194")]
    [InlineData("In the mid-1990s it grew.", "the mid-1990s", "199")]
    [InlineData("Music of the nineties.", "the nineties", "199")]
    [InlineData("In the 19th century coal ruled.", "the 19th century", "18")]
    [InlineData("a twentieth-century idea", "twentieth-century", "19")]
    [InlineData("In the summer of 2004 it burned.", "the summer of 2004", "2004-SU")]
    [InlineData("in winter 1947", "winter 1947", "1947-WI")]
    [InlineData("Rome became a republic in 509 BC.", "509 BC", "BC0509")]
    [InlineData("He died in March 44 BC.", "March 44 BC", "BC0044-03")]
    [InlineData("Vesuvius erupted in AD 79.", "AD 79", "0079")]
    [InlineData("By the end of 1916 it was over.", "the end of 1916", "1916")]
    [InlineData("the 1990 promise", "1990", "1990")]
    [InlineData("Last year it rained.", "Last year", "2022")]
    [InlineData("It opened three months ago.", "three months ago", "2023-02")]
    [InlineData("It opened yesterday.", "yesterday", "2023-05-16")]
    [InlineData("They spoke on Monday.", "Monday", "2023-05-15")]
    [InlineData("It took three months.", "three months", "P3M")]
    [InlineData("a 12-day trip", "12-day", "P12D")]
    [InlineData("for several years", "several years", "PXY")]
    [InlineData("every two weeks", "every two weeks", "P2W")]
    [InlineData("a daily paper", "daily", "P1D")]
    [InlineData("It now has 30 members.", "now", "PRESENT_REF")]
    [InlineData("They met twice a week.", "twice a week", "P1W")]
    [InlineData("It rains three times a day.", "three times a day", "P1D")]
    [InlineData("It opens on Mondays.", "Mondays", "XXXX-WXX-1")]
    [InlineData("They sang on Christmas Day 1914.", "Christmas Day 1914", "1914-12-25")]
    [InlineData("It closed on New Year's Eve, 1999.", "New Year's Eve, 1999", "1999-12-31")]
    [InlineData("Sales fell in Q3 2020.", "Q3 2020", "2020-Q3")]
    [InlineData("Filed 13/05/2019 by hand.", "13/05/2019", "2019-05-13")]
    [InlineData("Filed 04/05/2019 by hand.", "04/05/2019", "2019")]
    [InlineData("At 5:30 p.m. it rang.", "5:30 p.m.", "XXXX-XX-XXT17:30")]
    public void Find_expression_gives_its_words_and_value(string text, string words, string value)
    {
        var time = Assert.Single(TimeExpressions.Find(text, Published));
        Assert.Equal((words, value), (text[time.Start..time.End], time.Value));
    }

    [Theory]
    [InlineData("They met in room 2014.")]
    [InlineData("The society has 1,949 members.")]
    [InlineData("The society has 1949 members.")]
    [InlineData("I flew on flight 1955.")]
    [InlineData("The bell weighs 2008 kilograms.")]
    [InlineData("See page 1990.")]
    [InlineData("A reprint of 1066 pages.")]
    [InlineData("The office is at 1949 Main Street.")]
    [InlineData("It cost $1990.")]
    [InlineData("It cost 1990 dollars.")]
    [InlineData("ISBN 0-1949-1955-2")]
    [InlineData("a Boeing 1955")]
    [InlineData("Windows 2000 and version 2008")]
    [InlineData("a total of 1914")]
    [InlineData("a crowd of 1500 people")]
    [InlineData("You may march on.")]
    [InlineData("World War II broke out.")]
    [InlineData("They took second place.")]
    [InlineData("World War II and World War I were wars.")]
    public void Find_number_that_is_no_date_is_left_alone(string text) =>
        Assert.Empty(TimeExpressions.Find(text, Published).Select(time => text[time.Start..time.End]));

    [Theory]
    [InlineData("It began in 1939. In the same year it spread.", "1939")]
    [InlineData("It began in 1939. Two years later it spread.", "1941")]
    [InlineData("It began in 1939. The following year it spread.", "1940")]
    [InlineData("It began on 30 December 1939. The next day it spread.", "1939-12-31")]
    [InlineData("It began on 28 February 1940. Two days later it spread.", "1940-03-01")]
    [InlineData("It began in June 1939. In September it spread.", "1939-09")]
    [InlineData("It began in 1939. It spread in May of that year.", "1939-05")]
    [InlineData("It began in 1 BC. The following year it spread.", "0001")]
    public void Find_narrative_counts_from_the_date_before(string text, string value) =>
        Assert.Equal(value, TimeExpressions.Find(text)[^1].Value);

    [Theory]
    [InlineData("from 1914 to 1918", 1914, 1918)]
    [InlineData("the war of 1914–18", 1914, 1918)]
    [InlineData("between 1977 and 1980", 1977, 1980)]
    [InlineData("2019 to 2020", 2019, 2020)]
    [InlineData("the wars of 499–449 BC", -499, -449)]
    [InlineData("July 1957 to December 1958", 1957, 1958)]
    public void Find_range_gives_both_ends(string text, int first, int last)
    {
        var times = TimeExpressions.Find(text);
        Assert.Equal(2, times.Count);
        Assert.True(times[0].OpensRange);
        Assert.Equal((first, last), (times[0].From.Year, times[0].To!.Value.Year));
    }

    [Fact]
    public void Find_day_range_takes_month_and_year_from_its_end() =>
        Assert.Equal(["1943-05-16", "1943-05-18"], TimeExpressions.Find("on 16–18 May 1943").Select(time => time.Value));

    [Theory]
    [InlineData("Last year it rained.", "PAST_REF")]
    [InlineData("It opened on Friday.", "XXXX-WXX-5")]
    public void Find_without_a_day_of_publication_leaves_relative_dates_open(string text, string value)
    {
        var time = Assert.Single(TimeExpressions.Find(text));
        Assert.Equal(value, time.Value);
        Assert.True(time.From.IsEmpty);
    }

    [Theory]
    [InlineData("A third ship was launched in 1914. I went to Belfast last autumn.", "PAST_REF")]
    [InlineData("A third ship was launched in 1914. It sails next month.", "FUTURE_REF")]
    [InlineData("A third ship was launched on 3 May 1914. It left last night.", "XXXX-XX-XXTNI")]
    public void Find_without_a_day_of_publication_does_not_count_what_was_last_from_a_date_before(string text, string value)
    {
        var time = TimeExpressions.Find(text)[^1];
        Assert.Equal(value, time.Value);
        Assert.True(time.From.IsEmpty);
    }

    [Theory]
    [InlineData("A ship was launched in 1914, and another in 1915. I went to Belfast last autumn.", "2022-FA")]
    [InlineData("A ship was launched in 1914, and another in 1915. We went to Belfast last year.", "2022")]
    [InlineData("A ship was launched in 1914, and another in 1915. It sank the previous year.", "1914")]
    public void Find_explainer_counts_what_was_last_from_the_day_of_publication(string text, string value) =>
        Assert.Equal(value, TimeExpressions.Find(text, Published)[^1].Value);

    [Theory]
    [InlineData("It grew in 2001. He argued that March 1912 had been far colder.", "March 1912", "1912-03")]
    [InlineData("It grew in 2001. He argued that March 3, 1912 had been far colder.", "March 3, 1912", "1912-03-03")]
    [InlineData("It grew in 2001. He argued that summer 1912 had been far colder.", "summer 1912", "1912-SU")]
    [InlineData("It grew in 2001. It closed that March.", "that March", "2001-03")]
    public void Find_that_before_a_month_with_its_year_is_no_part_of_the_date(string text, string words, string value)
    {
        var times = TimeExpressions.Find(text);
        Assert.Equal(2, times.Count);
        Assert.Equal((words, value), (text[times[1].Start..times[1].End], times[1].Value));
    }

    [Fact]
    public void Find_about_is_approximate() =>
        Assert.True(Assert.Single(TimeExpressions.Find("It was built about a year ago.", Published)).IsApproximate);
}
