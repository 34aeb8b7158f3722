using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Util;

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

    private readonly IndexReader _reader;
    private readonly (string Field, BytesRef[] Terms, double Weight)[] _sought;

    private readonly Dictionary<int, List<(int Start, int End, int Sought)>> _matches;

    /// <summary>Finds the matches of all hits of a page: each word is looked up once a segment.</summary>
    public StoryHighlighter(IndexReader reader, SearchText text, ReadOnlySpan<(int Document, StoryKey Key)> hits)
    {
        _reader = reader;
        _sought =
        [
            .. text.Words.Select(word => (IndexField.Text, (BytesRef[])[new BytesRef(word.Stem)], Rarity(IndexField.Text, word.Stem))),
            .. text.Phrases.Select(phrase => (
                IndexField.TextExact,
                phrase.Select(word => new BytesRef(word)).ToArray(),
                PhraseWeight * phrase.Max(word => Rarity(IndexField.TextExact, word)))),
        ];
        _matches = new(hits.Length);
        foreach (var hit in hits)
        {
            _matches[hit.Document] = [];
        }

        foreach (var leaf in _matches.Keys.Order().GroupBy(document => ReaderUtil.SubIndex(document, reader.Leaves)))
        {
            AddMatches(reader.Leaves[leaf.Key], [.. leaf]);
        }
    }

    /// <summary>The best sentences of a story, best first.</summary>
    public IEnumerable<Highlight> Highlights(int document, StoredStory story)
    {
        var matches = _matches[document];
        matches.RemoveAll(match => match.End > story.PlainText.Length);
        if (matches.Count == 0)
        {
            return [];
        }

        matches.Sort(static (left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : right.End.CompareTo(left.End));
        var text = new CodePoints(story.PlainText);
        var found = new List<(StoredSentence Sentence, int First, int Count, double Score)>();
        var next = 0;
        foreach (var sentence in story.Sentences)
        {
            var (start, end) = (text.ToUtf16(sentence.Start), text.ToUtf16(sentence.End));
            while (next < matches.Count && matches[next].Start < start)
            {
                next++;
            }

            var first = next;
            while (next < matches.Count && matches[next].Start < end)
            {
                next++;
            }

            if (next > first)
            {
                found.Add((sentence, first, next - first, Score(matches, first, next)));
            }
        }

        return found
            .OrderByDescending(candidate => candidate.Score)
            .ThenBy(candidate => candidate.Sentence.Start)
            .Take(MaxHighlights)
            .Select(candidate => Highlight(story, text, candidate.Sentence, matches.GetRange(candidate.First, candidate.Count)));
    }

    private double Score(List<(int Start, int End, int Sought)> matches, int first, int end)
    {
        Span<int> counts = stackalloc int[_sought.Length];
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

    private static Highlight Highlight(StoredStory story, CodePoints text, StoredSentence sentence, List<(int Start, int End, int Sought)> matches)
    {
        var highlight = new Highlight
        {
            Section = story.Sections[sentence.Section].Id,
            Text = text.Cut(sentence.Start, sentence.End),
            Start = sentence.Start,
            End = sentence.End,
        };
        var reached = sentence.Start;
        foreach (var match in matches)
        {
            var (start, end) = (text.FromUtf16(match.Start), text.FromUtf16(match.End));
            // The longest of those that begin at one place comes first; what it covers is no match of its own.
            if (start >= reached && end <= sentence.End)
            {
                highlight.Matches.Add(new HighlightMatch { Start = start, End = end });
                reached = end;
            }
        }

        return highlight;
    }

    private double Rarity(string field, string word)
    {
        var documents = Math.Max(_reader.GetDocCount(field), 1);
        return Math.Log(1 + (documents / (1.0 + _reader.DocFreq(new Term(field, word)))));
    }

    /// <summary>Adds the places where what is sought stands in documents of one segment, which come in ascending order.</summary>
    private void AddMatches(AtomicReaderContext leaf, int[] documents)
    {
        for (var sought = 0; sought < _sought.Length; sought++)
        {
            var (field, words, _) = _sought[sought];
            var postings = new DocsAndPositionsEnum?[words.Length];
            var terms = leaf.AtomicReader.GetTerms(field)?.GetEnumerator();
            for (var i = 0; i < words.Length; i++)
            {
                postings[i] = terms is not null && terms.SeekExact(words[i]) ? terms.DocsAndPositions(null, null, DocsAndPositionsFlags.OFFSETS) : null;
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

    private static void AddMatches(List<(int Start, int End, int Sought)> matches, DocsAndPositionsEnum[] postings, int document, int sought)
    {
        var first = Places(postings[0], document);
        if (postings.Length == 1)
        {
            matches.AddRange(first.Select(place => (place.Start, place.End, sought)));
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

        matches.AddRange(ends.Values.Select(place => (place.Start, place.End, sought)));
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
