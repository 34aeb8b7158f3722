using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing;

/// <summary>
/// The one table of relative dates ("3 days ago", "about a year ago"): the earliest and the latest instant that a phrase
/// allows, counted back from when the page was saved.
/// </summary>
/// <remarks>
/// Libraries differ: some round down (2 weeks ago = 2 to 3 weeks), some to the nearest. Up to months the bounds
/// hold both readings. For years they are those of the libraries that say "about", "over" and "almost": a year is cut
/// at its quarters (about 12 to 15 months, over 15 to 21, almost 21 to 24); a single one without its neighbours is
/// "about a year" up to 18.
/// </remarks>
internal static partial class RelativeDate
{
    private const int DaysOfHalfAMonth = 15;
    private const string About = "about";
    private const string Over = "over";
    private const string Almost = "almost";

    /// <summary>The bounds, or null if the words are no relative date. Case and white space around do not matter.</summary>
    public static (DateTimeOffset Earliest, DateTimeOffset Latest)? Parse(string words, DateTimeOffset captured)
    {
        var text = RelativeWords.ToEnglish(words.Trim().ToLowerInvariant());
        switch (text)
        {
            case "just now" or "now" or "right now" or "moments ago" or "a moment ago" or "seconds ago" or "a few seconds ago"
                or "less than a minute ago" or "half a minute ago":
                return (Back(captured, TimeSpan.FromMinutes(1)), captured);
            case "today":
                return (Back(captured, TimeSpan.FromDays(1)), captured);
            case "yesterday":
                return Parse("1 day ago", captured);
            case "last week" or "last month" or "last year":
                return Parse($"1 {text[5..]} ago", captured);
            case "earlier today" or "this morning" or "this afternoon" or "this evening":
                return Parse("today", captured);
        }

        if (text.StartsWith("a couple of ", StringComparison.Ordinal))
        {
            return Parse($"2 {text[12..]}", captured);
        }

        if (text.Length <= 60 && Several().Match(text) is { Success: true } several)
        {
            // Three to five, as anyone's guess.
            var (fewest, most) = (Parse($"3 {several.Groups["rest"].Value}", captured), Parse($"5 {several.Groups["rest"].Value}", captured));
            return fewest is var (_, latest) && most is var (earliest, _) ? (earliest, latest) : null;
        }

        // "4 years, 2 months ago": the larger unit is exact, and what follows it is counted on.
        if (text.Length <= 60 && Compound().Match(text) is { Success: true } compound && Parse($"{compound.Groups["less"].Value} ago", BackMonths(captured, 12 * CountOf(compound.Groups["years"].Value))) is { } within)
        {
            return within;
        }

        if (text.Length > 60 || Ago().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var count = CountOf(match.Groups["count"].Value);
        var hedge = match.Groups["hedge"].Value switch
        {
            "about" or "around" or "roughly" or "approximately" or "~" => About,
            "over" or "more than" => Over,
            "almost" or "nearly" => Almost,
            _ => "",
        };
        return match.Groups["unit"].Value.TrimEnd('s') switch
        {
            "second" or "sec" or "" => Spans(TimeSpan.FromSeconds(1)),
            "minute" or "min" or "m" => Spans(TimeSpan.FromMinutes(1)),
            "hour" or "hr" or "h" => Spans(TimeSpan.FromHours(1)),
            "day" or "d" => Spans(TimeSpan.FromDays(1)),
            "week" or "wk" or "w" => Spans(TimeSpan.FromDays(7)),
            "month" or "mo" => Months(),
            _ => Years(),
        };

        (DateTimeOffset, DateTimeOffset) Spans(TimeSpan unit)
        {
            var (most, least) = Bounds(hedge);
            return (Back(captured, unit * (count + most)), Back(captured, unit * (count - least)));
        }

        (DateTimeOffset, DateTimeOffset) Months()
        {
            var (most, least) = Bounds(hedge);
            return (BackMonths(captured, count + most), BackMonths(captured, count - least));
        }

        (DateTimeOffset, DateTimeOffset) Years()
        {
            var (most, least) = hedge switch
            {
                About when count == 1 => (18, 12),
                About => ((12 * count) + 3, 12 * count),
                Over => ((12 * count) + 9, (12 * count) + 3),
                Almost => (12 * count, (12 * count) - 3),
                _ => (12 * (count + 1), 12 * count),
            };
            return (BackMonths(captured, most), BackMonths(captured, least));
        }
    }

    // By how many units the truth may lie before and after the stated count.
    private static (double More, double Less) Bounds(string hedge) => hedge switch
    {
        About => (0.5, 0.5),
        Over => (1, 0),
        Almost => (0, 0.5),
        _ => (1, 0.5),
    };

    private static int CountOf(string words) => words switch
    {
        "a" or "an" or "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        _ => int.Parse(words, CultureInfo.InvariantCulture),
    };

    // Captures near the beginning of the calendar must not run off it.
    private static DateTimeOffset Back(DateTimeOffset from, TimeSpan span) =>
        span <= TimeSpan.Zero ? from : from.UtcTicks > span.Ticks ? from - span : DateTimeOffset.MinValue;

    private static DateTimeOffset BackMonths(DateTimeOffset from, double months)
    {
        // "0 months ago" is now, not the future.
        var whole = (int)Math.Floor(Math.Max(0, months));
        if (((from.Year - 1) * 12) + from.Month - 1 <= whole)
        {
            return DateTimeOffset.MinValue;
        }

        return Back(from.AddMonths(-whole), TimeSpan.FromDays(months > whole ? DaysOfHalfAMonth : 0));
    }

    [GeneratedRegex(
        @"^((?<hedge>about|around|roughly|approximately|~|over|more than|almost|nearly) ?)?(?<count>a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[0-9]{1,3}) ?(?<unit>seconds?|sec|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mo|years?|yrs?|y) ago$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ago();

    [GeneratedRegex(@"^(a )?(few|several|couple of) (?<rest>.+)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Several();

    [GeneratedRegex(@"^(?<years>[0-9]{1,2}) years?,? (and )?(?<less>[0-9]{1,2} months?) ago$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Compound();
}
