using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Reading;

/// <summary>Lists of hours as conditions that stay short: an import of years touches thousands of hours.</summary>
internal static class HourSpans
{
    // A statement with many more is longer than a server takes.
    private const int Most = 40;

    /// <summary>
    /// The hours (oldest first) with the smallest gaps between them filled, as far as that is needed to say them as few spans. Hours in
    /// between are folded as well then, which says the same of them.
    /// </summary>
    public static IReadOnlyList<DateTimeOffset> Joined(IReadOnlyList<DateTimeOffset> hours)
    {
        var gaps = Enumerable.Range(1, Math.Max(0, hours.Count - 1)).Where(at => hours[at] - hours[at - 1] > TimeSpan.FromHours(1)).ToList();
        if (gaps.Count < Most)
        {
            return hours;
        }

        var kept = gaps.OrderByDescending(at => hours[at] - hours[at - 1]).Take(Most - 1).ToHashSet();
        var joined = new List<DateTimeOffset> { hours[0] };
        for (var at = 1; at < hours.Count; at++)
        {
            for (var hour = joined[^1].AddHours(1); !kept.Contains(at) && hour < hours[at]; hour = hour.AddHours(1))
            {
                joined.Add(hour);
            }

            joined.Add(hours[at]);
        }

        return joined;
    }

    /// <summary>Condition: the moment lies in one of the hours, of which there is at least one (oldest first).</summary>
    public static string Condition(Sql sql, string moment, IReadOnlyList<DateTimeOffset> hours)
    {
        var spans = new List<string>();
        var first = hours[0];
        for (var at = 1; at <= hours.Count; at++)
        {
            if (at == hours.Count || hours[at] - hours[at - 1] > TimeSpan.FromHours(1))
            {
                spans.Add($"({moment} >= {sql.Parameter(first)} and {moment} < {sql.Parameter(hours[at - 1].AddHours(1))})");
                first = at < hours.Count ? hours[at] : first;
            }
        }

        return spans.Count == 1 ? spans[0] : $"({string.Join(" or ", spans)})";
    }
}
