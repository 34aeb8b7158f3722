using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Analytics.Reports;

/// <summary>A stretch of time in which a zone keeps one offset.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="End">When it ends, UTC, exclusive.</param>
/// <param name="Offset">What the zone is ahead of UTC.</param>
internal readonly record struct OffsetSegment(DateTime Start, DateTime End, TimeSpan Offset);

/// <summary>A bucket of time.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="Label">What it is called in the zone.</param>
internal readonly record struct TimeBucket(DateTime Start, string Label);

/// <summary>
/// Whole days of a time zone. Engines know zones differently, so zones stay out of statements: within a segment the
/// local time is the stored one plus a constant, and a bucket's number is the count of hours, days, weeks or months since
/// the epoch plus another.
/// </summary>
internal sealed class LocalPeriod
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly DateTime Epoch = DateTime.UnixEpoch;
    // No zone is further from UTC than this.
    private static readonly TimeSpan MaxOffset = TimeSpan.FromHours(15);

    private readonly TimeZoneInfo _zone;

    public LocalPeriod(TimeZoneInfo zone, string zoneName, DateOnly from, DateOnly to)
    {
        _zone = zone;
        ZoneName = zoneName;
        From = from;
        To = to;
        var first = Midnight(from);
        var after = Midnight(to.AddDays(1));
        var around = SegmentsBetween(zone, first - MaxOffset, after + MaxOffset);
        Start = BeginningOf(first, around);
        End = BeginningOf(after, around);
        Segments = [.. around.Where(segment => segment.Start < End && segment.End > Start)
            .Select(segment => segment with { Start = Later(segment.Start, Start), End = segment.End < End ? segment.End : End })];
    }

    /// <summary>Name of the zone.</summary>
    public string ZoneName { get; }

    /// <summary>The first day.</summary>
    public DateOnly From { get; }

    /// <summary>The last day.</summary>
    public DateOnly To { get; }

    /// <summary>How many days.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>When the first day begins, UTC.</summary>
    public DateTime Start { get; }

    /// <summary>When the last day ends, UTC.</summary>
    public DateTime End { get; }

    /// <summary>The offsets that the zone keeps within the period, in order, without gaps; never empty.</summary>
    public IReadOnlyList<OffsetSegment> Segments { get; }

    /// <summary>True if hours of the zone are hours of UTC all the time.</summary>
    public bool KeepsWholeHours => Segments.All(segment => segment.Offset.Ticks % Hour.Ticks == 0 && IsWholeHour(segment.Start)) && IsWholeHour(End);

    /// <summary>As many days right before.</summary>
    public LocalPeriod Previous() => new(_zone, ZoneName, From.AddDays(-Days), From.AddDays(-1));

    /// <summary>True if no row lies on both sides of a midnight of UTC, where rows are told apart by the dimension (null: by none of time).</summary>
    public bool IsWithinUtcDays(ReportDimension? time) => time switch
    {
        ReportDimension.Hour => KeepsWholeHours,
        ReportDimension.Day => Segments.All(segment => segment.Offset == TimeSpan.Zero),
        _ => Start.Date == End.AddTicks(-1).Date,
    };

    /// <summary>The period as answers state it.</summary>
    public ReportPeriod ToMessage() => new()
    {
        From = DateOf(From),
        To = DateOf(To),
        TimeZone = ZoneName,
        StartTime = Timestamp.FromDateTime(Start),
        EndTime = Timestamp.FromDateTime(End),
    };

    /// <summary>All buckets of the period, in order. A bucket's number is its place here.</summary>
    public IReadOnlyList<TimeBucket> Buckets(ReportDimension unit) => [.. Numbered(unit).Select(bucket => bucket.Bucket)];

    /// <summary>
    /// For each segment, what has to be added to the count of hours, days, weeks or months from the epoch to the local
    /// time (<see cref="Count"/>) for the number of the bucket.
    /// </summary>
    public IReadOnlyList<(OffsetSegment Segment, long Add)> Numbering(ReportDimension unit)
    {
        var numbered = Numbered(unit);
        return
        [
            .. Segments.Select(segment =>
            {
                var count = Count(unit, segment.Start + segment.Offset);
                var number = numbered.FindIndex(bucket => bucket.Key == KeyOf(unit, count, segment.Offset));
                return (segment, number - count);
            }),
        ];
    }

    /// <summary>Hours, days, ISO weeks or months from the epoch to a local time.</summary>
    public static long Count(ReportDimension unit, DateTime local) => unit switch
    {
        ReportDimension.Hour => Floor((local - Epoch).Ticks, Hour.Ticks),
        ReportDimension.Day => Floor((local - Epoch).Ticks, TimeSpan.TicksPerDay),
        // The epoch is a Thursday.
        ReportDimension.Week => Floor((local - Epoch).Ticks + (3 * TimeSpan.TicksPerDay), 7 * TimeSpan.TicksPerDay),
        ReportDimension.Month => ((local.Year - Epoch.Year) * 12) + local.Month - 1,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    private static string Label(ReportDimension unit, long count, TimeSpan offset) => unit switch
    {
        ReportDimension.Hour => new DateTimeOffset(DateTime.SpecifyKind(Epoch.AddHours(count), DateTimeKind.Unspecified), offset).ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture),
        ReportDimension.Day => Epoch.AddDays(count).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ReportDimension.Week => Epoch.AddDays((count * 7) - 3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Epoch.AddMonths((int)count).ToString("yyyy-MM", CultureInfo.InvariantCulture),
    };

    // Days are told apart by their date, hours by their offset too: where clocks are put back an hour comes twice.
    private static (long Count, TimeSpan Offset) KeyOf(ReportDimension unit, long count, TimeSpan offset) =>
        (count, unit == ReportDimension.Hour ? offset : TimeSpan.Zero);

    private static DateTime StartOf(ReportDimension unit, long count) => unit switch
    {
        ReportDimension.Hour => Epoch.AddHours(count),
        ReportDimension.Day => Epoch.AddDays(count),
        ReportDimension.Week => Epoch.AddDays((count * 7) - 3),
        _ => Epoch.AddMonths((int)count),
    };

    private List<((long Count, TimeSpan Offset) Key, TimeBucket Bucket)> Numbered(ReportDimension unit)
    {
        var buckets = new List<((long Count, TimeSpan Offset) Key, TimeBucket Bucket)>();
        var keys = new HashSet<(long Count, TimeSpan Offset)>();
        foreach (var segment in Segments)
        {
            var last = Count(unit, (segment.End + segment.Offset).AddTicks(-1));
            for (var count = Count(unit, segment.Start + segment.Offset); count <= last; count++)
            {
                var key = KeyOf(unit, count, segment.Offset);
                // A day that clocks are changed in is in two segments.
                if (keys.Add(key))
                {
                    buckets.Add((key, new TimeBucket(Later(StartOf(unit, count) - segment.Offset, segment.Start), Label(unit, count, segment.Offset))));
                }
            }
        }

        return buckets;
    }

    private static List<OffsetSegment> SegmentsBetween(TimeZoneInfo zone, DateTime from, DateTime to)
    {
        var segments = new List<OffsetSegment>();
        var (start, offset) = (from, zone.GetUtcOffset(from));
        for (var day = from; day < to; day = day.AddDays(1))
        {
            var next = day.AddDays(1);
            if (zone.GetUtcOffset(next) == offset)
            {
                continue;
            }

            var (before, after) = (day, next);
            while (after - before > TimeSpan.FromSeconds(1))
            {
                var middle = new DateTime((before.Ticks + after.Ticks) / 2 / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
                (before, after) = zone.GetUtcOffset(middle) == offset ? (middle, after) : (before, middle);
            }

            segments.Add(new OffsetSegment(start, after, offset));
            (start, offset) = (after, zone.GetUtcOffset(after));
        }

        segments.Add(new OffsetSegment(start, to.AddDays(1), offset));
        return segments;
    }

    // The first moment that is in the day; clocks may jump over its midnight.
    private static DateTime BeginningOf(DateTime midnight, List<OffsetSegment> segments) =>
        segments.Select(segment => (Moment: Later(midnight - segment.Offset, segment.Start), segment.End)).First(candidate => candidate.Moment < candidate.End).Moment;

    private static long Floor(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    private static DateTime Midnight(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private static bool IsWholeHour(DateTime moment) => moment.Ticks % Hour.Ticks == 0;

    private static Google.Type.Date DateOf(DateOnly day) => new() { Year = day.Year, Month = day.Month, Day = day.Day };
}
