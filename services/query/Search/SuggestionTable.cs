using System.Runtime.CompilerServices;
using System.Text;
using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>
/// What one segment can suggest of one kind: keys in order, each with a weight, so that all that begins alike lies
/// together and the heaviest of it is found by looking at the heaviest of each stretch. A segment never changes, so its
/// table is made once; whether a story is gone is asked when something is suggested.
/// </summary>
internal sealed class SuggestionTable
{
    // Entries in a stretch.
    private const int Stretch = 64;

    private static readonly ConditionalWeakTable<object, SuggestionTable> Titles = [];
    private static readonly ConditionalWeakTable<object, SuggestionTable> Entities = [];
    private static readonly ConditionalWeakTable<object, SuggestionTable> Topics = [];

    private readonly byte[] _keys;
    private readonly int[] _ends;
    private readonly int[] _documents;
    private readonly long[] _weights;
    private readonly long[] _heaviest;

    private SuggestionTable(AtomicReader segment, string field)
    {
        using var keys = new MemoryStream();
        var (ends, documents, weights) = (new List<int>(), new List<int>(), new List<long>());
        var times = segment.GetNumericDocValues(IndexField.PublishTime);
        var terms = segment.GetTerms(field)?.GetEnumerator();
        DocsEnum? stories = null;
        while (terms is not null && terms.MoveNext())
        {
            keys.Write(terms.Term.Bytes, terms.Term.Offset, terms.Term.Length);
            ends.Add((int)keys.Length);
            if (field != SearchField.TitleSuggestion)
            {
                documents.Add(-1);
                weights.Add(terms.DocFreq);
                continue;
            }

            stories = terms.Docs(null, stories, DocsFlags.NONE);
            while (stories.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                if (documents.Count == ends.Count)
                {
                    // One entry more of the same title.
                    keys.Write(terms.Term.Bytes, terms.Term.Offset, terms.Term.Length);
                    ends.Add((int)keys.Length);
                }

                documents.Add(stories.DocID);
                weights.Add(times.Get(stories.DocID));
            }
        }

        _keys = keys.ToArray();
        (_ends, _documents, _weights) = ([.. ends], [.. documents], [.. weights]);
        _heaviest = new long[(_weights.Length + Stretch - 1) / Stretch];
        for (var entry = 0; entry < _weights.Length; entry++)
        {
            _heaviest[entry / Stretch] = entry % Stretch == 0 ? _weights[entry] : Math.Max(_heaviest[entry / Stretch], _weights[entry]);
        }
    }

    /// <summary>The table of a segment for a field, made when first asked for.</summary>
    public static SuggestionTable Of(AtomicReader segment, string field) => (field switch
    {
        SearchField.TitleSuggestion => Titles,
        SearchField.EntitySuggestion => Entities,
        _ => Topics,
    }).GetValue(segment.CoreCacheKey, _ => new SuggestionTable(segment, field));

    /// <summary>The heaviest entries that begin so and are wanted, heaviest first.</summary>
    /// <param name="prefix">What they begin with.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="wanted">Asked from the heaviest on.</param>
    public List<int> Heaviest(ReadOnlySpan<byte> prefix, int count, Func<int, bool> wanted)
    {
        var (first, end) = (FirstFrom(prefix, after: false), FirstFrom(prefix, after: true));
        // Entries and whole stretches in one queue: a stretch is opened when nothing heavier is left.
        var queue = new PriorityQueue<(bool IsStretch, int Number), (long Weight, int Number)>(
            Math.Min(end - first, ((end - first) / Stretch) + (4 * Stretch)),
            Comparer<(long Weight, int Number)>.Create(static (left, right) => left.Weight != right.Weight ? right.Weight.CompareTo(left.Weight) : left.Number.CompareTo(right.Number)));
        for (var entry = first; entry < end;)
        {
            if (entry % Stretch == 0 && entry + Stretch <= end)
            {
                queue.Enqueue((true, entry / Stretch), (_heaviest[entry / Stretch], entry));
                entry += Stretch;
            }
            else
            {
                queue.Enqueue((false, entry), (_weights[entry], entry));
                entry++;
            }
        }

        var found = new List<int>(count);
        while (found.Count < count && queue.TryDequeue(out var next, out _))
        {
            if (next.IsStretch)
            {
                for (var entry = next.Number * Stretch; entry < (next.Number + 1) * Stretch; entry++)
                {
                    queue.Enqueue((false, entry), (_weights[entry], entry));
                }
            }
            else if (wanted(next.Number))
            {
                found.Add(next.Number);
            }
        }

        return found;
    }

    /// <summary>The term of an entry.</summary>
    public string TermOf(int entry) => Encoding.UTF8.GetString(KeyOf(entry));

    /// <summary>The story of a title.</summary>
    public int DocumentOf(int entry) => _documents[entry];

    /// <summary>Its weight: stories that have it, or when a title was published.</summary>
    public long WeightOf(int entry) => _weights[entry];

    private ReadOnlySpan<byte> KeyOf(int entry) => _keys.AsSpan((entry == 0 ? 0 : _ends[entry - 1]).._ends[entry]);

    private int FirstFrom(ReadOnlySpan<byte> prefix, bool after)
    {
        var (low, high) = (0, _ends.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var key = KeyOf(middle);
            var order = key[..Math.Min(key.Length, prefix.Length)].SequenceCompareTo(prefix);
            (low, high) = order < 0 || (after && order == 0) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
