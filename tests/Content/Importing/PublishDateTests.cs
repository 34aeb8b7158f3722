using Broadsheet.Content.Importing;
using CsCheck;

namespace Broadsheet.Content.Tests.Importing;

public sealed class PublishDateTests
{
    private static readonly DateTimeOffset Captured = new(2024, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("about a year ago", "2022-07-15T00:00:00Z", "2023-01-15T00:00:00Z")]
    [InlineData("About 1 year ago", "2022-07-15T00:00:00Z", "2023-01-15T00:00:00Z")]
    [InlineData("over a year ago", "2022-04-15T00:00:00Z", "2022-10-15T00:00:00Z")]
    [InlineData("almost 2 years ago", "2022-01-15T00:00:00Z", "2022-04-15T00:00:00Z")]
    [InlineData("2 years ago", "2021-01-15T00:00:00Z", "2022-01-15T00:00:00Z")]
    [InlineData("about 2 years ago", "2021-10-15T00:00:00Z", "2022-01-15T00:00:00Z")]
    [InlineData("a year ago", "2022-01-15T00:00:00Z", "2023-01-15T00:00:00Z")]
    [InlineData("3 months ago", "2023-09-15T00:00:00Z", "2023-10-31T00:00:00Z")]
    [InlineData("about a month ago", "2023-11-30T00:00:00Z", "2023-12-31T00:00:00Z")]
    [InlineData("last month", "2023-11-15T00:00:00Z", "2023-12-31T00:00:00Z")]
    [InlineData("a week ago", "2024-01-01T00:00:00Z", "2024-01-11T12:00:00Z")]
    [InlineData("a day ago", "2024-01-13T00:00:00Z", "2024-01-14T12:00:00Z")]
    [InlineData("yesterday", "2024-01-13T00:00:00Z", "2024-01-14T12:00:00Z")]
    [InlineData("5 hours ago", "2024-01-14T18:00:00Z", "2024-01-14T19:30:00Z")]
    [InlineData("a minute ago", "2024-01-14T23:58:00Z", "2024-01-14T23:59:30Z")]
    [InlineData("5m ago", "2024-01-14T23:54:00Z", "2024-01-14T23:55:30Z")]
    [InlineData("30 seconds ago", "2024-01-14T23:59:29Z", "2024-01-14T23:59:30.5Z")]
    [InlineData("just now", "2024-01-14T23:59:00Z", "2024-01-15T00:00:00Z")]
    [InlineData("March 3, 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("on Friday, March 3rd, 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("3 Mar 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("Mar. 3, 2023 at 10:15 AM", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("3rd of September 2023", "2023-09-03T00:00:00Z", "2023-09-03T23:59:59.999999Z")]
    [InlineData("Sept. 3, 2023", "2023-09-03T00:00:00Z", "2023-09-03T23:59:59.999999Z")]
    [InlineData("2023-03-03", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("2023-03-03T10:15:00", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("March 2023", "2023-03-01T00:00:00Z", "2023-03-31T23:59:59.999999Z")]
    [InlineData("2023-03-03T10:15:00+02:00", "2023-03-03T08:15:00Z", "2023-03-03T08:15:00Z")]
    [InlineData("2023-03-03T10:15:00.123-0500", "2023-03-03T15:15:00.123Z", "2023-03-03T15:15:00.123Z")]
    [InlineData("Fri, 03 Mar 2023 10:15:00 GMT", "2023-03-03T10:15:00Z", "2023-03-03T10:15:00Z")]
    [InlineData("vor 3 Tagen", "2024-01-11T00:00:00Z", "2024-01-12T12:00:00Z")]
    [InlineData("il y a un an", "2022-01-15T00:00:00Z", "2023-01-15T00:00:00Z")]
    [InlineData("hace más de 2 años", "2021-04-15T00:00:00Z", "2021-10-15T00:00:00Z")]
    [InlineData("3 giorni fa", "2024-01-11T00:00:00Z", "2024-01-12T12:00:00Z")]
    [InlineData("3天前", "2024-01-11T00:00:00Z", "2024-01-12T12:00:00Z")]
    [InlineData("gestern", "2024-01-13T00:00:00Z", "2024-01-14T12:00:00Z")]
    [InlineData("a few days ago", "2024-01-09T00:00:00Z", "2024-01-12T12:00:00Z")]
    [InlineData("4 years, 2 months ago", "2019-10-15T00:00:00Z", "2019-11-30T00:00:00Z")]
    [InlineData("3. März 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("Freitag, den 3. März 2023, 10.15 Uhr", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("le 1er août 2023", "2023-08-01T00:00:00Z", "2023-08-01T23:59:59.999999Z")]
    [InlineData("3 de marzo de 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("21.dez.2018 às 12h55", "2018-12-21T00:00:00Z", "2018-12-21T23:59:59.999999Z")]
    [InlineData("3 marca 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("3 марта 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("den 3 mars 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("2023. március 3.", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("2023年3月3日 10:15", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("3.3.2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("25/03/2023", "2023-03-25T00:00:00Z", "2023-03-25T23:59:59.999999Z")]
    [InlineData("03/25/2023 09:49:00", "2023-03-25T00:00:00Z", "2023-03-25T23:59:59.999999Z")]
    [InlineData("Fri Mar 03 21:30:09 EST 2023", "2023-03-03T00:00:00Z", "2023-03-03T23:59:59.999999Z")]
    [InlineData("in 2019", "2019-01-01T00:00:00Z", "2019-12-31T23:59:59.999999Z")]
    public void Parse_gives_the_bounds_that_the_words_allow(string words, string earliest, string latest)
    {
        var date = PublishDate.Parse(words, Captured, notAfter: null);

        Assert.NotNull(date);
        Assert.Equal((DateTimeOffset.Parse(earliest, null), DateTimeOffset.Parse(latest, null)), (date.Earliest, date.Latest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("in 3 days")]
    [InlineData("1234 days ago")]
    [InlineData("03/04/2023")]
    [InlineData("room 2014")]
    [InlineData("2014")]
    [InlineData("3 tage")]
    [InlineData("en dag")]
    [InlineData("3 ju 2014")]
    [InlineData("3 jui 2014")]
    [InlineData("31 juin 2014")]
    [InlineData("2023-02-30")]
    [InlineData("9999-12-31")]
    public void Parse_refuses_what_is_no_date(string words) => Assert.Null(PublishDate.Parse(words, Captured, notAfter: null));

    [Fact]
    public void Parse_is_clipped_by_the_page_and_the_capture()
    {
        var end2022 = new DateTimeOffset(2022, 12, 31, 23, 59, 59, TimeSpan.Zero);

        Assert.Equal(end2022, PublishDate.Parse("about a year ago", Captured, end2022)!.Latest);
        // A copyright line that nobody renewed says nothing about a page of three days ago.
        Assert.Equal(PublishDate.Parse("3 days ago", Captured, null), PublishDate.Parse("3 days ago", Captured, end2022));
        Assert.Equal(Captured.AddHours(6), PublishDate.Parse("2024-01-15", Captured.AddHours(6), null)!.Latest);
    }

    [Fact]
    public void Parse_orders_earliest_latest_and_capture_for_every_phrase()
    {
        var phrase = Gen.Select(
            OneOf("", "about ", "over ", "almost ", "nearly ", "more than "),
            Gen.OneOf(Gen.Int[0, 999].Select(count => $"{count} "), OneOf("a ", "an ", "two ")),
            OneOf("second", "minute", "hour", "day", "week", "month", "year", "seconds", "minutes", "hours", "days", "weeks", "months", "years"),
            (hedge, count, unit) => $"{hedge}{count}{unit} ago");
        var capture = Gen.DateTimeOffset.Select(at => at.ToUniversalTime());
        Gen.Select(Gen.OneOf(phrase, OneOf("just now", "today", "yesterday", "last week", "last month", "last year")), capture, Gen.Int[1, 9998])
            .Sample((words, captured, year) =>
            {
                var date = PublishDate.Parse(words, captured, new DateTimeOffset(year, 12, 31, 0, 0, 0, TimeSpan.Zero));
                Assert.NotNull(date);
                Assert.True(date.Earliest <= date.Latest && date.Latest <= captured, $"{date} captured {captured}");
            });
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(at => words[at]);
}
