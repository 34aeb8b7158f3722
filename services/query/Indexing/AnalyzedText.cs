using System.Collections.Concurrent;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// A text cut into words once, for all the fields that its words stand in: finding words costs more than anything
/// else when a story is indexed.
/// </summary>
internal sealed class AnalyzedText
{
    private readonly List<Word> _words = [];

    public AnalyzedText(string text)
    {
        Text = text;
        using var stream = TextAnalyzer.Exact.GetTokenStream("", text);
        var term = stream.GetAttribute<ICharTermAttribute>();
        var offsets = stream.GetAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            _words.Add(new Word(term.ToString()!, offsets.StartOffset, offsets.EndOffset));
        }

        stream.End();
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>All words, or those that begin between two UTF-16 positions, for an index field.</summary>
    public TokenStream Stream(bool stem, int start = 0, int end = int.MaxValue)
    {
        var first = FirstFrom(start);
        return new Words(this, stem, first, FirstFrom(end) - first);
    }

    private int FirstFrom(int position)
    {
        var (low, high) = (0, _words.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _words[middle].Start < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private readonly record struct Word(string Exact, int Start, int End);

    private sealed class Words : TokenStream
    {
        private readonly AnalyzedText _text;
        private readonly bool _stem;
        private readonly int _first;
        private readonly int _count;
        private readonly ICharTermAttribute _term;
        private readonly IOffsetAttribute _offsets;
        private int _next;

        public Words(AnalyzedText text, bool stem, int first, int count)
        {
            (_text, _stem, _first, _count) = (text, stem, first, count);
            _term = AddAttribute<ICharTermAttribute>();
            _offsets = AddAttribute<IOffsetAttribute>();
        }

        public override bool IncrementToken()
        {
            if (_next == _count)
            {
                return false;
            }

            ClearAttributes();
            var word = _text._words[_first + _next++];
            _term.SetEmpty().Append(_stem ? Stems.Of(word.Exact) : word.Exact);
            _offsets.SetOffset(word.Start, word.End);
            return true;
        }

        public override void Reset()
        {
            base.Reset();
            _next = 0;
        }

        public override void End()
        {
            base.End();
            // The next text of the same field counts on from here.
            _offsets.SetOffset(_text.Text.Length, _text.Text.Length);
        }
    }

    /// <summary>Stems by word: a story uses the same few hundred words again and again, and so do all stories.</summary>
    private static class Stems
    {
        private const int MaxKept = 100_000;
        private const int MaxLength = 40;

        private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

        public static string Of(string word)
        {
            if (Known.TryGetValue(word, out var stem))
            {
                return stem;
            }

            stem = TextAnalyzer.StemOf(word);
            if (word.Length <= MaxLength && Known.Count < MaxKept)
            {
                Known[word] = stem;
            }

            return stem;
        }
    }
}
