using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadsheet.Query.Language;

/// <summary>
/// Finds words that give a date: days, months, seasons, years, decades, centuries, before Christ too, and years named by
/// reference ("the same year"). A number is a year only where the words around it let it be one: "room 2014",
/// "1,949 members" and "2008 kilograms" are none.
/// </summary>
internal static partial class TimeExpressions
{
    private const string Months = "January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec";
    private const string Weekday = @"((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?";
    private const string FourDigits = @"(?<year>1\d{3}|20\d{2})(?![\d%]|[.,:]\d|st\b|nd\b|rd\b|th\b|-\d|s\b|['’]s\b)";
    private const string Era = @"(?<era> ?(?:BCE?|B\.C\.(?:E\.)?|A\.D\.|AD|CE))?";

    // Words after which a number is what is counted or named, not a year.
    private static readonly FrozenSet<string> Counters = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "room", "flight", "page", "pages", "number", "no", "lot", "box", "object", "ticket", "chapter", "section", "route", "highway", "bus", "train", "model", "item", "volume", "issue", "article",
        "paragraph", "building", "suite", "apartment", "channel", "form", "bill", "case", "code", "version", "class", "line", "gate", "platform", "house", "tram", "car", "engine", "type", "mark", "psalm",
        "than", "over", "some", "nearly", "only", "least", "most", "under", "exactly", "almost", "total", "about", "around", "roughly", "approximately", "every", "another", "all", "other", "these", "those",
        "its", "their", "has", "have", "had", "with", "cost", "weighs", "weighed", "paid", "$", "£", "€");

    // Words before which a number is a quantity.
    private static readonly FrozenSet<string> Units = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "members", "people", "pages", "kilograms", "kilogram", "kg", "kilometres", "kilometers", "km", "metres", "meters", "metre", "m", "miles", "mile", "feet", "ft", "volts", "volt", "words", "days",
        "hours", "minutes", "seconds", "weeks", "months", "years", "men", "women", "children", "ships", "boats", "dollars", "pounds", "euros", "francs", "marks", "tonnes", "tons", "grams", "litres",
        "passengers", "soldiers", "troops", "students", "cars", "books", "copies", "stories", "creators", "readers", "followers", "votes", "seats", "rooms", "houses", "acres", "hectares", "degrees", "cc",
        "horsepower", "watts", "units", "employees", "workers", "residents", "inhabitants", "survivors", "victims", "casualties", "prisoners", "cases", "deaths", "points", "percent", "per", "times",
        "aircraft", "tanks", "guns", "species", "objects", "items", "questions", "answers", "names", "letters", "lines", "songs", "films", "games", "runs", "goals", "votes", "shares", "cents", "calories", "mm", "cm");

    // Words after which a bare number of four digits is a year, if it is not a quantity.
    private static readonly FrozenSet<string> Prepositions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "in", "since", "by", "of", "from", "to", "until", "till", "during", "after", "before", "through", "throughout", "between", "early", "late", "mid", "year", "circa", "ca", "c", "anno", "for", "into",
        "spring", "summer", "autumn", "winter", "fall", "christmas", "easter", "begin", "beginning", "end", "ending", "dated", "as");

    /// <summary>The expressions, in order, without overlap.</summary>
    public static List<TimeExpression> Find(string text)
    {
        var found = new List<TimeExpression>();
        foreach (var (pattern, read) in Readers)
        {
            foreach (Match match in pattern.Matches(text))
            {
                if (!Overlaps(found, match.Index, match.Index + match.Length) && read(text, match) is { } expression)
                {
                    found.Add(expression);
                }
            }
        }

        found.Sort((one, other) => one.Start.CompareTo(other.Start));
        AddReferences(text, found);
        return found;
    }

    private static readonly (Regex Pattern, Func<string, Match, TimeExpression?> Read)[] Readers =
    [
        (DayMonthYear(), ReadDay), (MonthDayYear(), ReadDay), (IsoDay(), ReadIso), (MonthYear(), ReadMonth), (SeasonYear(), ReadSeason),
        (Century(), ReadCentury), (Decade(), ReadDecade), (EraYear(), ReadEra), (DayMonth(), ReadYearless), (MonthDay(), ReadYearless), (YearRange(), ReadRangeEnd), (Bare(), ReadBare),
    ];

    private static TimeExpression? ReadDay(string text, Match match)
    {
        var (year, month, day) = (Year(match), Month(match), Number(match, "day"));
        return year == 0 || day is < 1 or > 31 || (year > 0 && day > DateTime.DaysInMonth(year, month))
            ? null
            : new TimeExpression(match.Index, End(match), $"{Years(year)}-{month:00}-{day:00}", Precision.Day, new(year, month, day), null);
    }

    private static TimeExpression? ReadIso(string text, Match match)
    {
        var (year, month, day) = (Number(match, "year"), Number(match, "month"), Number(match, "day"));
        return month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            ? null
            : new TimeExpression(match.Index, End(match), match.Value, Precision.Day, new(year, month, day), null);
    }

    private static TimeExpression? ReadMonth(string text, Match match)
    {
        var (year, month) = (Year(match), Month(match));
        return year == 0 ? null : new TimeExpression(match.Index, End(match), $"{Years(year)}-{month:00}", Precision.Month, new(year, month, 0), null);
    }

    private static TimeExpression? ReadSeason(string text, Match match)
    {
        var year = Number(match, "year");
        var (code, first, last, turn) = match.Groups["season"].Value.ToLowerInvariant() switch
        {
            "spring" => ("SP", 3, 5, 0),
            "summer" => ("SU", 6, 8, 0),
            "winter" => ("WI", 12, 2, 1),
            _ => ("FA", 9, 11, 0),
        };
        return new TimeExpression(match.Index, End(match), $"{year:0000}-{code}", Precision.Season, new(year, first, 0), new(year + turn, last, 0));
    }

    private static TimeExpression? ReadDecade(string text, Match match)
    {
        var year = Number(match, "year");
        return new TimeExpression(match.Index, End(match), $"{year / 10}", Precision.Decade, new(year, 0, 0), new(year + 9, 0, 0));
    }

    private static TimeExpression? ReadCentury(string text, Match match)
    {
        var number = match.Groups["number"].Success ? Number(match, "number") : Array.IndexOf(Ordinals, match.Groups["word"].Value.ToLowerInvariant()) + 1;
        if (number is < 1 or > 30)
        {
            return null;
        }

        var before = match.Groups["era"].Value.TrimStart().StartsWith('B');
        return before
            ? new TimeExpression(match.Index, End(match), $"BC{number - 1:00}", Precision.Century, new(-number * 100, 0, 0), new(-((number - 1) * 100) - 1, 0, 0))
            : new TimeExpression(match.Index, End(match), $"{number - 1:00}", Precision.Century, new(((number - 1) * 100) + 1, 0, 0), new(number * 100, 0, 0));
    }

    private static TimeExpression? ReadEra(string text, Match match)
    {
        var year = Number(match, match.Groups["before"].Success ? "before" : "after");
        if (year == 0)
        {
            return null;
        }

        var signed = match.Groups["era"].Value.TrimStart().StartsWith('B') ? -year : year;
        return new TimeExpression(match.Index, End(match), Years(signed), Precision.Year, new(signed, 0, 0), null);
    }

    private static TimeExpression? ReadYearless(string text, Match match)
    {
        var (month, day) = (Month(match), Number(match, "day"));
        return day is < 1 or > 31 ? null : new TimeExpression(match.Index, End(match), $"XXXX-{month:00}-{day:00}", Precision.None, default, null);
    }

    // "1914–18": the second year leans on the first; the first is read as a bare year by what stands before it.
    private static TimeExpression? ReadRangeEnd(string text, Match match)
    {
        var first = Number(match, "year");
        var end = match.Groups["end"];
        var last = end.Length == 4 ? int.Parse(end.ValueSpan, CultureInfo.InvariantCulture) : (first / 100 * 100) + int.Parse(end.ValueSpan, CultureInfo.InvariantCulture);
        return last <= first || last - first > 150 ? null : new TimeExpression(match.Index, match.Index + 4, $"{first}", Precision.Year, new(first, 0, 0), new(last, 0, 0));
    }

    private static TimeExpression? ReadBare(string text, Match match) => IsYear(text, match.Index, match.Index + match.Length)
        ? new TimeExpression(match.Index, End(match), match.Value, Precision.Year, new(Number(match, "year"), 0, 0), null)
        : null;

    /// <summary>Whether the words around a number of four digits let it be a year.</summary>
    private static bool IsYear(string text, int start, int end)
    {
        var before = WordBefore(text, start, out var separator);
        var after = WordAfter(text, end, out var joined);
        if (Counters.Contains(before) || (joined && Units.Contains(after)))
        {
            return false;
        }

        // "1955 Corn Street" is an address.
        if (joined && after.Length > 0 && char.IsUpper(after[0]) && Address().IsMatch(text.AsSpan(end, Math.Min(60, text.Length - end))))
        {
            return false;
        }

        if (before.Length == 0)
        {
            // At the beginning: "1949 was a year …"; a quantity has its noun right behind.
            return !joined || after is "was" or "is" or "saw" or "brought" or "marked" or "and" or "";
        }

        if (separator is '(' or ',' or ';' or '[' or ':' or '–' or '—')
        {
            return !joined || !IsPlural(after) || separator != ',';
        }

        if (Prepositions.Contains(before))
        {
            // "a crowd of 1500 men": what follows "of" or "to" directly and is many is counted.
            return !(joined && IsPlural(after) && before is "of" or "to" or "for" or "as" && !IsTimeNoun(after)) || !joined;
        }

        if (before is "and" or "or" or "but")
        {
            // "in 1957 and 1958": a sibling of a year is a year.
            return SiblingYear().IsMatch(text.AsSpan(Math.Max(0, start - 12), Math.Min(12, start)));
        }

        if (before is "the" or "a" or "an" or "this" or "that" or "his" or "her" or "our" or "new" or "old" or "original" or "failed" or "famous" or "first" || before.EndsWith("'s", StringComparison.Ordinal) || before.EndsWith("’s", StringComparison.Ordinal))
        {
            // "the 1990 promise", "a 1949 treaty": one thing of a year. Several things are counted.
            return joined && after.Length > 0 && char.IsLetter(after[0]) && !IsPlural(after);
        }

        return false;
    }

    private static bool IsPlural(string word) =>
        word.Length > 3 && char.IsLower(word[0]) && word[^1] == 's' && !word.EndsWith("ss", StringComparison.Ordinal) && !word.EndsWith("us", StringComparison.Ordinal) && word is not ("was" or "this" or "its" or "his" or "as" or "has" or "does" or "whereas" or "always" or "perhaps" or "besides" or "across" or "towards" or "series" or "olympics" or "elections");

    private static bool IsTimeNoun(string word) => word is "was" or "elections" or "olympics";

    private static string WordBefore(string text, int start, out char separator)
    {
        separator = ' ';
        var end = start;
        while (end > 0 && (char.IsWhiteSpace(text[end - 1]) || text[end - 1] is '(' or ',' or ';' or '[' or ':' or '–' or '—' or '"' or '“' or '-'))
        {
            if (!char.IsWhiteSpace(text[end - 1]) && separator == ' ')
            {
                separator = text[end - 1];
            }

            end--;
        }

        var from = end;
        while (from > 0 && (char.IsLetterOrDigit(text[from - 1]) || text[from - 1] is '\'' or '’' or '$' or '£' or '€'))
        {
            from--;
        }

        return text[from..end];
    }

    /// <summary>The next word; joined if only a space or hyphen stands between.</summary>
    private static string WordAfter(string text, int end, out bool joined)
    {
        joined = end < text.Length && text[end] is ' ' or '-';
        var from = end;
        while (from < text.Length && text[from] is ' ' or '-')
        {
            from++;
        }

        var to = from;
        while (to < text.Length && (char.IsLetterOrDigit(text[to]) || text[to] is '\'' or '’'))
        {
            to++;
        }

        joined &= to > from;
        return text[from..to];
    }

    /// <summary>"In the same year", "the following year": years that lean on the one named before.</summary>
    private static void AddReferences(string text, List<TimeExpression> found)
    {
        foreach (Match match in Reference().Matches(text))
        {
            var before = found.FindLast(expression => expression.End <= match.Index && expression.From.Year != 0 && expression.Precision is Precision.Day or Precision.Month or Precision.Year);
            if (before is null || Overlaps(found, match.Index, End(match)))
            {
                continue;
            }

            var words = match.Value.ToLowerInvariant();
            var step = words.Contains("same", StringComparison.Ordinal) || words.StartsWith("that", StringComparison.Ordinal) ? 0 : words.Contains("following", StringComparison.Ordinal) || words.Contains("next", StringComparison.Ordinal) ? 1 : -1;
            var year = before.From.Year + step;
            if (year != 0)
            {
                found.Insert(found.FindIndex(expression => expression.Start > match.Index) is var at and >= 0 ? at : found.Count, new TimeExpression(match.Index, End(match), Years(year), Precision.Year, new(year, 0, 0), null));
            }
        }
    }

    private static bool Overlaps(List<TimeExpression> found, int start, int end)
    {
        foreach (var expression in found)
        {
            if (start < expression.End && expression.Start < end)
            {
                return true;
            }
        }

        return false;
    }

    private static int End(Match match) => match.Index + match.Length;

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static int Year(Match match) => match.Groups["era"].Value.TrimStart().StartsWith('B') ? -Number(match, "year") : Number(match, "year");

    private static int Month(Match match) => Months.Split('|').Take(12).ToList().FindIndex(month => month.StartsWith(match.Groups["month"].Value[..3], StringComparison.OrdinalIgnoreCase)) + 1;

    private static string Years(int year) => year < 0 ? $"BC{-year:0000}" : $"{year:0000}";

    private static readonly string[] Ordinals =
    [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
        "eighteenth", "nineteenth", "twentieth", "twenty-first",
    ];

    private const string AnyYear = @"(?<year>\d{3,4}(?![\d%,]\d|s\b)|\d{1,2}(?= ?(?:BC|B\.C|AD|CE)))";

    [GeneratedRegex($@"\b{Weekday}(?<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?<month>{Months})\.?,? {AnyYear}{Era}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DayMonthYear();

    [GeneratedRegex($@"\b{Weekday}(?<month>{Months})\.? (?<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?<year>\d{{4}})(?!\d){Era}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MonthDayYear();

    [GeneratedRegex(@"(?<![\d-])(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?![\d-])", RegexOptions.CultureInvariant)]
    private static partial Regex IsoDay();

    [GeneratedRegex($@"\b(?<month>{Months})\.?,? (?:of )?{AnyYear}{Era}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MonthYear();

    [GeneratedRegex($@"\b(?<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter),? (?:of )?{FourDigits}", RegexOptions.CultureInvariant)]
    private static partial Regex SeasonYear();

    [GeneratedRegex(@"\b(?:(?:early|mid|late)[- ])?(?<year>1\d\d0|20\d0)['’]?s\b", RegexOptions.CultureInvariant)]
    private static partial Regex Decade();

    [GeneratedRegex(@"\b(?:(?<number>\d{1,2})(?:st|nd|rd|th)|(?<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-first))[ -]century(?<era> (?:BCE?|AD|CE))?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Century();

    [GeneratedRegex(@"\b(?:(?<era>AD|A\.D\.) (?<after>\d{1,4})|(?<before>\d{1,4})(?<era> ?(?:BCE?\b|B\.C\.|AD\b|CE\b|A\.D\.)))", RegexOptions.CultureInvariant)]
    private static partial Regex EraYear();

    [GeneratedRegex($@"\b{Weekday}(?<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?<month>{Months})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DayMonth();

    [GeneratedRegex($@"\b{Weekday}(?<month>{Months})\.? (?<day>\d{{1,2}})(?:st|nd|rd|th)?\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MonthDay();

    [GeneratedRegex(@"(?<![\d,.$£€#/-])(?<year>1\d{3}|20\d{2})[–-](?<end>\d{4}|\d{2})(?![\d,.:%-]\d|\d)", RegexOptions.CultureInvariant)]
    private static partial Regex YearRange();

    [GeneratedRegex($@"(?<![\d,.$£€#/\p{{L}}-]){FourDigits}(?![\p{{L}}/])", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();

    [GeneratedRegex(@"\b(?:[Tt]he same year|[Tt]hat (?:same )?year|[Tt]he (?:following|next|previous) year)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^ (?:\p{Lu}\p{L}+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Boulevard|Blvd|Place|Way|Court)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(1\d{3}|20\d{2}) (and|or|but) $", RegexOptions.CultureInvariant)]
    private static partial Regex SiblingYear();
}
