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

    private static readonly string[] DayFormats = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "d.M.yyyy", "M d yyyy"];

    private static readonly string[] MonthFormats = ["M yyyy", "yyyy-MM", "yyyy/MM"];

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

        var text = Preposition().Replace(stated, "");
        if ((RelativeDate.Parse(stated, captured) ?? RelativeDate.Parse(text, captured)) is var (earliest, latest))
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

        return Year().Match(text) is { Success: true } alone && int.Parse(alone.Groups["year"].Value, CultureInfo.InvariantCulture) is var year
            ? Until(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(year + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc))
            : null;

        static (DateTimeOffset, DateTimeOffset)? Until(DateTime from, DateTime to) =>
            to > from ? (new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero) - Step) : null;
    }

    /// <summary>
    /// The day alone, in digits: no weekday, ordinal ending, comma or time of day; a month by name as "month day year".
    /// </summary>
    private static string Plain(string text)
    {
        var plain = TimeOfDay().Replace(text, "${year}");
        plain = Weekday().Replace(plain, "");
        plain = Ordinal().Replace(plain, "${day}");
        if (Ideographs().Match(plain) is { Success: true } east)
        {
            return east.Groups["day"].Success ? $"{east.Groups["year"].Value}-{east.Groups["month"].Value}-{east.Groups["day"].Value}" : $"{east.Groups["month"].Value} {east.Groups["year"].Value}";
        }

        if (Slashes().Match(plain) is { Success: true } slashes)
        {
            // 03/04 is March here and April there; only a number above 12 tells which is the day.
            var (one, other) = (int.Parse(slashes.Groups["one"].Value, CultureInfo.InvariantCulture), int.Parse(slashes.Groups["other"].Value, CultureInfo.InvariantCulture));
            return one > 12 ? $"{other} {one} {slashes.Groups["year"].Value}" : other > 12 || one == other ? $"{one} {other} {slashes.Groups["year"].Value}" : "";
        }

        if (DayMonthYear().Match(plain) is { Success: true } written || (written = MonthDayYear().Match(plain)).Success || (written = YearMonthDay().Match(plain)).Success)
        {
            var month = MonthNames.Find(written.Groups["month"].Value);
            return month == 0 ? "" : StoryDraft.OneLine($"{month} {written.Groups["day"].Value} {written.Groups["year"].Value}");
        }

        return StoryDraft.OneLine(plain.Replace(',', ' '));
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9](:[0-9][0-9](\.[0-9]{1,9})?)? ?(Z|[+-][0-9][0-9]:?[0-9][0-9])$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Instant();

    [GeneratedRegex(@"^([A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9][0-9]:[0-9][0-9](:[0-9][0-9])? (GMT|[+-][0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InternetDate();

    // "at 10:15 AM", "um 10.15 Uhr", "às 12h55", "21:30:09 EST 2015": some put the year last.
    [GeneratedRegex(@"(T|,? ?\b(at|um|om|kl\.?|à|às|a las|alle|ore) |,? |\b)([0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?|[0-9]{1,2}h[0-9]{2}|[0-9]{1,2}\.[0-9]{2} Uhr|[0-9]{1,2} ?[ap]\.?m\b).*?(?<year> (19|20)[0-9]{2})?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"^((mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thur?s?|fri|sat|sun|(mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|(segunda|terça|quarta|quinta|sexta)(-feira)?|(maan|dins|woens|donder|vrij|zater|zon)dag|(mån|tis|ons|tors|fre|lör|sön)dag(en)?|(man|tirs|ons|tors|fre|lør|søn)dag)[,.]* ((le|el|il|den|de|op|am|a|ngày) )?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Weekday();

    [GeneratedRegex(@"^(on|from|le|el|il|em|am|den|op|vom|since|the) ", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Preposition();

    [GeneratedRegex(@"\b(?<day>[0-9]{1,2})(st|nd|rd|th|er|º|ª)\b( of\b)?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"^(?<year>[0-9]{4}) ?[年년] ?(?<month>[0-9]{1,2}) ?[月월]( ?(?<day>[0-9]{1,2}) ?[日일])?", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ideographs();

    [GeneratedRegex(@"^(?<one>[0-9]{1,2})/(?<other>[0-9]{1,2})/(?<year>[0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Slashes();

    [GeneratedRegex(@"^((?<day>[0-9]{1,2})[ .,-]+(de |of |d’|d')?)?(?<month>\p{L}{3,14}\.?)[ .,-]+(de |del )?(?<year>[0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DayMonthYear();

    [GeneratedRegex(@"^(?<month>\p{L}{3,14}\.?)[ .,-]+(?<day>[0-9]{1,2})[ .,]+(?<year>[0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MonthDayYear();

    [GeneratedRegex(@"^(?<year>[0-9]{4})[ .,-]+(?<month>\p{L}{3,14}\.?)[ .,-]+(?<day>[0-9]{1,2})\.?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex YearMonthDay();

    // "Published in 2019"; a number alone may be anything.
    [GeneratedRegex(@"^in (?<year>(19|20)[0-9]{2})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Year();
}
