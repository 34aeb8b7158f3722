using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing;

/// <summary>When a page says that it was published: the bounds that its words allow.</summary>
/// <param name="Earliest">Not before.</param>
/// <param name="Latest">Not after.</param>
/// <param name="Stated">The words.</param>
/// <param name="IsRelative">The words count from the capture time.</param>
internal sealed partial record PublishDate(DateTimeOffset Earliest, DateTimeOffset Latest, string Stated, bool IsRelative)
{
    private static readonly string[] DayFormats =
    [
        "yyyy-MM-dd", "yyyy/MM/dd", "MMMM d, yyyy", "MMMM d yyyy", "d MMMM yyyy", "MMM d, yyyy", "MMM d yyyy", "d MMM yyyy", "MMM. d, yyyy", "d MMM. yyyy",
        "dddd, MMMM d, yyyy", "dddd, d MMMM yyyy", "ddd, d MMM yyyy", "ddd, MMM d, yyyy",
    ];

    /// <summary>True if an instant is stated.</summary>
    public bool IsExact => Earliest == Latest;

    /// <summary>
    /// Reads "about a year ago", "3 days ago", "yesterday", "March 3, 2023", "2023-03-03T10:00:00Z". Relative words count
    /// from the capture time; <paramref name="notAfter"/> is what absolute dates elsewhere on the page allow. Null if the
    /// words say no date.
    /// </summary>
    public static PublishDate? Parse(string words, DateTimeOffset captured, DateTimeOffset? notAfter)
    {
        var text = words.Trim().TrimEnd('.');
        if (text.Length is 0 or > 60)
        {
            return null;
        }

        var plain = text.StartsWith("on ", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (Absolute(plain, text) is { } absolute)
        {
            return absolute;
        }

        if (Relative(plain.ToLowerInvariant(), captured) is not var (earliest, latest))
        {
            return null;
        }

        var bound = notAfter is { } limit && limit < captured ? limit : captured;
        latest = latest > bound ? bound : latest;
        return new PublishDate(earliest > latest ? latest : earliest, latest, text, IsRelative: true);
    }

    private static PublishDate? Absolute(string plain, string stated)
    {
        if (DateTime.TryParseExact(plain, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            var start = new DateTimeOffset(day, TimeSpan.Zero);
            return new PublishDate(start, start.AddDays(1).AddTicks(-10), stated, IsRelative: false);
        }

        if (DateTime.TryParseExact(plain, ["MMMM yyyy", "MMM yyyy", "yyyy-MM"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            var start = new DateTimeOffset(month, TimeSpan.Zero);
            return new PublishDate(start, start.AddMonths(1).AddTicks(-10), stated, IsRelative: false);
        }

        if (Instant().IsMatch(plain) && DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return new PublishDate(instant.ToUniversalTime(), instant.ToUniversalTime(), stated, IsRelative: false);
        }

        return null;
    }

    /// <summary>
    /// The one table of relative phrases, as the common libraries round: plain counts to the nearest unit, "about" upward
    /// by a quarter of a year, "over" by one to three quarters, "almost" downward by one.
    /// </summary>
    private static (DateTimeOffset Earliest, DateTimeOffset Latest)? Relative(string text, DateTimeOffset captured)
    {
        switch (text)
        {
            case "just now" or "now" or "moments ago" or "a moment ago" or "seconds ago" or "a few seconds ago" or "less than a minute ago" or "half a minute ago":
                return (captured.AddMinutes(-1), captured);
            case "today":
                return (captured.AddHours(-24), captured);
            case "yesterday":
                return (captured.AddHours(-48), captured.AddHours(-12));
            case "last week":
                return (captured.AddDays(-14), captured.AddDays(-7));
            case "last month":
                return (captured.AddMonths(-2), captured.AddMonths(-1));
            case "last year":
                return (captured.AddMonths(-24), captured.AddMonths(-12));
        }

        if (Ago().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var count = match.Groups["count"].Value is "a" or "an" or "one" ? 1 : int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
        var about = match.Groups["about"].Value;
        return match.Groups["unit"].Value switch
        {
            "second" => (captured.AddSeconds(-count - 1), captured.AddSeconds(-count + 1)),
            "minute" => Around(TimeSpan.FromMinutes(count), TimeSpan.FromMinutes(0.5)),
            "hour" when count == 1 => (captured.AddMinutes(-90), captured.AddMinutes(-45)),
            "hour" => Around(TimeSpan.FromHours(count), TimeSpan.FromHours(0.5)),
            "day" when count == 1 => (captured.AddHours(-36), captured.AddHours(-22)),
            "day" => Around(TimeSpan.FromDays(count), TimeSpan.FromDays(0.5)),
            "week" => Around(TimeSpan.FromDays(7 * count), TimeSpan.FromDays(3.5)),
            "month" when count == 1 => (captured.AddDays(-60), captured.AddDays(-26)),
            "month" => (captured.AddMonths(-count).AddDays(-15), captured.AddMonths(-count).AddDays(15)),
            _ => Years(),
        };

        (DateTimeOffset, DateTimeOffset) Around(TimeSpan length, TimeSpan half) => (captured - length - half, captured - length + half);

        (DateTimeOffset, DateTimeOffset) Years()
        {
            var (from, to) = about switch
            {
                "about" or "around" or "roughly" => count == 1 ? (18, 12) : ((12 * count) + 3, 12 * count),
                "over" or "more than" => ((12 * count) + 9, (12 * count) + 3),
                "almost" or "nearly" => (12 * count, (12 * count) - 3),
                _ => count == 1 ? (18, 12) : ((12 * count) + 6, (12 * count) - 6),
            };
            return (captured.AddMonths(-from), captured.AddMonths(-to));
        }
    }

    [GeneratedRegex(@"^((?<about>about|around|roughly|over|more than|almost|nearly) )?(?<count>a|an|one|\d{1,3}) (?<unit>second|minute|hour|day|week|month|year)s? ago$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ago();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Instant();
}
