using Broadsheet.Query.Indexing;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>
/// Finds where the words of a query stand in the stories found, from the offsets that the index has, so that no text
/// is analysed again.
/// </summary>
internal sealed class StoryHighlighter
{
    private const int MaxHighlights = 3;

    // One more occurrence of the same word in a sentence says little.
    private const double RepeatWeight = 0.05;
    private const double PhraseWeight = 3;

    private readonly SearchPlan _plan;
    private readonly List<(SearchTerm[] Terms, double Weight)> _sought = [];
    private readonly Dictionary<int, List<TextMatch>> _matches;

    /// <summary>Finds the matches of all hits of a page: each word is gone to once a segment.</summary>
    public StoryHighlighter(SearchPlan plan, ReadOnlySpan<(int Document, StoryKey Key)> hits)
    {
        _plan = plan;
        for (var word = 0; word < plan.Words.Length; word++)
        {
            var rarity = (double)plan.Statistics.Words[word][0];
            for (var i = 0; i < plan.Words[word].Text.Length; i++)
            {
                _sought.Add((plan.Words[word].Text[i], rarity * plan.Words[word].Weights[i]));
            }
        }

        for (var phrase = 0; phrase < plan.Phrases.Length; phrase++)
        {
            _sought.Add((plan.Phrases[phrase], PhraseWeight * (double)plan.Statistics.Phrases[phrase]));
        }

        _matches = new(hits.Length);
        foreach (var hit in hits)
        {
            _matches[hit.Document] = [];
        }

        var leaves = plan.Terms.Reader.Leaves;
        foreach (var leaf in _matches.Keys.Order().GroupBy(document => ReaderUtil.SubIndex(document, leaves)))
        {
            AddMatches(leaves[leaf.Key], [.. leaf]);
        }

        foreach (var matches in _matches.Values)
        {
            matches.Sort(static (left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : right.End.CompareTo(left.End));
        }
    }

    /// <summary>Where a hit has what is sought, in order; offsets past the plain text are in title and dek.</summary>
    public List<TextMatch> Matches(int document) => _matches[document];

    /// <summary>The best sentences, best first.</summary>
    public static IEnumerable<(StoredSentence Sentence, int First, int Count, double Score)> Best(List<(StoredSentence Sentence, int First, int Count, double Score)> found) =>
        found.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.Sentence.Start).Take(MaxHighlights);

    /// <summary>How much the matches of a sentence say.</summary>
    public double Score(List<TextMatch> matches, int first, int end)
    {
        Span<int> counts = _sought.Count <= 256 ? stackalloc int[_sought.Count] : new int[_sought.Count];
        counts.Clear();
        for (var i = first; i < end; i++)
        {
            counts[matches[i].Sought]++;
        }

        var score = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            score += counts[i] == 0 ? 0 : _sought[i].Weight * (1 + (RepeatWeight * Math.Min(counts[i] - 1, 3)));
        }

        return score;
    }

    /// <summary>Adds the places where what is sought stands in documents of one segment, which come in ascending order.</summary>
    private void AddMatches(AtomicReaderContext leaf, int[] documents)
    {
        for (var sought = 0; sought < _sought.Count; sought++)
        {
            var words = _sought[sought].Terms;
            var postings = new DocsAndPositionsEnum?[words.Length];
            for (var i = 0; i < words.Length; i++)
            {
                postings[i] = _plan.Terms.Positions(leaf.Ord, words[i], offsets: true);
            }

            if (Array.IndexOf(postings, null) >= 0)
            {
                continue;
            }

            foreach (var document in documents)
            {
                AddMatches(_matches[document], postings!, document - leaf.DocBase, sought);
            }
        }
    }

    private static void AddMatches(List<TextMatch> matches, DocsAndPositionsEnum[] postings, int document, int sought)
    {
        var first = Places(postings[0], document);
        if (postings.Length == 1)
        {
            matches.AddRange(first.Select(place => new TextMatch(place.Start, place.End, sought)));
            return;
        }

        // A phrase ends where each of its words stands one further than the one before.
        var ends = first.ToDictionary(place => place.Position, place => place);
        for (var i = 1; i < postings.Length; i++)
        {
            var next = new Dictionary<int, (int Position, int Start, int End)>();
            foreach (var (position, _, end) in Places(postings[i], document))
            {
                if (ends.TryGetValue(position - 1, out var begin))
                {
                    next[position] = (position, begin.Start, end);
                }
            }

            ends = next;
        }

        matches.AddRange(ends.Values.Select(place => new TextMatch(place.Start, place.End, sought)));
    }

    private static List<(int Position, int Start, int End)> Places(DocsAndPositionsEnum postings, int document)
    {
        var found = new List<(int, int, int)>();
        // What was passed for an earlier document may already stand at this one.
        if ((postings.DocID < document ? postings.Advance(document) : postings.DocID) != document)
        {
            return found;
        }

        for (var left = postings.Freq; left > 0; left--)
        {
            var position = postings.NextPosition();
            found.Add((position, postings.StartOffset, postings.EndOffset));
        }

        return found;
    }
}

/// <summary>Where something that was sought stands.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Sought">Number of what was sought.</param>
internal readonly record struct TextMatch(int Start, int End, int Sought);
