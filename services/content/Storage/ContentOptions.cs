namespace Broadsheet.Content.Storage;

/// <summary>Where and how content keeps its data. Section <c>Broadsheet:Content</c>.</summary>
internal sealed class ContentOptions
{
    /// <summary>Which engine.</summary>
    /// <value><see cref="StoreKind.Sqlite"/>: embedded, in <see cref="DataPath"/>.</value>
    public StoreKind Store { get; set; } = StoreKind.Sqlite;

    /// <summary>Folder of the SQLite database.</summary>
    /// <value><c>.data/content</c> below the working directory.</value>
    public string DataPath { get; set; } = Path.Combine(".data", "content");

    /// <summary>Npgsql connection string of the PostgreSQL database. Required with <see cref="StoreKind.Postgres"/>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Bring the schema up to date at start. If false, a start on an older schema fails and says to run
    /// <c>broadsheet migrate</c>.
    /// </summary>
    /// <value>True on SQLite, false on PostgreSQL, where several replicas start at once.</value>
    public bool? MigrateAtStart { get; set; }

    /// <summary>How much memory published stories may take that are kept ready, in MiB of their encoded size.</summary>
    /// <value>64.</value>
    public int CacheMegabytes { get; set; } = 64;

    /// <summary>How the change feed is kept.</summary>
    public FeedOptions Feed { get; set; } = new();
}

/// <summary>The engines that content runs on.</summary>
internal enum StoreKind
{
    /// <summary>SQLite, embedded; one process owns the data folder.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or newer; any number of replicas.</summary>
    Postgres,
}

/// <summary>How the change feed is kept. Section <c>Broadsheet:Content:Feed</c>.</summary>
internal sealed class FeedOptions
{
    /// <summary>A reader that is never further behind than this sees every change; older changes are compacted.</summary>
    /// <value>24 hours.</value>
    public TimeSpan CompactionHorizon { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long the tombstones of what is gone are kept; an older cursor expires.</summary>
    /// <value>30 days.</value>
    public TimeSpan TombstoneRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often the feed is compacted.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan CompactionInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the feed is looked at when nothing wakes its readers: the guarantee behind notifications.</summary>
    /// <value>500 ms.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);
}
