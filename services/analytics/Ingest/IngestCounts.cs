using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// What became of the events of each hour of receipt. What is counted is counted from the events that are there, so that it can't
/// differ from them; what is not, from totals.
/// </summary>
internal sealed class IngestCounts(IAnalyticsStore store, StoryFollower feed)
{
    public async Task<IReadOnlyList<IngestTotals>> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var hours = new SortedDictionary<DateTimeOffset, IngestTotals>();
        var sql = new Sql(store.Dialect);
        var (start, end) = (sql.Parameter(HourOf(from)), sql.Parameter(to));
        // While the feed can't be followed nobody can say that a story was not published.
        var givenUp = sql.Parameter(feed.CompleteAt is { } complete ? complete - EventLog.Patience : DateTimeOffset.UnixEpoch);
        sql.Text =
            $"""
            select date_trunc('hour', e.received_at) as hour,
                cast(count(*) as bigint) as events,
                cast(sum(case when coalesce(e.story, '') <> '' and e.received_at < {givenUp} and not {CountedEvents.OfKnownStory} then 1 else 0 end) as bigint) as unknown_story
            from {store.Dialect.Events($"received_at >= {start} and received_at < {end} and not imported")} e
            left join {store.Dialect.Current("stories")} s on s.story = e.story
            group by 1
            """;
        await store.ReadAsync(
            sql,
            row =>
            {
                var totals = Of(row.Moment(0));
                var unknown = row.GetInt64(2);
                totals.Counted = row.GetInt64(1) - unknown;
                if (unknown > 0)
                {
                    totals.NotCounted.Add(new NotCountedTotal { Reason = NotCountedReason.UnknownStory, Count = unknown });
                }
            },
            cancellationToken);

        sql = new Sql(store.Dialect);
        (start, end) = (sql.Parameter(HourOf(from)), sql.Parameter(to));
        sql.Text = $"select hour, reason, cast(sum(count) as bigint) from ingest_totals where hour >= {start} and hour < {end} group by hour, reason order by hour, reason";
        await store.ReadAsync(
            sql,
            row => Of(row.Moment(0)).NotCounted.Add(new NotCountedTotal { Reason = (NotCountedReason)row.GetByte(1), Count = row.GetInt64(2) }),
            cancellationToken);
        return [.. hours.Values];

        IngestTotals Of(DateTimeOffset hour)
        {
            if (!hours.TryGetValue(hour, out var totals))
            {
                hours[hour] = totals = new IngestTotals { Hour = Timestamp.FromDateTimeOffset(hour) };
            }

            return totals;
        }
    }

    private static DateTimeOffset HourOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
