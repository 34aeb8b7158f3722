using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Search;

/// <summary>
/// What stories of one segment are filtered, counted and sorted by, in memory. Most documents of the index are
/// sentences and events; here stories are numbered without them, so a story takes about sixty bytes and is found by
/// two array reads. A segment never changes, so its columns are made once; that a story is gone is known elsewhere.
/// </summary>
internal sealed class StoryColumns
{
    /// <summary>Numbers of the values of each field.</summary>
    public static readonly NameTable Communities = new();

    /// <inheritdoc cref="Communities"/>
    public static readonly NameTable Creators = new();

    /// <inheritdoc cref="Communities"/>
    public static readonly NameTable Topics = new();

    /// <inheritdoc cref="Communities"/>
    public static readonly NameTable Languages = new();

    /// <inheritdoc cref="Communities"/>
    public static readonly NameTable Years = new();

    private static readonly ConditionalWeakTable<object, StoryColumns> Known = [];

    private readonly ulong[] _isStory;
    private readonly int[] _storiesBefore;

    private StoryColumns(AtomicReader segment)
    {
        _isStory = new ulong[(segment.MaxDoc + 63) / 64];
        _storiesBefore = new int[_isStory.Length + 1];
        Documents = StoriesOf(segment);
        foreach (var document in Documents)
        {
            _isStory[document >> 6] |= 1UL << (document & 63);
        }

        for (var word = 0; word < _isStory.Length; word++)
        {
            _storiesBefore[word + 1] = _storiesBefore[word] + BitOperations.PopCount(_isStory[word]);
        }

        Community = Single(segment, IndexField.Community, Communities);
        Creator = Single(segment, IndexField.Creator, Creators);
        Language = Single(segment, IndexField.Language, Languages);
        (TopicsFrom, TopicNumbers) = Several(segment, IndexField.Topic, Topics);
        PublishTime = new long[Count];
        Order = new long[Count];
        Year = new int[Count];
        TextNorm = new byte[Count];
        var times = segment.GetNumericDocValues(IndexField.PublishTime);
        var orders = segment.GetNumericDocValues(IndexField.Order);
        var norms = segment.GetNormValues(IndexField.Text);
        var years = new Dictionary<int, int>();
        for (var story = 0; story < Count; story++)
        {
            var document = Documents[story];
            PublishTime[story] = times.Get(document);
            Order[story] = orders.Get(document);
            TextNorm[story] = norms is null ? (byte)0 : (byte)norms.Get(document);
            var year = DateTime.UnixEpoch.AddTicks(PublishTime[story] * TimeSpan.TicksPerMicrosecond).Year;
            if (!years.TryGetValue(year, out var number))
            {
                years[year] = number = Years.NumberOf(year.ToString(CultureInfo.InvariantCulture));
            }

            Year[story] = number;
        }
    }

    /// <summary>How many stories the segment has, those that are gone included.</summary>
    public int Count => Documents.Length;

    /// <summary>Document of each story.</summary>
    public int[] Documents { get; }

    /// <summary>Number of the value of each story in <see cref="Communities"/>, and so on.</summary>
    public int[] Community { get; }

    /// <inheritdoc cref="Community"/>
    public int[] Creator { get; }

    /// <inheritdoc cref="Community"/>
    public int[] Language { get; }

    /// <inheritdoc cref="Community"/>
    public int[] Year { get; }

    /// <summary>Where the topics of a story begin in <see cref="TopicNumbers"/>; one entry more than there are stories.</summary>
    public int[] TopicsFrom { get; }

    /// <inheritdoc cref="TopicsFrom"/>
    public int[] TopicNumbers { get; }

    /// <summary>Microseconds since 1970.</summary>
    public long[] PublishTime { get; }

    /// <summary>See <see cref="IndexField.Order"/>.</summary>
    public long[] Order { get; }

    /// <summary>Encoded length of the text.</summary>
    public byte[] TextNorm { get; }

    /// <summary>The columns of a segment, made when first asked for.</summary>
    public static StoryColumns Of(AtomicReader segment) => Known.GetValue(segment.CoreCacheKey, _ => new StoryColumns(segment));

    /// <summary>Makes the columns before anybody waits for them.</summary>
    public static void Prepare(IndexReader reader)
    {
        foreach (var leaf in reader.Leaves)
        {
            Of(leaf.AtomicReader);
        }
    }

    /// <summary>Number of the story that a document is.</summary>
    public int StoryOf(int document) =>
        _storiesBefore[document >> 6] + BitOperations.PopCount(_isStory[document >> 6] & ((1UL << (document & 63)) - 1));

    /// <summary>How many stories come before a document.</summary>
    public int StoriesBefore(int document) => document >= _isStory.Length * 64 ? Count : StoryOf(document);

    private static int[] StoriesOf(AtomicReader segment)
    {
        var documents = new List<int>();
        var stories = segment.GetTermDocsEnum(new Term(IndexField.Kind, IndexField.Kinds.Story));
        // Those that are gone count too: the columns serve every view of the segment.
        stories = segment.GetTerms(IndexField.Kind)?.GetEnumerator() is { } terms && terms.SeekExact(new BytesRef(IndexField.Kinds.Story))
            ? terms.Docs(null, stories, DocsFlags.NONE)
            : null;
        while (stories is not null && stories.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            documents.Add(stories.DocID);
        }

        return [.. documents];
    }

    private int[] Single(AtomicReader segment, string field, NameTable table)
    {
        var numbers = new int[Count];
        var values = segment.GetSortedDocValues(field);
        var known = Numbers(values?.ValueCount ?? 0, (ordinal, bytes) => values!.LookupOrd(ordinal, bytes), table);
        for (var story = 0; story < numbers.Length; story++)
        {
            numbers[story] = values?.GetOrd(Documents[story]) is { } ordinal and >= 0 ? known[ordinal] : -1;
        }

        return numbers;
    }

    private (int[] From, int[] Numbers) Several(AtomicReader segment, string field, NameTable table)
    {
        var from = new int[Count + 1];
        var numbers = new List<int>();
        var values = segment.GetSortedSetDocValues(field);
        var known = Numbers((int)(values?.ValueCount ?? 0), (ordinal, bytes) => values!.LookupOrd(ordinal, bytes), table);
        for (var story = 0; story < Count; story++)
        {
            if (values is not null)
            {
                values.SetDocument(Documents[story]);
                for (var ordinal = values.NextOrd(); ordinal != SortedSetDocValues.NO_MORE_ORDS; ordinal = values.NextOrd())
                {
                    numbers.Add(known[ordinal]);
                }
            }

            from[story + 1] = numbers.Count;
        }

        return (from, [.. numbers]);
    }

    private static int[] Numbers(int count, Action<int, BytesRef> lookUp, NameTable table)
    {
        var numbers = new int[count];
        var bytes = new BytesRef();
        for (var ordinal = 0; ordinal < count; ordinal++)
        {
            lookUp(ordinal, bytes);
            // An empty value is none.
            numbers[ordinal] = bytes.Length == 0 ? -1 : table.NumberOf(bytes.Utf8ToString());
        }

        return numbers;
    }
}
