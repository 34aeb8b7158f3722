namespace Broadsheet.Cli.Evaluation;

/// <summary>An event on a timeline.</summary>
/// <param name="Rank">Its place in time, 1 first; 0 = it has none and is not scored.</param>
/// <param name="Date">As far as it is known: 2010-06-07, 2010-06, 2010.</param>
/// <param name="Mentions">Document, sentence and word of each mention: 18355-5-born.</param>
internal sealed record TimelineEvent(int Rank, string Date, IReadOnlyList<string> Mentions);

/// <summary>
/// Compares timelines as SemEval-2015 task 4 does: a timeline becomes temporal relations between its events (the same rank is
/// simultaneous, a lower one before); precision is the share of our relations between neighbouring ranks that follow
/// from the accepted timeline, recall the share of its relations that follow from ours; both over all timelines.
/// </summary>
internal sealed class TimelineScore
{
    private int _ours;
    private int _oursRight;
    private int _gold;
    private int _goldRight;
    private int _found;
    private int _dated;
    private int _goldEvents;

    /// <summary>F1 of the relations.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    public double Precision => _ours == 0 ? 0 : (double)_oursRight / _ours;

    public double Recall => _gold == 0 ? 0 : (double)_goldRight / _gold;

    /// <summary>Share of the accepted events that we have.</summary>
    public double Found => _goldEvents == 0 ? 0 : (double)_found / _goldEvents;

    /// <summary>Share of the accepted events that we have whose date is the accepted one.</summary>
    public double DatesRight => _found == 0 ? 0 : (double)_dated / _found;

    /// <summary>Counts one timeline.</summary>
    public void Add(IReadOnlyList<TimelineEvent> gold, IReadOnlyList<TimelineEvent> ours)
    {
        var goldRanks = Ranks(gold);
        var ourRanks = Ranks(ours);
        var (right, total) = Follow(Neighbours(ours), goldRanks);
        _oursRight += right;
        _ours += total;
        (right, total) = Follow(Neighbours(gold), ourRanks);
        _goldRight += right;
        _gold += total;
        var dates = ours.SelectMany(one => one.Mentions, (one, mention) => (mention, one.Date)).DistinctBy(one => one.mention).ToDictionary(one => one.mention, one => one.Date);
        foreach (var wanted in gold.Where(one => one.Rank > 0))
        {
            _goldEvents++;
            if (wanted.Mentions.FirstOrDefault(dates.ContainsKey) is { } hit)
            {
                _found++;
                _dated += dates[hit] == wanted.Date ? 1 : 0;
            }
        }
    }

    private static Dictionary<string, int> Ranks(IEnumerable<TimelineEvent> events)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in events.Where(one => one.Rank > 0))
        {
            foreach (var mention in one.Mentions)
            {
                ranks.TryAdd(mention, one.Rank);
            }
        }

        return ranks;
    }

    // The relations from which all others follow: between events of one rank, and of one rank and the next.
    private static IEnumerable<(TimelineEvent First, TimelineEvent Second)> Neighbours(IEnumerable<TimelineEvent> events)
    {
        var ranks = events.Where(one => one.Rank > 0).GroupBy(one => one.Rank).OrderBy(rank => rank.Key).Select(rank => rank.ToArray()).ToArray();
        for (var i = 0; i < ranks.Length; i++)
        {
            for (var j = 1; j < ranks[i].Length; j++)
            {
                yield return (ranks[i][j - 1], ranks[i][j]);
            }

            if (i + 1 < ranks.Length)
            {
                foreach (var first in ranks[i])
                {
                    foreach (var second in ranks[i + 1])
                    {
                        yield return (first, second);
                    }
                }
            }
        }
    }

    private static (int Right, int Total) Follow(IEnumerable<(TimelineEvent First, TimelineEvent Second)> relations, Dictionary<string, int> ranks)
    {
        var (right, total) = (0, 0);
        foreach (var (first, second) in relations)
        {
            total++;
            right += RankOf(first) is { } one && RankOf(second) is { } other && Math.Sign(first.Rank - second.Rank) == Math.Sign(one - other) ? 1 : 0;
        }

        return (right, total);

        int? RankOf(TimelineEvent one) => one.Mentions.FirstOrDefault(ranks.ContainsKey) is { } known ? ranks[known] : null;
    }
}
