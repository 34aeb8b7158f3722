using Broadsheet.Hosting.Errors;
using Google.Type;
using Grpc.Core;

namespace Broadsheet.Analytics.Reports;

/// <summary>The days that a request means.</summary>
internal sealed class ReportPeriods(TimeProvider time)
{
    /// <summary>The longest period of reports that are put together of several.</summary>
    public const int Year = 366;

    private const int UsualDays = 30;

    /// <summary>The days, 30 up to today if none are given.</summary>
    /// <exception cref="RpcException">They are the wrong way round, or more than <paramref name="most"/> (INVALID_FIELD).</exception>
    public LocalPeriod Of(Date? from, Date? to, string zoneName, int most)
    {
        var zone = ZoneNames.Find(zoneName) ?? TimeZoneInfo.Utc;
        var last = DayOf(to) ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        var first = DayOf(from) ?? last.AddDays(1 - UsualDays);
        return Of(first, last, zoneName, most);
    }

    /// <summary>These days.</summary>
    public static LocalPeriod Of(DateOnly first, DateOnly last, string zoneName, int most) =>
        first > last || last.DayNumber - first.DayNumber >= most
            ? throw RpcError.InvalidField("from", $"must not be after to, nor more than {most} days in all")
            : new LocalPeriod(ZoneNames.Find(zoneName) ?? TimeZoneInfo.Utc, ZoneNames.Stated(zoneName), first, last);

    private static DateOnly? DayOf(Date? date) => date is null ? null : new DateOnly(date.Year, date.Month, date.Day);
}
