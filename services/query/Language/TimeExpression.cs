namespace Broadsheet.Query.Language;

/// <summary>A calendar date as far as it is known.</summary>
/// <param name="Year">Negative before Christ (-509 is 509 BC); 0 = not known.</param>
/// <param name="Month">0 = not known.</param>
/// <param name="Day">0 = not known.</param>
internal readonly record struct CalendarDate(int Year, int Month, int Day);

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

/// <summary>Words that say when.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Value">As in TIMEX3: "1949", "1949-10-17", "193", "BC0044-03", "XXXX-02-17".</param>
/// <param name="Precision">How exact the value is.</param>
/// <param name="From">The date, or its first year or month.</param>
/// <param name="To">The last year or month of a season, decade or century.</param>
internal sealed record TimeExpression(int Start, int End, string Value, Precision Precision, CalendarDate From, CalendarDate? To);
