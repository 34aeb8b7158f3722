using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// The event table and the totals of what came in. Used by the writer only, except for <see cref="Remembered"/>. Events
/// of a transaction are gathered and appended at its end, in one go.
/// </summary>
internal sealed class EventLog(StoryKnowledge stories, TimeProvider time)
{
    /// <summary>How long an event waits for its story.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Ids are kept a little longer than events are taken, because a call is checked before it waits for its turn.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private const byte CountedReason = 0;

    private readonly EventIds _ids = new();
    private readonly ReaderRates _rates = new();
    private readonly List<(EventRow Row, DateTime ReceivedAt)> _rows = [];
    private readonly Dictionary<(DateTime Hour, byte Reason), long> _totals = [];
    private readonly HashSet<(DateTime Hour, byte Reason)> _hours = [];
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

        _rows.Add((row, receivedAt.Stored()));
        Count(CountedReason, 1, receivedAt.Stored());
        return (null, row.Story is { } story && stories.Find(story) is null);
    }

    /// <summary>Counts events that are not counted.</summary>
    public void Count(NotCountedReason reason, long count, DateTimeOffset receivedAt) => Count((byte)reason, count, receivedAt.Stored());

    /// <summary>
    /// Moves the events received before the moment whose story was not published within ten minutes from counted to
    /// unknown. They stay in the table; reports leave them out by the same rule (<see cref="CountedEvents"/>).
    /// </summary>
    public long CountUnknown(DuckDBConnection connection, DateTimeOffset until)
    {
        var moment = until.Stored();
        var from = connection.Scalar<DateTime>("select moment from pending_horizon");
        if (moment <= from)
        {
            return 0;
        }

        // What this transaction brings is newer than the moment, so it need not be looked at.
        var unknown = connection.Query(
            $"""
            select date_trunc('hour', e.received_at), count(*)
            from events e left join stories s on s.story = e.story
            where e.received_at >= $1 and e.received_at < $2 and e.story is not null and not {CountedEvents.OfKnownStory}
            group by 1
            """,
            row => (Hour: row.GetDateTime(0), Count: row.GetInt64(1)), from, moment);
        foreach (var (hour, count) in unknown)
        {
            Count((byte)NotCountedReason.UnknownStory, count, hour);
            Count(CountedReason, -count, hour);
        }

        connection.Execute("update pending_horizon set moment = $1", moment);
        return unknown.Sum(hour => hour.Count);
    }

    /// <summary>Reads what is remembered of the tables, as they are now; returns how many event ids that is.</summary>
    public int Load(DuckDBConnection connection)
    {
        _rows.Clear();
        _totals.Clear();
        _hours.Clear();
        _hours.UnionWith(connection.Query("select hour, reason from ingest_totals", row => (row.GetDateTime(0), row.GetByte(1))));
        stories.Load(connection);
        _ids.Clear();
        using var command = connection.CreateCommand();
        command.CommandText = "select event_id, occurred_at from events where occurred_at > $1";
        command.Parameters.Add(new DuckDBParameter((time.GetUtcNow() - EventRules.Window - Slack).Stored()));
        command.UseStreamingMode = true;
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            _ids.TryAdd(row.GetGuid(0), row.Moment(1));
        }

        return _remembered = _ids.Count;
    }

    /// <summary>Writes what has gathered, at the end of a transaction.</summary>
    public void Flush(DuckDBConnection connection)
    {
        if (_rows.Count > 0)
        {
            using var table = connection.CreateAppender("events");
            foreach (var (row, receivedAt) in _rows)
            {
                Append(table.CreateRow(), row, receivedAt);
            }

            _rows.Clear();
        }

        foreach (var ((hour, reason), count) in _totals)
        {
            if (_hours.Add((hour, reason)))
            {
                connection.Execute("insert into ingest_totals values ($1, $2, $3)", hour, reason, count);
            }
            else
            {
                connection.Execute("update ingest_totals set count = count + $3 where hour = $1 and reason = $2", hour, reason, count);
            }
        }

        _totals.Clear();
        var now = time.GetUtcNow();
        if (HourOf(now.Stored()) != _hour)
        {
            _hour = HourOf(now.Stored());
            _ids.Forget(now - EventRules.Window - Slack);
        }

        _remembered = _ids.Count;
    }

    private static void Append(IDuckDBAppenderRow to, EventRow row, DateTime receivedAt)
    {
        to.AppendValue(row.Id).AppendValue(receivedAt).AppendValue(row.OccurredAt.Stored()).AppendValue((byte)row.Kind)
            .AppendValue(row.Story).AppendValue(row.Revision).AppendValue(row.Visit).AppendValue(row.Reader).AppendValue(row.Visitor)
            .AppendValue(row.Page.ReferrerHost).AppendValue(row.Page.Path).AppendValue(row.Page.Source).AppendValue(row.Page.Medium)
            .AppendValue(row.Page.Campaign).AppendValue(row.Page.Term).AppendValue(row.Page.Content)
            .AppendValue((byte)row.Device).AppendValue(row.EngagedSeconds);
        if (row.Sections is { } sections)
        {
            to.AppendValue(sections);
        }
        else
        {
            to.AppendNullValue();
        }

        to.AppendValue(row.Name).AppendValue(row.Position).AppendValue(row.Properties).EndRow();
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
