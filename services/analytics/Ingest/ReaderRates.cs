namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// How many events a visit and a connection cause in a minute of their own clock: more than a reader can is a robot. By
/// the minute in which they happened, so that a client that sends what it gathered is not taken for one. Only the writer
/// uses it.
/// </summary>
internal sealed class ReaderRates
{
    /// <summary>Events of one visit in a minute. A page that reports every second and shares stays below.</summary>
    public const int VisitLimit = 240;

    /// <summary>Events of one connection in a minute: a school behind one address stays below.</summary>
    public const int ConnectionLimit = 2_400;

    // Minutes are looked at as they come; forgetting some early only lets a robot through for a moment.
    private const int MaxEntries = 200_000;

    private readonly Dictionary<(Guid Visitor, long Minute), int> _connections = [];
    private readonly Dictionary<(string Visit, long Minute), int> _visits = [];

    /// <summary>Counts the event; false if it is one too many.</summary>
    public bool Admit(EventRow row)
    {
        var minute = row.OccurredAt.UtcTicks / TimeSpan.TicksPerMinute;
        return (row.Visit is not { } visit || Count(_visits, (visit, minute)) <= VisitLimit)
            && (row.Visitor is not { } visitor || Count(_connections, (visitor, minute)) <= ConnectionLimit);
    }

    private static int Count<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (counts.Count >= MaxEntries)
        {
            counts.Clear();
        }

        return System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += 1;
    }
}
