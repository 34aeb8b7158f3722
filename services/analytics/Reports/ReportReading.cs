using System.Collections.Frozen;
using System.Globalization;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Reports;

/// <summary>A row as it was read.</summary>
/// <param name="Keys">A value for each dimension: text, or a whole number.</param>
/// <param name="Counts">A value for each measure.</param>
/// <param name="Previous">The same of the previous period; empty without one.</param>
/// <param name="Order">What it is ordered by: text, whole numbers, or a number for metrics.</param>
internal sealed record CountedRow(object[] Keys, long[] Counts, long[] Previous, object[] Order);

/// <summary>Runs reports.</summary>
internal sealed class ReportReading(IAnalyticsStore store, Facts facts, DayReaders dayReaders, StoryKnowledge stories, AnalyticsOptions options, TimeProvider time)
{
    private static readonly TimeSpan MaxAgeOfTotal = TimeSpan.FromMinutes(1);

    private volatile Total? _total;

    /// <summary>The rows of a query.</summary>
    /// <exception cref="RpcException">There are too many visits to look at, or unique readers of more than a day are asked for (INVALID_FIELD).</exception>
    public async Task<List<CountedRow>> ReadAsync(ReportQuery query, CancellationToken cancellationToken)
    {
        CheckReaders(query);
        await CheckCostAsync(query, cancellationToken);
        var counted = ReportStatement.CountsDays(query)
            ? await dayReaders.OfAsync(ReportStatement.PeriodOf(query), cancellationToken)
            : FrozenDictionary<DateOnly, long>.Empty;
        var sql = await ReportStatement.OfAsync(query, facts, counted, store.Dialect, cancellationToken);
        var (keys, counts, previous) = (query.Dimensions.Count, query.Measures.Count, query.Previous is null ? 0 : query.Measures.Count);
        return await store.QueryAsync(
            sql,
            row =>
            {
                var column = 0;
                return new CountedRow(
                    [.. query.Dimensions.Select(dimension => dimension.IsText() ? row.GetString(column++) : (object)Convert.ToInt64(row.GetValue(column++), CultureInfo.InvariantCulture))],
                    [.. Enumerable.Range(0, counts).Select(_ => row.GetInt64(column++))],
                    [.. Enumerable.Range(0, previous).Select(_ => row.GetInt64(column++))],
                    [
                        .. query.Order.Select(order => order.KeyCase == ReportOrder.KeyOneofCase.Metric ? row.GetDouble(column++)
                            : order.Dimension.IsText() ? row.GetString(column++)
                            : (object)Convert.ToInt64(row.GetValue(column++), CultureInfo.InvariantCulture)),
                    ]);
            },
            cancellationToken);
    }

    /// <summary>The rows of a query whose one dimension is of time: after the position, with rows of zeros for the buckets that have none. Their number is bounded by the days.</summary>
    public async Task<List<CountedRow>> FilledAsync(ReportQuery query, CancellationToken cancellationToken)
    {
        var buckets = query.Period.Buckets(query.Dimensions[0]);
        var rows = (await ReadAsync(query with { After = null, Take = buckets.Count }, cancellationToken)).ToDictionary(row => (long)row.Keys[0]);
        var nothing = new long[query.Measures.Count];
        for (var bucket = 0L; bucket < buckets.Count; bucket++)
        {
            rows.TryAdd(bucket, new CountedRow([bucket], nothing, query.Previous is null ? [] : nothing, [.. query.Order.Select(order => ValueOfNothing(order, bucket))]));
        }

        var ordered = rows.Values.Order(Comparer<CountedRow>.Create((one, other) => Compare(query.Order, one.Order, other.Order)));
        return [.. ordered.Where(row => query.After is null || Compare(query.Order, row.Order, query.After) > 0).Take(query.Take)];
    }

    /// <summary>Rows as answers state them.</summary>
    public IEnumerable<ReportRow> Rows(ReportQuery query, IEnumerable<CountedRow> rows)
    {
        var buckets = query.Time is { } time ? query.Period.Buckets(time) : [];
        foreach (var row in rows)
        {
            var answer = new ReportRow { Figures = Figures(query, row.Counts) };
            if (query.Previous is not null)
            {
                answer.Previous = Figures(query, row.Previous);
            }

            answer.Keys.AddRange(query.Dimensions.Zip(row.Keys, (dimension, value) => KeyOf(dimension, value, buckets)));
            yield return answer;
        }
    }

