using Broadsheet.Analytics.Ingest.Robots;

namespace Broadsheet.Analytics;

/// <summary>Configuration of the analytics service. Section <c>Broadsheet:Analytics</c>.</summary>
internal sealed class AnalyticsOptions
{
    /// <summary>Where events and what follows from them are kept.</summary>
    /// <value><c>DuckDb</c>.</value>
    public StoreKind Store { get; set; } = StoreKind.DuckDb;

    /// <summary>The ClickHouse database, as ClickHouse.Driver takes it. The database is created if it is not there.</summary>
    /// <value><c>Host=127.0.0.1;Port=8123;Database=broadsheet_analytics</c>.</value>
    public string ClickHouse { get; set; } = "Host=127.0.0.1;Port=8123;Database=broadsheet_analytics";

    /// <summary>Folder of the day's salt, and of the database if it is DuckDB: then one process at a time.</summary>
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

    /// <summary>
    /// How much of calls with events may be read and held at a time, in MiB of what was sent; what comes beyond is refused
    /// (OVERLOADED) unread. At most 8 MiB of it are parsed and written at a time, which takes several times that.
    /// </summary>
    /// <value>32.</value>
    public int MaxIncomingMegabytes { get; set; } = 32;

    /// <summary>How many streams of events may be open; a further one is refused (OVERLOADED).</summary>
    /// <value>32.</value>
    public int MaxEventStreams { get; set; } = 32;

    /// <summary>What tells this site's readers from the same connections on another site.</summary>
    /// <value><c>broadsheet</c>.</value>
    public string Site { get; set; } = "broadsheet";

    /// <summary>How many visits a report may look at; one that would look at more is refused with what to narrow.</summary>
    /// <value>20,000,000.</value>
    public long MaxReportVisits { get; set; } = 20_000_000;

    /// <summary>What a read is; figures of all times follow it from the next start on.</summary>
    /// <value>Unset: the rule <c>read/1</c>.</value>
    public ReadRuleOptions? ReadRule { get; set; }

    /// <summary>For how many days raw events are kept; the visits that they are folded into stay for ever.</summary>
    /// <value>400; at least 3.</value>
    public int RawEventDays { get; set; } = 400;

    /// <summary>
    /// Folder of the day's salt. Replicas that share a ClickHouse server share it, on a volume that no backup takes along, because a
    /// reader who comes to two of them is one.
    /// </summary>
    /// <value>The folder <c>salt</c> in <see cref="DataPath"/>.</value>
    public string? SaltPath { get; set; }

    /// <summary>What is not counted by rules of this installation, beside robots and data centres.</summary>
    public IList<ExclusionOptions> Exclude { get; init; } = [];

    /// <summary>
    /// Networks (<c>203.0.113.0/24</c>) or addresses from which readers come although they are a data centre's, such as
    /// the way out of a company's network.
    /// </summary>
    public IList<string> ReaderAddresses { get; init; } = [];

    /// <summary>
    /// Hosts of this site: who comes from one of them was here already. The host of the page's own address is one without
    /// being named; <c>www.</c> makes no difference.
    /// </summary>
    public IList<string> SiteHosts { get; init; } = [];

    /// <summary>The UTC day from which on raw events are there.</summary>
    public DateTimeOffset RawEventsFrom(DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(-Math.Max(3, RawEventDays)), TimeSpan.Zero);
}

/// <summary>Where analytics keeps what it knows.</summary>
internal enum StoreKind
{
    /// <summary>In a file, in the process: one replica.</summary>
    DuckDb,

    /// <summary>On a ClickHouse server: any number of replicas.</summary>
    ClickHouse,
}

/// <summary>A rule that says what a read is.</summary>
internal sealed class ReadRuleOptions
{
    /// <summary>Its id (<c>read/2</c>); stands beside every figure. A change of the numbers is another id.</summary>
    public string Id { get; set; } = "";

    /// <summary>Engaged seconds that are always enough.</summary>
    public double EngagedSeconds { get; set; } = 30;

    /// <summary>Share of the reading time that is enough too.</summary>
    public double ReadingShare { get; set; } = 0.5;

    /// <summary>Share of the sections that must be reached, rounded up.</summary>
    public double SectionShare { get; set; } = 0.5;
}
