using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// What comes in: events that are counted once, and totals of those that are not. Used by the writer only, except for
/// <see cref="Remembered"/>.
/// </summary>
internal sealed class EventLog(StoryKnowledge stories, TimeProvider time)
{
    /// <summary>How long an event waits for its story.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Ids are kept a little longer than events are taken, because a call is checked before it waits for its turn.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private readonly EventIds _ids = new();
    private readonly ReaderRates _rates = new();
    private readonly List<(EventRow Row, DateTime ReceivedAt)> _rows = [];
    private readonly Dictionary<(DateTime Hour, byte Reason), long> _totals = [];
    private volatile int _remembered;
    private DateTime _hour;

    /// <summary>How many event ids are held in memory.</summary>
    public int Remembered => _remembered;

    /// <summary>What becomes of an event that keeps the rules.</summary>
    /// <returns>Why it is not counted, or whether it waits for its story.</returns>
    public (NotCountedReason? Reason, bool Pending) Add(EventRow row, DateTimeOffset receivedAt)
    {
        if (!_ids.TryAdd(row.Id, row.OccurredAt))
        {
            Count(NotCountedReason.Duplicate, 1, receivedAt);
            return (NotCountedReason.Duplicate, false);
        }

        if (!_rates.Admit(row))
        {
            // The id stays taken: sent again it is as little counted, with another reason.
            Count(NotCountedReason.Rate, 1, receivedAt);
            return (NotCountedReason.Rate, false);
        }

        _rows.Add((row, receivedAt.UtcDateTime));
        return (null, row.Story is { } story && stories.Find(story) is null);
    }

    /// <summary>Counts events that are not counted.</summary>
    public void Count(NotCountedReason reason, long count, DateTimeOffset receivedAt) => Count((byte)reason, count, receivedAt.UtcDateTime);

    /// <summary>Reads which events are remembered from the tables, as they are now.</summary>
    public async Task LoadAsync(IAnalyticsStore store, CancellationToken cancellationToken)
    {
        _rows.Clear();
        _totals.Clear();
        _ids.Clear();
        var sql = new Sql(store.Dialect);
        sql.Text = $"select event_id, occurred_at from events where occurred_at > {sql.Parameter(time.GetUtcNow() - EventRules.Window - Slack)}";
        await store.ReadAsync(sql, row => _ids.TryAdd(row.GetGuid(0), row.Moment(1)), cancellationToken);
        _remembered = _ids.Count;
    }

    /// <summary>Adds what has gathered to the batch.</summary>
    public void Flush(WriteBatch batch)
    {
        batch.Events.AddRange(_rows);
        _rows.Clear();
        foreach (var (total, count) in _totals)
        {
            batch.NotCounted.Add(total, count);
        }

        _totals.Clear();
        var now = time.GetUtcNow();
        if (HourOf(now.UtcDateTime) != _hour)
        {
            _hour = HourOf(now.UtcDateTime);
            _ids.Forget(now - EventRules.Window - Slack);
        }

        _remembered = _ids.Count;
    }

    private void Count(byte reason, long count, DateTime receivedAt)
    {
        if (count != 0)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_totals, (HourOf(receivedAt), reason), out _) += count;
        }
    }

    private static DateTime HourOf(DateTime moment) => new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Unspecified);
}
