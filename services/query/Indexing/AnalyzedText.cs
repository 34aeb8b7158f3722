using System.Collections.Concurrent;
using System.Text;
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
            _words.Add(new Word(WordForms.Of(term.Buffer.AsSpan(0, term.Length)), offsets.StartOffset, offsets.EndOffset));
        }

        stream.End();
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>
    /// All words, or those that begin between two UTF-16 positions, for an index field. The stream must be read by the
    /// thread that asked for it, one stream at a time: all streams of a thread hand their words over in one place,
    /// because making that place costs as much as a sentence.
    /// </summary>
    public TokenStream Stream(bool stem, int start = 0, int end = int.MaxValue)
    {
        var first = FirstFrom(start);
        return new Words(this, stem, first, FirstFrom(end) - first, WordPlace.OfThread());
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

    private readonly record struct Word(WordForms Forms, int Start, int End);

    private sealed class Words(AnalyzedText text, bool stem, int first, int count, WordPlace place) : TokenStream(place.Source)
    {
        private int _next;

        public override bool IncrementToken()
        {
            if (_next == count)
            {
                return false;
            }

            // Every attribute is set anew with every word, so there is nothing to clear.
            var word = text._words[first + _next++];
            place.Term.Set(stem ? word.Forms.Stem : word.Forms.Exact);
            place.Offsets.SetOffset(word.Start, word.End);
            place.Increments.PositionIncrement = 1;
            return true;
        }

        public override void Reset()
        {
            base.Reset();
            _next = 0;
        }

        public override void End()
        {
            place.Increments.PositionIncrement = 0;
            // The next text of the same field counts on from here.
            place.Offsets.SetOffset(text.Text.Length, text.Text.Length);
        }
    }

    /// <summary>A word as it stands and its stem, in UTF-8: a story uses the same few hundred words again and again, and so do all stories.</summary>
    private sealed class WordForms
    {
        private const int MaxKept = 100_000;
        private const int MaxLength = 40;

        private static readonly ConcurrentDictionary<string, WordForms> Known = new(StringComparer.Ordinal);
        private static readonly ConcurrentDictionary<string, WordForms>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

        // The dictionary counts itself under all its locks.
        private static int _kept;

        private WordForms(string word)
        {
            Exact = Encoding.UTF8.GetBytes(word);
            var stem = TextAnalyzer.StemOf(word);
            Stem = stem == word ? Exact : Encoding.UTF8.GetBytes(stem);
        }

        public byte[] Exact { get; }

        public byte[] Stem { get; }

        public static WordForms Of(ReadOnlySpan<char> word)
        {
            if (Lookup.TryGetValue(word, out var known))
            {
                return known;
            }

            var exact = word.ToString();
            var forms = new WordForms(exact);
            if (word.Length <= MaxLength && Volatile.Read(ref _kept) < MaxKept && Known.TryAdd(exact, forms))
            {
                Interlocked.Increment(ref _kept);
            }

            return forms;
        }
    }
}
