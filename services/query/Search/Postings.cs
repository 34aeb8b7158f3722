using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>The documents of one segment that have what is looked for, ascending, with how often they have it.</summary>
internal abstract class Postings
{
    /// <summary>What <see cref="Document"/> is behind the last document.</summary>
    public const int End = DocIdSetIterator.NO_MORE_DOCS;

    /// <summary>The document that was reached; -1 before the first.</summary>
    public int Document { get; protected set; } = -1;

    /// <summary>About how many documents there are.</summary>
    public abstract long Cost { get; }

    /// <summary>How often the document has it.</summary>
    public abstract float Frequency { get; }

    /// <summary>Goes to the next document.</summary>
    public abstract int Next();

    /// <summary>Goes to the document, or the next one that has it. It must lie ahead.</summary>
    public abstract int Advance(int document);

    /// <summary>True if the document has it. Documents must be asked for in ascending order.</summary>
    public bool Has(int document) => (Document < document ? Advance(document) : Document) == document;
}

/// <summary>One term.</summary>
internal sealed class TermPostings(DocsEnum documents, float weight = 1) : Postings
{
    public override long Cost { get; } = documents.GetCost();

    public override float Frequency => documents.Freq * weight;

    public override int Next() => Document = documents.NextDoc();

    public override int Advance(int document) => Document = documents.Advance(document);
}

/// <summary>Words that stand for the same.</summary>
internal sealed class UnionPostings(Postings[] parts) : Postings
{
    public override long Cost { get; } = parts.Sum(part => part.Cost);

    public override float Frequency
    {
        get
        {
            var frequency = 0f;
            foreach (var part in parts)
            {
                frequency += part.Document == Document ? part.Frequency : 0;
            }

            return frequency;
        }
    }

    public override int Next() => Advance(Document + 1);

    public override int Advance(int document)
    {
        var next = End;
        foreach (var part in parts)
        {
            next = Math.Min(next, part.Document < document ? part.Advance(document) : part.Document);
        }

        return Document = next;
    }
}

/// <summary>Words that stand one after the other.</summary>
internal sealed class PhrasePostings : Postings
{
    private readonly DocsAndPositionsEnum[] _words;
    private readonly int[] _offsets;
    private readonly float _weight;
    private readonly List<int> _places = [];
    private readonly List<int> _kept = [];
    private float _frequency;

    /// <param name="words">Positions of each word of the phrase.</param>
    /// <param name="weight">How much one occurrence counts.</param>
    public PhrasePostings(DocsAndPositionsEnum[] words, float weight = 1)
    {
        // The rarest word leads.
        var order = Enumerable.Range(0, words.Length).OrderBy(word => words[word].GetCost()).ToArray();
        _words = [.. order.Select(word => words[word])];
        _offsets = order;
        _weight = weight;
        Cost = _words[0].GetCost();
    }

    public override long Cost { get; }

    public override float Frequency => _frequency;

    public override int Next() => Find(_words[0].NextDoc());

    public override int Advance(int document) => Find(_words[0].DocID < document ? _words[0].Advance(document) : _words[0].DocID);

    private int Find(int document)
    {
        while (document != End)
        {
            var next = document;
            for (var word = 1; word < _words.Length && next == document; word++)
            {
                next = _words[word].DocID < document ? _words[word].Advance(document) : _words[word].DocID;
            }

            if (next == document && HasPhrase())
            {
                return Document = document;
            }

            document = next == document ? _words[0].NextDoc() : next == End ? End : _words[0].Advance(next);
        }

        return Document = End;
    }

    private bool HasPhrase()
    {
        _places.Clear();
        for (var left = _words[0].Freq; left > 0; left--)
        {
            _places.Add(_words[0].NextPosition() - _offsets[0]);
        }

        for (var word = 1; word < _words.Length && _places.Count > 0; word++)
        {
            // Both lists ascend.
            _kept.Clear();
            var place = 0;
            for (var left = _words[word].Freq; left > 0 && place < _places.Count; left--)
            {
                var begin = _words[word].NextPosition() - _offsets[word];
                while (place < _places.Count && _places[place] < begin)
                {
                    place++;
                }

                if (place < _places.Count && _places[place] == begin)
                {
                    _kept.Add(begin);
                }
            }

            _places.Clear();
            _places.AddRange(_kept);
        }

        _frequency = _places.Count * _weight;
        return _places.Count > 0;
    }
}
