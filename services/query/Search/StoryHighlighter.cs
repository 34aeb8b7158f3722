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

    public StoryHighlighter(IndexReader reader, SearchText text)
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
    }

    /// <summary>
    /// The places found in a story, with the number and the weight of what was sought there; in UTF-16 units of the
    /// text field.
    /// </summary>
    public List<(int Start, int End, int Sought)> Matches(int document)
    {
        var matches = new List<(int, int, int)>();
        var leaves = _reader.Leaves;
        var leaf = leaves[ReaderUtil.SubIndex(document, leaves)];
        for (var i = 0; i < _sought.Length; i++)
        {
            AddMatches(leaf.AtomicReader, document - leaf.DocBase, i, matches);
        }

        return matches;
    }

    /// <summary>The best sentences of a story, best first.</summary>
    public IEnumerable<Highlight> Highlights(int document, StoredStory story)
    {
        var matches = Matches(document);
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

    private void AddMatches(AtomicReader leaf, int document, int sought, List<(int Start, int End, int Sought)> matches)
    {
        var (field, words, _) = _sought[sought];
        if (leaf.GetTerms(field) is not { } terms)
        {
            return;
        }

        var places = new List<(int Position, int Start, int End)>[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            places[i] = Places(terms, words[i], document);
            if (places[i].Count == 0)
            {
                return;
            }
        }

        foreach (var (position, start, end) in places[0])
        {
            var last = end;
            var complete = true;
            for (var i = 1; i < words.Length && complete; i++)
            {
                var at = places[i].FindIndex(place => place.Position == position + i);
                complete = at >= 0;
                last = complete ? places[i][at].End : last;
            }

            if (complete)
            {
                matches.Add((start, last, sought));
            }
        }
    }

    private static List<(int Position, int Start, int End)> Places(Terms terms, BytesRef word, int document)
    {
        var found = new List<(int, int, int)>();
        var term = terms.GetEnumerator();
        if (!term.SeekExact(word))
        {
            return found;
        }

        var postings = term.DocsAndPositions(null, null, DocsAndPositionsFlags.OFFSETS);
        if (postings is null || postings.Advance(document) != document)
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
