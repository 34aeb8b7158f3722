using System.Globalization;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Reports;

/// <summary>
/// Time in the statement of a report, as numbers: of a bucket in its period, and of the period. Buckets with the same number in a period
/// and in the previous one are compared.
/// </summary>
internal sealed class ReportTime(ReportQuery query, Sql sql)
{
    /// <summary>True if hours of the zone are hours of UTC, so that the column that is repeated most will do.</summary>
    public bool IsOfHours { get; } = query.Period.KeepsWholeHours && (query.Previous?.KeepsWholeHours ?? true);

    /// <summary>Number of a visit's bucket by the dimension; of its period (0, or 1 for the previous one) where none is given.</summary>
    public string OfVisits(ReportDimension unit) => Of(unit, IsOfHours ? "fact.hour" : "fact.viewed_at");

    /// <summary>The same for a comment or an insight.</summary>
    public string OfTold(ReportDimension unit) => Of(unit, "fact.create_time");

    private string Of(ReportDimension unit, string moment)
    {
        if (unit == ReportDimension.Unspecified)
        {
            return $"case when {moment} >= {sql.Parameter(query.Period.Start)} then 0 else 1 end";
        }

        var numbering = (query.Previous?.Numbering(unit) ?? []).Concat(query.Period.Numbering(unit)).ToList();
        // Neighbours that number alike are one: a zone that keeps its offset has a single expression.
        var cases = new List<(DateTime End, string Number)>();
        foreach (var (segment, add) in numbering)
        {
            var number = Number(unit, moment, segment.Offset, add);
            if (cases.Count > 0 && cases[^1].Number == number)
            {
                cases[^1] = (segment.End, number);
            }
            else
            {
                cases.Add((segment.End, number));
            }
        }

        return cases.Count == 1
            ? cases[0].Number
            : $"case {string.Join(' ', cases.SkipLast(1).Select(one => $"when {moment} < {sql.Parameter(one.End)} then {one.Number}"))} else {cases[^1].Number} end";
    }

    private string Number(ReportDimension unit, string moment, TimeSpan offset, long add)
    {
        var seconds = (long)offset.TotalSeconds;
        if (unit == ReportDimension.Month)
        {
            var local = seconds == 0 ? moment : string.Create(CultureInfo.InvariantCulture, $"({moment} {(seconds < 0 ? '-' : '+')} interval {Math.Abs(seconds)} second)");
            return string.Create(CultureInfo.InvariantCulture, $"cast(extract(year from {local}) * 12 + extract(month from {local}) as bigint) - {(1970 * 12) + 1 - add}");
        }

        var micros = $"({sql.Dialect.Micros(moment)} + {(seconds * 1_000_000).ToString(CultureInfo.InvariantCulture)})";
        var count = unit switch
        {
            ReportDimension.Hour => $"floor({micros} / 3.6e9)",
            ReportDimension.Day => $"floor({micros} / 8.64e10)",
            // The epoch is a Thursday.
            _ => $"floor(({micros} + 259200000000) / 6.048e11)",
        };
        return string.Create(CultureInfo.InvariantCulture, $"cast({count} as bigint) + ({add})");
    }
}
