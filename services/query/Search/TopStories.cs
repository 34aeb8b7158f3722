namespace Broadsheet.Query.Search;

/// <summary>
/// Keeps the best of the stories that come after a key. What a story is sorted by is two numbers, so a page can begin
/// after any of them, whatever document numbers the stories have by then.
/// </summary>
internal sealed class TopStories(int count, StoryKey? after)
{
    private readonly PriorityQueue<int, StoryKey> _worstFirst = new(count + 1, Comparer<StoryKey>.Create(static (left, right) => right.CompareTo(left)));

    /// <summary>What a story must have at least as its first number to be among the best found so far.</summary>
    public long Least { get; private set; } = long.MinValue;

    /// <summary>What a story can have at most as its first number to come after the page before.</summary>
    public long Most { get; } = after?.First ?? long.MaxValue;

    /// <summary>Keeps the story if it is among the best.</summary>
    public void Offer(int document, StoryKey key)
    {
        if (after is { } last && key.CompareTo(last) <= 0)
        {
            return;
        }

        if (_worstFirst.Count < count)
        {
            _worstFirst.Enqueue(document, key);
        }
        else if (_worstFirst.TryPeek(out _, out var worst) && key.CompareTo(worst) < 0)
        {
            _worstFirst.DequeueEnqueue(document, key);
        }
        else
        {
            return;
        }

        if (_worstFirst.Count == count && _worstFirst.TryPeek(out _, out var least))
        {
            Least = least.First;
        }
    }

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
