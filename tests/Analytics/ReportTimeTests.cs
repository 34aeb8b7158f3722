using System.Globalization;
using Broadsheet.Analytics.Reports;
using Broadsheet.Analytics.V1;
using CsCheck;

namespace Broadsheet.Analytics.Tests;

/// <summary>Days, hours, weeks and months of time zones.</summary>
public sealed class ReportTimeTests
{
    private static readonly ReportDimension[] Units = [ReportDimension.Hour, ReportDimension.Day, ReportDimension.Week, ReportDimension.Month];

    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham", "America/Havana",
        "Asia/Beirut", "Africa/Casablanca", "Pacific/Kiritimati", "America/St_Johns", "Pacific/Apia", "America/Santiago",
    ];

    [Theory]
    [InlineData("UTC", "2026-03-29", "2026-03-29T00:00:00Z", 24)]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25)]
    [InlineData("Asia/Kathmandu", "2026-03-29", "2026-03-28T18:15:00Z", 24)]
    // At midnight clocks went from 0 to 1: the day begins at 1.
    [InlineData("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23)]
    // At midnight they go back to 23: the day before is longer.
    [InlineData("Asia/Beirut", "2026-10-24", "2026-10-23T21:00:00Z", 25)]
    [InlineData("Asia/Beirut", "2026-10-25", "2026-10-24T22:00:00Z", 24)]
    public void A_day_is_as_long_as_its_clock_says(string zone, string day, string start, int hours)
    {
        var date = DateOnly.Parse(day, CultureInfo.InvariantCulture);
        var period = new LocalPeriod(ZoneNames.Find(zone)!, zone, date, date);
        Assert.Equal(DateTimeOffset.Parse(start, CultureInfo.InvariantCulture).UtcDateTime, period.Start);
        Assert.Equal(TimeSpan.FromHours(hours), period.End - period.Start);
        Assert.Equal(hours, period.Buckets(ReportDimension.Hour).Count);
        Assert.Equal([day], period.Buckets(ReportDimension.Day).Select(bucket => bucket.Label));
    }

    [Fact]
    public void An_hour_that_comes_twice_is_two_buckets_and_half_an_hour_too()
    {
        var berlin = Of("Europe/Berlin", new DateOnly(2026, 10, 25), 1).Buckets(ReportDimension.Hour).Select(bucket => bucket.Label).ToList();
        Assert.Equal(["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"], berlin[2..4]);
        var howe = Of("Australia/Lord_Howe", new DateOnly(2026, 4, 5), 1).Buckets(ReportDimension.Hour).Select(bucket => bucket.Label).ToList();
        Assert.Equal(["2026-04-05T01:00+11:00", "2026-04-05T01:00+10:30", "2026-04-05T02:00+10:30"], howe[1..4]);
    }

    [Fact]
    public void A_day_that_a_zone_left_out_is_no_bucket()
    {
        var labels = Of("Pacific/Apia", new DateOnly(2011, 12, 29), 3).Buckets(ReportDimension.Day).Select(bucket => bucket.Label);
        Assert.Equal(["2011-12-29", "2011-12-31"], labels);
    }

    [Fact]
    public void Weeks_begin_on_Monday_and_are_cut_at_the_ends()
    {
        var period = Of("Europe/Berlin", new DateOnly(2025, 12, 31), 9);
        Assert.Equal(["2025-12-29", "2026-01-05"], period.Buckets(ReportDimension.Week).Select(bucket => bucket.Label));
        Assert.Equal(period.Start, period.Buckets(ReportDimension.Week)[0].Start);
        Assert.Equal(["2025-12", "2026-01"], period.Buckets(ReportDimension.Month).Select(bucket => bucket.Label));
    }

    [Fact]
    public void Any_moment_of_any_zone_is_in_the_bucket_that_its_clock_shows()
    {
        Gen.Select(ReportModel.OneOf(Zones), Gen.Int[0, 365 * 14], Gen.Int[1, 40], ReportModel.OneOf(Units), Gen.Double[0, 1].Array[20]).Sample((zone, day, days, unit, shares) =>
        {
            var period = Of(zone, new DateOnly(2012, 1, 1).AddDays(day), days);
            var buckets = period.Buckets(unit);
            var numbering = period.Numbering(unit);
            Assert.Equal(period.Start, buckets[0].Start);
            Assert.Equal(period.Start, period.Segments[0].Start);
            Assert.Equal(period.End, period.Segments[^1].End);
            Assert.Equal(period.End, Of(zone, period.To.AddDays(1), 1).Start);
            Assert.Equal(period.Start, period.Previous().End);
            Assert.True(buckets.Zip(buckets.Skip(1)).All(pair => pair.First.Start < pair.Second.Start));
            foreach (var share in shares)
            {
                var moment = period.Start + ((period.End - period.Start) * Math.Min(share, 0.999999));
                var local = TimeZoneInfo.ConvertTime(new DateTimeOffset(moment), ZoneNames.Find(zone)!);
                var (segment, add) = numbering.Single(one => one.Segment.Start <= moment && moment < one.Segment.End);
                Assert.Equal(local.Offset, segment.Offset);
                var number = LocalPeriod.Count(unit, moment + segment.Offset) + add;
                Assert.Equal(ReportModel.Label(unit, local), buckets[(int)number].Label);
                Assert.True(buckets[(int)number].Start <= moment);
                Assert.True((int)number + 1 == buckets.Count || buckets[(int)number + 1].Start > moment);
            }
        });
    }

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("", true)]
    [InlineData("UTC", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("europe/berlin", false)]
    [InlineData("localtime", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("Europe/../Europe/Berlin", false)]
    [InlineData("W. Europe Standard Time", false)]
    public void A_zone_is_known_by_its_IANA_name_only(string name, bool known) => Assert.Equal(known, ZoneNames.Find(name) is not null);

    private static LocalPeriod Of(string zone, DateOnly from, int days) => new(ZoneNames.Find(zone)!, zone, from, from.AddDays(days - 1));
}
