namespace Broadsheet.Analytics;

/// <summary>Configuration of the analytics service. Section <c>Broadsheet:Analytics</c>.</summary>
internal sealed class AnalyticsOptions
{
    /// <summary>Folder of the database and of the day's salt. One process at a time.</summary>
    /// <value><c>data/analytics</c> below the working folder.</value>
    public string DataPath { get; set; } = Path.Combine("data", "analytics");

    /// <summary>Address of content, whose change feed is followed.</summary>
    /// <value><c>http://127.0.0.1:5101</c>.</value>
    public Uri ContentAddress { get; set; } = new("http://127.0.0.1:5101");

    /// <summary>Memory that the engine may use, in MiB; what does not fit goes to a temporary file.</summary>
    /// <value>256.</value>
    public int MemoryMegabytes { get; set; } = 256;

    /// <summary>
    /// Room on the disk below which nothing is written any more, in MiB. A database that runs out of room in the middle
    /// of a write can't be read either, so it is not brought there.
    /// </summary>
    /// <value>64.</value>
    public int MinimumFreeMegabytes { get; set; } = 64;

    /// <summary>How many event ids of the last 24 hours are held in memory to find duplicates, 16 to 43 bytes each.</summary>
    /// <value>6,000,000. When that many are held new events are refused (OVERLOADED) until the oldest hour is over.</value>
    public int MaxRememberedEvents { get; set; } = 6_000_000;

    /// <summary>How many events may wait to be written; what comes beyond is refused (OVERLOADED).</summary>
    /// <value>50,000.</value>
    public int MaxWaitingEvents { get; set; } = 50_000;

    /// <summary>What tells this site's readers from the same connections on another site.</summary>
    /// <value><c>broadsheet</c>.</value>
    public string Site { get; set; } = "broadsheet";

    /// <summary>How many visits a report may look at; one that would look at more is refused with what to narrow.</summary>
    /// <value>20,000,000.</value>
    public long MaxReportVisits { get; set; } = 20_000_000;
}
