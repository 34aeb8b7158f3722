namespace Broadsheet.Query.Language;

/// <summary>The TIMEX3 type of a time expression.</summary>
internal enum TimeExpressionType
{
    Date,
    Time,
    Duration,
    Set,
}

/// <summary>How exactly a calendar date is known.</summary>
internal enum DatePrecision
{
    /// <summary>Not a calendar date.</summary>
    None,
    Day,
    Month,
    Season,
    Year,
    Decade,
    Century,

    /// <summary>A first and a last date are known.</summary>
    Range,
}

/// <summary>A calendar date of which the month or the day may be unknown.</summary>
/// <param name="Year">The year; negative = BC (-509 is 509 BC, there is no year 0); 0 in <c>default</c> only.</param>
/// <param name="Month">1 to 12, or 0 = unknown.</param>
/// <param name="Day">1 to 31, or 0 = unknown.</param>
internal readonly record struct CalendarDate(int Year, int Month = 0, int Day = 0) : IComparable<CalendarDate>
{
    /// <summary>Whether this is no date.</summary>
    public bool IsEmpty => Year == 0;

    public int CompareTo(CalendarDate other) =>
        Year != other.Year ? Year.CompareTo(other.Year) : Month != other.Month ? Month.CompareTo(other.Month) : Day.CompareTo(other.Day);
}

/// <summary>A time expression found in a text.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Text">Its characters.</param>
/// <param name="Type">TIMEX3 type.</param>
/// <param name="Value">TIMEX3 value ("1949", "1942-05", "194", "19", "P3M", "2004-SU", "BC0509", "PRESENT_REF"); X where unknown.</param>
/// <param name="Date">First (or only) calendar date that it names; empty when it names none or the date cannot be resolved.</param>
/// <param name="EndDate">Last date of a range, a decade or a century; empty for a single date.</param>
/// <param name="Precision">How exactly the date is known.</param>
/// <param name="IsApproximate">Said to be about this date ("around 1200", "about a year ago").</param>
/// <param name="IsRelative">Resolved against another date, not written out ("last year", "two days later", "in April").</param>
/// <param name="IsRangeEnd">The closing date of a range: the date before it carries it as <paramref name="EndDate"/>.</param>
internal sealed record TimeExpression(
    TextSpan Span,
    string Text,
    TimeExpressionType Type,
    string Value,
    CalendarDate Date,
    CalendarDate EndDate,
    DatePrecision Precision,
    bool IsApproximate,
    bool IsRelative,
    bool IsRangeEnd);

/// <summary>Finds the time expressions of English text and gives them TIMEX3 values. Rules only, linear in the text.</summary>
internal static class TimeExpressions
{
    /// <summary>All time expressions of a text in order, not overlapping.</summary>
    /// <param name="text">The text; its own dates are used to resolve "that year" and "in April".</param>
    /// <param name="anchor">When the text was published, to resolve "last year"; null = unknown, such values stay open.</param>
    public static List<TimeExpression> Find(string text, DateOnly? anchor)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Find(text, Tokenizer.Tokenize(text), anchor);
    }

    /// <summary>As <see cref="Find(string, DateOnly?)"/>, over tokens that were cut before.</summary>
    public static List<TimeExpression> Find(string text, IReadOnlyList<Token> tokens, DateOnly? anchor)
    {
        var matches = new TimeGrammar(tokens).MatchAll();
        return new TimeResolver(text, tokens, anchor, matches).Resolve();
    }
}