    /// <summary>The figures of a row's counts.</summary>
    public static ReportFigures Figures(ReportQuery query, long[] counts) =>
        ReportMeasures.Figures(query.Metrics, measure => counts[query.Measures.IndexOf(measure)]);

    /// <summary>Unique readers exist within a UTC day only.</summary>
    /// <exception cref="RpcException">They were asked for where rows are longer (INVALID_FIELD).</exception>
    private static void CheckReaders(ReportQuery query)
    {
        if (query.Metrics.Contains(ReportMetric.UniqueReaders)
            && !(query.Period.IsWithinUtcDays(query.Time) && (query.Previous?.IsWithinUtcDays(query.Time) ?? true)))
        {
            throw RpcError.InvalidField(
                "metrics", "UNIQUE_READERS needs rows within one UTC day: one day of UTC, the dimension DAY in UTC, or HOUR; READER_DAYS and SIGNED_IN_READERS go with any period");
        }
    }

    private static object ValueOfNothing(ReportOrder order, long bucket) =>
        order.KeyCase == ReportOrder.KeyOneofCase.Dimension ? (object)bucket
        : ReportMeasures.Of(order.Metric).Count == 1 ? 0.0
        : ReportStatement.NoValue(order);

    private static int Compare(IReadOnlyList<ReportOrder> order, object[] one, IReadOnlyList<object> other)
    {
        for (var i = 0; i < order.Count; i++)
        {
            var compared = Comparer<object>.Default.Compare(one[i], other[i]);
            if (compared != 0)
            {
                return order[i].Descending ? -compared : compared;
            }
        }

        return 0;
    }

    private ReportKey KeyOf(ReportDimension dimension, object value, IReadOnlyList<TimeBucket> buckets)
    {
        var key = new ReportKey { Dimension = dimension };
        if (dimension.IsTime())
        {
            var bucket = buckets[(int)(long)value];
            key.Value = bucket.Label;
            key.StartTime = Timestamp.FromDateTime(bucket.Start);
        }
        else
        {
            key.Value = value as string ?? ReportTerms.ValueOf(dimension, (long)value) ?? "";
        }

        if (dimension == ReportDimension.Story)
        {
            key.Title = stories.Find(key.Value)?.Title ?? "";
        }

        return key;
    }

    private async Task CheckCostAsync(ReportQuery query, CancellationToken cancellationToken)
    {
        // Most sites never hold as many, so most reports need not count what they are about to look at.
        if (await TotalAsync(cancellationToken) <= options.MaxReportVisits)
        {
            return;
        }

        var sql = new Sql(store.Dialect);
        var period = ReportStatement.PeriodOf(query);
        var ofStories = ReportStatement.OfStories(query, sql);
        sql.Text =
            $"""
            select cast(count(*) as bigint) from visits
            where hour >= {sql.Parameter(Rollups.HourOf(period.From))} and hour < {sql.Parameter(period.To)} and {store.Dialect.Rolled}{(ofStories is null ? "" : $" and {ofStories}")}
            """;
        var visits = (await store.QueryAsync(sql, row => row.GetInt64(0), cancellationToken))[0];
        if (visits > options.MaxReportVisits)
        {
            throw RpcError.InvalidField(
                "from",
                string.Create(CultureInfo.InvariantCulture, $"the days{(query.Previous is null ? "" : ", with those compared with,")} hold {visits:N0} visits, and a report looks at {options.MaxReportVisits:N0} at most: ask for fewer days, or filter by story, creator or community"));
        }
    }

    private async Task<long> TotalAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_total is not { } total || now - total.At > MaxAgeOfTotal)
        {
            _total = total = new Total(now, (await store.QueryAsync("select cast(count(*) as bigint) from visits", row => row.GetInt64(0), cancellationToken))[0]);
        }

        return total.Visits;
    }

    private sealed record Total(DateTimeOffset At, long Visits);
}
