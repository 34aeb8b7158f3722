using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Date = Google.Type.Date;

namespace Broadsheet.Query.Indexing;

/// <summary>The days (UTC) on one of which a story was published: one day if its publish time is exact.</summary>
/// <param name="Earliest">The first; null = not known.</param>
/// <param name="Latest">The last; null = not known.</param>
internal readonly record struct PublishDays(DateOnly? Earliest, DateOnly? Latest)
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    /// <summary>The days that a publish time and what is uncertain about it allow.</summary>
    public static PublishDays Of(Timestamp? time, PublishTimeUncertainty? uncertainty)
    {
        var latest = Day(uncertainty?.Latest) ?? Day(time);
        var earliest = Day(uncertainty?.Earliest) ?? latest;
        return earliest > latest ? new PublishDays(latest, latest) : new PublishDays(earliest, latest);
    }

    /// <summary>The publish date as exactly as it is known: a day, a month, a year; null if not even the year is.</summary>
    public Date? Known => Earliest is not { } first || Latest is not { } last || first.Year != last.Year ? null
        : first.Month != last.Month ? new Date { Year = last.Year }
        : first.Day != last.Day ? new Date { Year = last.Year, Month = last.Month }
        : new Date { Year = last.Year, Month = last.Month, Day = last.Day };

    private static DateOnly? Day(Timestamp? time) =>
        time is { Seconds: >= FirstSecond and <= LastSecond } ? DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(time.Seconds)) : null;
}
