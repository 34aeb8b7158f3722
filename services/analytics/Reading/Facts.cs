using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Reading;

/// <summary>Moments from which and before which something counts, UTC.</summary>
internal readonly record struct FactPeriod(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>All that was ever measured.</summary>
    public static readonly FactPeriod Ever = new(new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));
}

/// <summary>
/// What reports are computed from: visits of hours that are rolled up, and those that the events of all other hours were folded into
/// when something was last asked. Figures are exact at any time and never wait for a rollup.
/// </summary>
internal sealed class Facts(IAnalyticsStore store, OpenVisits open, ReadRule rule)
{
    /// <summary>Condition on the columns of visits: the visit is a read. False or null otherwise.</summary>
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
        var hours = await open.HoldAsync(cancellationToken);
        var dialect = store.Dialect;
        var (first, from, to) = (sql.Parameter(Rollups.HourOf(period.From)), sql.Parameter(period.From), sql.Parameter(period.To));
        var where = $"hour >= {first} and hour < {to} and viewed_at >= {from} and viewed_at < {to}{(condition is null ? "" : $" and {condition}")}";
        var rolled = $"select {VisitFigures.Columns} from visits where {where} and {dialect.Rolled}";
        return hours.Any(hour => hour.AddHours(1) > period.From && hour < period.To)
            ? $"({rolled} and hour not in (select hour from {dialect.OpenHours} o) union all select {VisitFigures.Columns} from {dialect.OpenVisits} h where {where})"
            : $"({rolled})";
    }
}
