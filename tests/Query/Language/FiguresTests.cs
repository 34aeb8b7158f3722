using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Numbers with what they count and when they hold.</summary>
public sealed class FiguresTests
{
    [Theory]
    [InlineData("The alliance has 30 member countries.", "30", 30, "", "member countries")]
    [InlineData("Congress approved $4.2 billion in aid.", "$4.2 billion", 4.2e9, "USD", "aid")]
    [InlineData("In 2019, 12 per cent of adults smoked.", "12 per cent", 12, "%", "adults")]
    [InlineData("Unemployment fell to 4.2 percent.", "4.2 percent", 4.2, "%", "Unemployment")]
    [InlineData("The population of France was 67 million.", "67 million", 6.7e7, "", "population of France")]
    [InlineData("The budget rose to £3bn.", "£3bn", 3e9, "GBP", "budget")]
    [InlineData("The tower is 330 metres tall.", "330 metres", 330, "m", "tower")]
    [InlineData("It has four multinational battalions in Latvia.", "four", 4, "", "multinational battalions")]
    [InlineData("About 2,500 troops were sent.", "2,500", 2500, "", "troops")]
    [InlineData("The farm covers 40 square kilometres.", "40 square kilometres", 40, "square km", "")]
    public void Find_number_gives_value_unit_and_subject(string text, string words, double value, string unit, string subject)
    {
        var figure = Assert.Single(Figures.Find(text));
        Assert.Equal((words, value, unit), (figure.Number.Of(text), figure.Value, figure.Unit));
        Assert.Equal(subject, figure.Subject.Of(text));
    }

    [Theory]
    [InlineData("Prices changed by -5% in 2020.", "-5%", -5, "%")]
    [InlineData("The seabed fell to -12 km.", "-12 km", -12, "km")]
    [InlineData("Prices changed by \u22123%.", "\u22123%", -3, "%")]
    [InlineData("Growth (-2.5%) was weak.", "-2.5%", -2.5, "%")]
    [InlineData("It was minus two degrees Celsius.", "minus two degrees Celsius", -2, "degree celsius")]
    [InlineData("It was minus one degree.", "minus one degree", -1, "degree")]
    [InlineData("The budget fell to -$5 million.", "-$5 million", -5e6, "USD")]
    public void Find_sign_before_a_number_makes_it_negative(string text, string words, double value, string unit)
    {
        var figure = Assert.Single(Figures.Find(text));
        Assert.Equal((words, value, unit), (figure.Number.Of(text), figure.Value, figure.Unit));
    }

    [Theory]
    [InlineData("The F-16 flew in 1990-95 during COVID-19.")]
    [InlineData("The error is plus or minus 3.")]
    public void Find_hyphen_in_a_name_or_range_is_no_sign(string text) =>
        Assert.DoesNotContain(Figures.Find(text), figure => figure.Value < 0);

    [Theory]
    [InlineData("The ticket cost four shillings.", "shilling")]
    [InlineData("The ticket cost 40 francs.", "franc")]
    [InlineData("The ticket cost 40 Swiss francs.", "CHF")]
    [InlineData("The ticket cost 40 Kenyan shillings.", "KES")]
    [InlineData("The pill contains 50 micrograms.", "µg")]
    [InlineData("The pill contains 50 mg of iron.", "mg")]
    public void Find_unit_is_a_currency_only_where_the_country_is_told(string text, string unit) =>
        Assert.Equal(unit, Assert.Single(Figures.Find(text)).Unit);

    [Theory]
    [InlineData("At 1955 Corn Street they sold books.")]
    [InlineData("They sold books at 12 Old Market Road for years.")]
    [InlineData("It is a 4 min read for those in a hurry, 4 min.")]
    [InlineData("4 min read Other stories")]
    [InlineData("They left at about four in the morning.")]
    [InlineData("It lies at 48 degrees north.")]
    [InlineData("It lies at a latitude of 48 degrees.")]
    public void Find_address_length_clock_and_position_are_none(string text) =>
        Assert.Empty(Figures.Find(text).Select(figure => figure.Number.Of(text)));

    [Theory]
    [InlineData("It was founded in 1949 and closed on 3 May 1999.")]
    [InlineData("1. Open the door.")]
    [InlineData("Apollo 11 landed first, in the 20th century.")]
    [InlineData("They met in room 2014 at 17:30.")]
    [InlineData("The two leaders met for three days.")]
    [InlineData("One of them left. No one stayed.")]
    [InlineData("Version 3.4.1 won 3-2 in World War II.")]
    public void Find_year_date_label_and_list_number_are_none(string text) =>
        Assert.Empty(Figures.Find(text).Select(figure => figure.Number.Of(text)));

    [Theory]
    [InlineData("The club had 30 members in 1949.", "Stated", "1949")]
    [InlineData("In 1949, the club opened its doors, with 30 members.", "Stated", "1949")]
    [InlineData("The club now has 30 members.", "Document", null)]
    [InlineData("The club has 30 members.", "Document", null)]
    [InlineData("The club had 30 members.", "None", null)]
    [InlineData("Founded in 1949, the club now has 30 members.", "Document", null)]
    public void Find_date_is_stated_or_the_documents_or_none(string text, string origin, string? value)
    {
        var figure = Assert.Single(Figures.Find(text));
        Assert.Equal((origin, value), (figure.DateOrigin.ToString(), figure.AsOf?.Value));
    }

    [Fact]
    public void Find_seed_story_gives_its_figures_with_their_dates()
    {
        var text = File.ReadAllText(Directory.GetFiles(SharedData.Require("seed"), "*.txt").Single());
        var found = Figures.Find(text).Select(figure => (figure.Value, figure.Subject.Of(text), figure.DateOrigin.ToString(), figure.AsOf?.Value)).ToList();
        Assert.Contains((12, "countries", "Stated", "1949"), found);
        Assert.Contains((30, "member countries", "Document", null), found);
        Assert.Contains((4, "multinational battalions", "Document", null), found);
    }
}
