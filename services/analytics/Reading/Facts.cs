using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Reading;

/// <summary>Moments from which and before which something counts, UTC.</summary>
internal readonly record struct FactPeriod(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>All that was ever measured.</summary>
    public static readonly FactPeriod Ever = new(new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));
}

/// <summary>
/// What reports are computed from: visits of hours that are rolled up, and the events of all other hours folded into visits as the
/// statement runs. Figures are exact at any time and never wait for a rollup.
/// </summary>
internal sealed class Facts(IAnalyticsStore store, Rollups rollups, ReadRule rule)
{
    /// <summary>Condition on the columns of visits: the visit is a read. Never null.</summary>
    public string IsRead => rule.Sql;

    /// <summary>
    /// A sub-select of <see cref="VisitFigures.Columns"/> for the visits, views and shares of the period. Columns that the statement
    /// does not ask for are not read.
    /// </summary>
    /// <param name="sql">Takes the parameters.</param>
    /// <param name="period">By <c>viewed_at</c>.</param>
    /// <param name="condition">On the column <c>story</c>, with parameters of the same statement; null for all stories.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string> SqlAsync(Sql sql, FactPeriod period, string? condition, CancellationToken cancellationToken)
    {
        var open = HourSpans.Joined(await rollups.OpenHoursAsync(period, cancellationToken));
        var (from, to) = (sql.Parameter(period.From), sql.Parameter(period.To));
        var and = condition is null ? "" : $" and {condition}";
        var inPeriod = $"viewed_at >= {from} and viewed_at < {to}";
        var except = open.Count == 0 ? "" : $" and not {HourSpans.Condition(sql, "hour", open)}";
        var parts = new List<string>
        {
            $"select {VisitFigures.Columns} from visits where hour >= {sql.Parameter(Rollups.HourOf(period.From))} and hour < {to} and {inPeriod} and {store.Dialect.Rolled}{except}{and}",
        };
        if (open.Count > 0)
        {
            parts.Add($"select {VisitFigures.Columns} from ({VisitFigures.Fold(sql, open, condition)}) f where {inPeriod}");
        }

        return $"({string.Join(" union all ", parts)})";
    }
}
