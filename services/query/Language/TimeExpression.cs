namespace Broadsheet.Query.Language;

/// <summary>A calendar date as far as it is known.</summary>
/// <param name="Year">Negative before Christ (-509 is 509 BC); 0 = not known.</param>
/// <param name="Month">0 = not known.</param>
/// <param name="Day">0 = not known.</param>
internal readonly record struct CalendarDate(int Year, int Month = 0, int Day = 0)
{
    /// <summary>True for no date at all.</summary>
    public bool IsEmpty => Year == 0;
}

/// <summary>How exactly words give a date.</summary>
internal enum Precision
{
    /// <summary>Not at all: a date without a year, a duration.</summary>
    None,
    Day,
    Month,
    Season,
    Year,
    Decade,
    Century,
}

/// <summary>The TIMEX3 type of a time expression.</summary>
internal enum TimeType
{
    Date,
    Time,
    Duration,
    Set,
}

/// <summary>Words that say when, how long or how often.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Type">TIMEX3 type.</param>
/// <param name="Value">As in TIMEX3: "1949", "1949-10-17", "193", "BC0044-03", "XXXX-02-17", "2004-SU", "P3M", "PRESENT_REF".</param>
/// <param name="Precision">How exact the date is.</param>
/// <param name="From">The date, or its first year or month; empty where the words give none.</param>
/// <param name="To">The last year or month of a season, decade or century, and the last date of a range.</param>
internal sealed record TimeExpression(int Start, int End, TimeType Type, string Value, Precision Precision, CalendarDate From, CalendarDate? To)
{
    /// <summary>Said to be about this date ("around 1200", "about a year ago").</summary>
    public bool IsApproximate { get; init; }

    /// <summary>How the date is known: written out, or counted from another one.</summary>
    public DateOrigin Origin { get; init; }

    /// <summary>The first date of a range whose last date is the next expression, and <see cref="To"/>.</summary>
    public bool OpensRange { get; init; }

    /// <summary>True if the words name a date of the calendar, at least in part ("17 February").</summary>
    public bool IsCalendarDate => Type == TimeType.Date && (!From.IsEmpty || (Value.StartsWith("XXXX-", StringComparison.Ordinal) && char.IsAsciiDigit(Value[5])));
}

/// <summary>How a date is known.</summary>
internal enum DateOrigin
{
    /// <summary>Year and all are written out.</summary>
    Stated,

    /// <summary>The text says how it counts from the date before: "the same year", "two years later", "on 3 May" after a date with a year.</summary>
    Counted,

    /// <summary>The year is taken over from the date before without a word about it: "in April", "the summer".</summary>
    Assumed,
}
