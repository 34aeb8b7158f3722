using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>
/// Counts the stories that a query finds and keeps the best of those that come after a key. What a story is sorted by
/// is two numbers, so a page can begin after any of them, whatever document numbers the stories have by then.
/// </summary>
internal sealed class TopStories(int count, bool newestFirst, StoryKey? after) : ICollector
{
    private readonly PriorityQueue<int, StoryKey> _worstFirst = new(count + 1, Comparer<StoryKey>.Create(static (left, right) => right.CompareTo(left)));
    private NumericDocValues? _publishTimes;
    private NumericDocValues? _orders;
    private Scorer? _scorer;
    private int _base;

    /// <summary>How many stories the query finds.</summary>
    public int Total { get; private set; }

    // Otherwise the library prepares every part of the query twice, and then goes in order all the same.
    public bool AcceptsDocsOutOfOrder => false;

    /// <summary>The best, best first, with their keys.</summary>
    public (int Document, StoryKey Key)[] Take()
    {
        var top = new (int, StoryKey)[_worstFirst.Count];
        for (var i = top.Length - 1; i >= 0; i--)
        {
            _worstFirst.TryDequeue(out var document, out var key);
            top[i] = (document, key);
        }

        return top;
    }

    public void SetScorer(Scorer scorer) => _scorer = scorer;

    public void SetNextReader(AtomicReaderContext context)
    {
        _base = context.DocBase;
        _orders = context.AtomicReader.GetNumericDocValues(IndexField.Order);
        _publishTimes = newestFirst ? context.AtomicReader.GetNumericDocValues(IndexField.PublishTime) : null;
    }

    public void Collect(int doc)
    {
        Total++;
        var first = _publishTimes is { } times ? times.Get(doc) : StoryKey.OfScore(_scorer!.GetScore());
        // Most stories are worse than those found already, and that takes one comparison.
        var full = _worstFirst.Count == count;
        _worstFirst.TryPeek(out _, out var worst);
        if (full && first < worst.First)
        {
            return;
        }

        var key = new StoryKey(first, _orders!.Get(doc));
        if ((after is { } last && key.CompareTo(last) <= 0) || (full && key.CompareTo(worst) >= 0))
        {
            return;
        }

        if (full)
        {
            _worstFirst.DequeueEnqueue(_base + doc, key);
        }
        else
        {
            _worstFirst.Enqueue(_base + doc, key);
        }
    }
}

/// <summary>What stories are sorted by: the score or the publish time, the higher the better, then a number of the story's own.</summary>
internal readonly record struct StoryKey(long First, long Order) : IComparable<StoryKey>
{
    /// <summary>Scores are not negative, so their bits sort as they do.</summary>
    public static long OfScore(float score) => BitConverter.SingleToInt32Bits(score);

    /// <summary>The score, if that is what is sorted by.</summary>
    public float Score => BitConverter.Int32BitsToSingle((int)First);

    public int CompareTo(StoryKey other) => First != other.First ? other.First.CompareTo(First) : Order.CompareTo(other.Order);
}
