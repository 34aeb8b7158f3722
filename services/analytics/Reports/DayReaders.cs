using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Reports;

/// <summary>
/// How many readers the whole site had on UTC days that are over and rolled up. Telling millions of readers apart is most of what a
/// report costs, and those days don't change: their counts are kept until one of their hours is rolled up anew.
/// </summary>
internal sealed class DayReaders(IAnalyticsStore store, Rollups rollups, TimeProvider time) : IDisposable
{
    // What changes visits without rolling them up anew, as forgetting a reader does, shows by then.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _counting = new(1, 1);
    private readonly Dictionary<DateOnly, (string Rolled, long Readers)> _days = [];
    private DateTimeOffset _since;

    /// <summary>The counts of the days of a period for which there are any: days that are whole in it, over, and rolled up.</summary>
    public async Task<IReadOnlyDictionary<DateOnly, long>> OfAsync(FactPeriod period, CancellationToken cancellationToken)
    {
        var open = (await rollups.OpenHoursAsync(cancellationToken)).Select(DayOf).ToHashSet();
        var rolled = new Sql(store.Dialect);
        rolled.Text =
            $"""
            select date_trunc('day', hour) as day, cast(count(*) as bigint), cast(max(generation) as bigint), cast(sum(generation) as double) from rollup_hours
            where hour >= {rolled.Parameter(period.From)} and hour < {rolled.Parameter(period.To)} group by day
            """;
        var now = time.GetUtcNow();
        var days = (await store.QueryAsync(rolled, row => (Day: DayOf(row.Moment(0)), Rolled: $"{row.GetInt64(1)} {row.GetInt64(2)} {row.GetDouble(3):R}"), cancellationToken))
            .Where(one => !open.Contains(one.Day) && StartOf(one.Day) >= period.From && StartOf(one.Day.AddDays(1)) <= period.To && StartOf(one.Day.AddDays(1)) <= now)
            .ToDictionary(one => one.Day, one => one.Rolled);
        await _counting.WaitAsync(cancellationToken);
        try
        {
            if (now - _since > MaxAge)
            {
                _days.Clear();
                _since = now;
            }

            var missing = days.Where(one => !_days.TryGetValue(one.Key, out var known) || known.Rolled != one.Value).Select(one => one.Key).ToList();
            if (missing.Count > 0)
            {
                var counts = await CountAsync(missing.Min(), missing.Max(), cancellationToken);
                foreach (var day in missing)
                {
                    _days[day] = (days[day], counts.GetValueOrDefault(day));
                }
            }

            return days.Keys.ToDictionary(day => day, day => _days[day].Readers);
        }
        finally
        {
            _counting.Release();
        }
    }

    public void Dispose() => _counting.Dispose();

    private static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private async Task<Dictionary<DateOnly, long>> CountAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        sql.Text =
            $"""
            select day, cast(count(*) as bigint) from (
                select date_trunc('day', v.hour) as day, v.reader as person, case when v.reader is null then v.visitor end as stranger
                from (select hour, reader, visitor, views from visits where hour >= {sql.Parameter(StartOf(first))} and hour < {sql.Parameter(StartOf(last.AddDays(1)))} and {store.Dialect.Rolled}) v
                where v.views > 0 and (v.reader is not null or v.visitor is not null)
                group by day, person, stranger) people
            group by day
            """;
        return (await store.QueryAsync(sql, row => (DayOf(row.Moment(0)), row.GetInt64(1)), cancellationToken)).ToDictionary(row => row.Item1, row => row.Item2);
    }
}
