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
    private const int MaxLength = 80;

    private static readonly string[] DayFormats =
    [
        "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "MMMM d yyyy", "d MMMM yyyy", "MMM d yyyy", "d MMM yyyy", "yyyy MMMM d", "yyyy MMM d",
    ];

    private static readonly string[] MonthFormats = ["MMMM yyyy", "MMM yyyy", "yyyy-MM"];

    // Steps of a microsecond: what every store and contract on the way keeps.
    private static readonly TimeSpan Step = TimeSpan.FromMicroseconds(1);

    /// <summary>True if an instant is stated.</summary>
    public bool IsExact => Earliest == Latest;

    /// <summary>
    /// Reads "about a year ago", "3 days ago", "yesterday", "March 3, 2023", "2023-03-03T10:00:00Z". A day without a
    /// time is that day in UTC; so is a time without an offset, since nobody knows whose clock it is. Nothing is
    /// later than the capture; relative words are also clipped by <paramref name="notAfter"/>, what absolute dates
    /// elsewhere on the page allow, unless those contradict the words. Null if the words say no date.
    /// </summary>
    public static PublishDate? Parse(string words, DateTimeOffset captured, DateTimeOffset? notAfter)
    {
        var stated = words.Trim().TrimEnd('.').TrimEnd();
        if (stated.Length is 0 or > MaxLength)
        {
            return null;
        }

        var text = stated.StartsWith("on ", StringComparison.OrdinalIgnoreCase) ? stated[3..] : stated;
        if (RelativeDate.Parse(text, captured) is var (earliest, latest))
        {
            var limit = notAfter is { } bound && bound >= earliest && bound < latest ? bound : latest;
            return new PublishDate(earliest, limit, stated, IsRelative: true);
        }

        return Absolute(text) is var (from, to)
            ? new PublishDate(from, from <= captured && to > captured ? captured : to, stated, IsRelative: false)
            : null;
    }

    private static (DateTimeOffset Earliest, DateTimeOffset Latest)? Absolute(string text)
    {
        if (Instant().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return (instant.ToUniversalTime(), instant.ToUniversalTime());
        }

        if (InternetDate().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant))
        {
            return (instant.ToUniversalTime(), instant.ToUniversalTime());
        }

        var day = Plain(text);
        if (DateTime.TryParseExact(day, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return Until(date, date.Year == 9999 ? date : date.AddDays(1));
        }

        if (DateTime.TryParseExact(day, MonthFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            return Until(month, month.Year == 9999 ? month : month.AddMonths(1));
        }

        return null;

        static (DateTimeOffset, DateTimeOffset)? Until(DateTime from, DateTime to) =>
            to > from ? (new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero) - Step) : null;
    }

    /// <summary>The day alone: no weekday, no ordinal ending, no commas, no time of day.</summary>
    private static string Plain(string text)
    {
        var plain = TimeOfDay().Replace(text, "");
        plain = Weekday().Replace(plain, "");
        plain = Ordinal().Replace(plain, "${day}");
        plain = plain.Replace("Sept ", "Sep ", StringComparison.OrdinalIgnoreCase).Replace("Sept.", "Sep", StringComparison.OrdinalIgnoreCase);
        return StoryDraft.OneLine(DotOrComma().Replace(plain, " "));
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9](:[0-9][0-9](\.[0-9]{1,9})?)? ?(Z|[+-][0-9][0-9]:?[0-9][0-9])$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Instant();

    [GeneratedRegex(@"^([A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9][0-9]:[0-9][0-9](:[0-9][0-9])? (GMT|[+-][0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InternetDate();

    [GeneratedRegex(@"(T|,? (at )?|\b)[0-9]{1,2}:[0-9][0-9](:[0-9][0-9](\.[0-9]{1,9})?)?.*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"^(mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(day|nesday|sday|rsday|urday)?[,.]* ", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Weekday();

    [GeneratedRegex(@"\b(?<day>[0-9]{1,2})(st|nd|rd|th)\b( of\b)?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Ordinal();

    // The dots of a date in digits stay.
    [GeneratedRegex(@",|(?<=[A-Za-z])\.", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DotOrComma();
}
