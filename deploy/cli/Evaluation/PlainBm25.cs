using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// BM25 as textbooks have it, over title and text, with Porter stems: what the scorer is checked with before anything
/// of ours is measured.
/// </summary>
internal sealed class PlainBm25
{
    private const double K1 = 0.9;
    private const double B = 0.4;

    private readonly Dictionary<string, List<(int Text, int Count)>> _postings = new(StringComparer.Ordinal);
    private readonly List<int> _lengths = [];
    private readonly RankingSet _set;

    public PlainBm25(RankingSet set)
    {
        _set = set;
        for (var text = 0; text < set.Texts.Count; text++)
        {
            var words = Words($"{set.Texts[text].Title} {string.Join(' ', set.Texts[text].Sentences)}");
            _lengths.Add(words.Count);
            foreach (var word in words.GroupBy(word => word, StringComparer.Ordinal))
            {
                _postings.TryAdd(word.Key, []);
                _postings[word.Key].Add((text, word.Count()));
            }
        }
    }

    /// <summary>Ids of the hundred best texts for a query.</summary>
    public IReadOnlyList<string> Rank(string query)
    {
        var scores = new double[_lengths.Count];
        var mean = _lengths.Average();
        foreach (var word in Words(query))
        {
            var postings = _postings.GetValueOrDefault(word) ?? [];
            var rarity = Math.Log(1 + ((_lengths.Count - postings.Count + 0.5) / (postings.Count + 0.5)));
            foreach (var (text, count) in postings)
            {
                scores[text] += rarity * count * (K1 + 1) / (count + (K1 * (1 - B + (B * _lengths[text] / mean))));
            }
        }

        return [.. Enumerable.Range(0, scores.Length).Where(text => scores[text] > 0).OrderByDescending(text => scores[text]).Take(100).Select(text => _set.Texts[text].Id)];
    }

    private static List<string> Words(string text)
    {
        using var analyzer = new EnglishAnalyzer(LuceneVersion.LUCENE_48);
        using var stream = analyzer.GetTokenStream("", text);
        var term = stream.GetAttribute<ICharTermAttribute>();
        var words = new List<string>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            words.Add(term.ToString()!);
        }

        stream.End();
        return words;
    }
}
