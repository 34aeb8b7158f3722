using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Dates as numbers that sort as the dates do, years before Christ included. An unknown month or day sorts before
/// the known ones of its year or month as a begin, after them as an end.
/// </summary>
internal static class DateKey
{
    /// <summary>The earliest that the date can mean.</summary>
    public static long Begin(Date date) => Of(date.Year, date.Month, date.Day);

    /// <summary>The latest that the date can mean.</summary>
    public static long End(Date date) => Of(date.Year, date.Month == 0 ? 12 : date.Month, date.Day == 0 ? 31 : date.Day);

    /// <summary>The latest that the event can mean.</summary>
    public static long End(DatedEvent dated) => End(dated.EndDate ?? dated.Date);

    /// <summary>The year of a date.</summary>
    public static int YearOf(long key) => (int)Math.Floor(key / (13.0 * 32));

    private static long Of(int year, int month, int day) => (((long)year * 13) + month) * 32 + day;
}
