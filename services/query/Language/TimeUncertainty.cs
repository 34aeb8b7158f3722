namespace Broadsheet.Query.Language;

/// <summary>
/// A day that is not known exactly: "last year" counted from it can't be more exact than it is. What counts alike from its
/// first and its last possible day stands; of the rest, what both have in common.
/// </summary>
internal static class TimeUncertainty
{
    /// <summary>The expressions as far as both readings agree; both come from the same text, so they stand in pairs.</summary>
    public static List<TimeExpression> Common(List<TimeExpression> earliest, List<TimeExpression> latest)
    {
        var common = new List<TimeExpression>(earliest.Count);
        for (var i = 0; i < earliest.Count; i++)
        {
            common.Add(Common(earliest[i], latest[i]));
        }

        return common;
    }

    private static TimeExpression Common(TimeExpression earliest, TimeExpression latest)
    {
        if (earliest == latest)
        {
            return latest;
        }

        var (first, last) = (earliest.From, latest.From);
        if (first.IsEmpty || last.IsEmpty || first.Year != last.Year || earliest.To is not null || latest.To is not null || latest.Precision is not (Precision.Day or Precision.Month or Precision.Year))
        {
            return latest with { Value = OpenValue(earliest, latest), Precision = Precision.None, From = default, To = null, OpensRange = false };
        }

        var month = first.Month == last.Month ? first.Month : 0;
        return latest with
        {
            Type = month == 0 ? TimeType.Date : latest.Type,
            Value = month > 0 ? FormattableString.Invariant($"{first.Year:0000}-{month:00}") : FormattableString.Invariant($"{first.Year:0000}"),
            Precision = month > 0 ? Precision.Month : Precision.Year,
            From = new CalendarDate(first.Year, month),
        };
    }

    private static string OpenValue(TimeExpression earliest, TimeExpression latest) =>
        earliest.Value == latest.Value ? latest.Value
        : latest.Type == TimeType.Time && latest.Value.IndexOf('T', StringComparison.Ordinal) is > 0 and var clock ? "XXXX-XX-XX" + latest.Value[clock..]
        : latest.Type is TimeType.Duration or TimeType.Set ? latest.Value
        : "PAST_REF";
}
