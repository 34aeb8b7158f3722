using Broadsheet.Query.V1;

namespace Broadsheet.Query.Timeline;

/// <summary>Tellings of one event, the best first. Which they are and in which order depends on what is published alone.</summary>
internal sealed class TimelineRow
{
    private TimelineRow(List<TimelineEvent> events) => Events = events;

    /// <summary>The tellings: those with the most exact date first, of these the best.</summary>
    public IReadOnlyList<TimelineEvent> Events { get; }

    /// <summary>The telling that gives the date and the sentence.</summary>
    public TimelineEvent Best => Events[0];

    /// <summary>Happened if one story says so in its own voice.</summary>
    public EventModality Modality => Best.Traits.Modality == EventModality.Claimed && Events.Any(one => one.Traits.Modality == EventModality.Happened) ? EventModality.Happened : Best.Traits.Modality;

    /// <summary>The stories.</summary>
    public IEnumerable<long> Stories => Events.Select(one => one.Story).Distinct();

    /// <summary>Where the row stands on the timeline.</summary>
    public RowPosition Position => new(Best.Begin, Best.End, Best.Story, Best.Ordinal);

    /// <summary>
    /// Merges events that begin in one year. Equal dates of one key are one row; a month or year goes to the only row of
    /// the key that is more exact and lies in it. If there are several it can't be told which one is meant, so it
    /// stays a row of its own. Stretches of time are one row only if both ends are equal. Linear but for sorting.
    /// </summary>
    public static IEnumerable<TimelineRow> Merge(IEnumerable<TimelineEvent> events)
    {
        foreach (var same in events.GroupBy(one => one.Key))
        {
            if (same.Skip(1).Any())
            {
                foreach (var row in MergeSame(same))
                {
                    yield return row;
                }
            }
            else
            {
                yield return new TimelineRow([.. same]);
            }
        }
    }

    private static IEnumerable<TimelineRow> MergeSame(IEnumerable<TimelineEvent> same)
    {
        // Days, then months, then years: an exact date stands before a less exact one looks for it.
        var rows = new List<List<TimelineEvent>>();
        foreach (var date in same.GroupBy(one => (one.Traits.Precision, one.Begin, one.End)).OrderBy(date => date.Key.Precision).ThenBy(date => date.Key.Begin).ThenBy(date => date.Key.End))
        {
            var ordered = date.OrderByDescending(one => one.Traits.Quality).ThenBy(one => one.Story).ThenBy(one => one.Ordinal);
            var inside = date.Key.Precision is DatePrecision.Month or DatePrecision.Year
                ? rows.Where(row => row[0].Traits.Precision is DatePrecision.Day or DatePrecision.Month && row[0].Begin >= date.Key.Begin && row[0].End <= date.Key.End).Take(2).ToArray()
                : [];
            if (inside.Length == 1)
            {
                inside[0].AddRange(ordered);
            }
            else
            {
                rows.Add([.. ordered]);
            }
        }

        return rows.Select(row => new TimelineRow(row));
    }
}

/// <summary>Where a row stands: by date, then by the story and event that give it.</summary>
internal readonly record struct RowPosition(long Begin, long End, long Story, int Ordinal) : IComparable<RowPosition>
{
    /// <inheritdoc/>
    public int CompareTo(RowPosition other) => (Begin, End, Story, Ordinal).CompareTo((other.Begin, other.End, other.Story, other.Ordinal));
}
