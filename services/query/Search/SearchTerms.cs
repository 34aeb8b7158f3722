using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Broadsheet.Query.Search;

/// <summary>
/// The terms of a query, each looked up once in each segment: the dictionary says at once how many stories have the
/// term and where its postings are. A word that the text of a segment does not have is in no other field of it.
/// </summary>
internal sealed class SearchTerms : IDisposable
{
    // Readers of term dictionaries by segment and field, not in use now: making one costs more than looking a word up.
    private static readonly ConditionalWeakTable<object, ConcurrentBag<TermsEnum>[]> Unused = [];

    private static readonly string[] Fields =
        [
            IndexField.Text, IndexField.TextExact, IndexField.Title, IndexField.Dek, IndexField.Headings, IndexField.Topic,
            SearchField.Entity, Explore.StoryDates.Field,
        ];

    private readonly Dictionary<(string Field, string Text), SearchTerm> _known = [];
    private readonly List<SearchTerm> _terms = [];
    private readonly IReadOnlyList<AtomicReaderContext> _leaves;
    private readonly TermsEnum?[,] _dictionaries;
    private readonly bool[,] _opened;

    public SearchTerms(IndexReader reader)
    {
        Reader = reader;
        _leaves = [.. reader.Leaves];
        _dictionaries = new TermsEnum?[_leaves.Count, Fields.Length];
        _opened = new bool[_leaves.Count, Fields.Length];
    }

    /// <summary>The index at one moment.</summary>
    public IndexReader Reader { get; }

    /// <summary>A term of a field, looked up if it was not yet.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">The term.</param>
    /// <param name="within">A term without which no segment can have this one.</param>
    public SearchTerm Get(string field, string text, SearchTerm? within = null)
    {
        if (_known.TryGetValue((field, text), out var known))
        {
            return known;
        }

        var term = new SearchTerm(Array.IndexOf(Fields, field), new BytesRef(text), new TermState?[_leaves.Count]);
        for (var leaf = 0; leaf < _leaves.Count; leaf++)
        {
            if ((within is null || within.States[leaf] is not null) && Dictionary(leaf, term.Field) is { } dictionary && dictionary.SeekExact(term.Bytes))
            {
                term.Documents += dictionary.DocFreq;
                term.States[leaf] = dictionary.GetTermState();
            }
        }

        _known[(field, text)] = term;
        _terms.Add(term);
        return term;
    }

    /// <summary>The stories of one segment that have the term; null if none has.</summary>
    public TermPostings? Documents(int leaf, SearchTerm term, float weight, bool frequencies = true) =>
        Seek(leaf, term)?.Docs(_leaves[leaf].AtomicReader.LiveDocs, null, frequencies ? DocsFlags.FREQS : DocsFlags.NONE) is { } documents
            ? new TermPostings(documents, weight)
            : null;

    /// <summary>The same with positions.</summary>
    public DocsAndPositionsEnum? Positions(int leaf, SearchTerm term, bool offsets = false) =>
        Seek(leaf, term)?.DocsAndPositions(
            _leaves[leaf].AtomicReader.LiveDocs, null, offsets ? DocsAndPositionsFlags.OFFSETS : DocsAndPositionsFlags.NONE);

    /// <summary>Gives the readers of the dictionaries back. Postings that were opened can still be read.</summary>
    public void Dispose()
    {
        for (var leaf = 0; leaf < _leaves.Count; leaf++)
        {
            var unused = UnusedOf(leaf);
            for (var field = 0; field < Fields.Length; field++)
            {
                if (_dictionaries[leaf, field] is { } dictionary)
                {
                    unused[field].Add(dictionary);
                    _dictionaries[leaf, field] = null;
                }
            }
        }
    }

    private ConcurrentBag<TermsEnum>[] UnusedOf(int leaf) =>
        Unused.GetValue(_leaves[leaf].AtomicReader.CoreCacheKey, static _ => [.. Fields.Select(_ => new ConcurrentBag<TermsEnum>())]);

    private TermsEnum? Seek(int leaf, SearchTerm term)
    {
        if (term.States[leaf] is not { } state || Dictionary(leaf, term.Field) is not { } dictionary)
        {
            return null;
        }

        dictionary.SeekExact(term.Bytes, state);
        return dictionary;
    }

    private TermsEnum? Dictionary(int leaf, int field)
    {
        if (!_opened[leaf, field])
        {
            _opened[leaf, field] = true;
            _dictionaries[leaf, field] = UnusedOf(leaf)[field].TryTake(out var unused) ? unused : _leaves[leaf].AtomicReader.GetTerms(Fields[field])?.GetEnumerator();
        }

        return _dictionaries[leaf, field];
    }
}

/// <summary>A term and where each segment has it.</summary>
internal sealed class SearchTerm(int number, BytesRef bytes, TermState?[] states)
{
    /// <summary>Number of its field.</summary>
    public int Field => number;

    /// <summary>The term.</summary>
    public BytesRef Bytes => bytes;

    /// <summary>Where its postings are, by segment; null where it has none.</summary>
    public TermState?[] States => states;

    /// <summary>How many stories have it, some that are gone included.</summary>
    public long Documents { get; set; }
}
