namespace Broadsheet.Query.Explore;

/// <summary>
/// The order in which a feed is shown: of the stories left, the first in the feed's own order that is not by the creator
/// of the last two; if all that are left are, the first. So what is held back comes as soon as it may, nothing is left
/// out, and what a page needs of the pages before fits into a <see cref="FeedCursor"/>.
/// </summary>
internal sealed class DiverseOrder
{
    /// <summary>How many in a row one creator has at most while others are left.</summary>
    public const int MostInARow = 2;

    private readonly int _size;
    private readonly List<FeedStory> _ranked;
    private readonly List<FeedStory> _heldBack;
    private readonly List<FeedStory> _later;
    private readonly bool _knowsEnough;
    private FeedCursor _cursor;
    private int _nextHeldBack;
    private int _nextLater;

    private DiverseOrder(FoundStories found, FeedCursor cursor, int size, bool knowsEnough)
    {
        _ranked = [.. found.Ranked];
        _heldBack = [.. found.HeldBack];
        _later = [.. found.Later];
        _knowsEnough = knowsEnough || found.Later.Count <= size;
        (_cursor, _size) = (cursor, size);
    }

    /// <summary>The next page.</summary>
    /// <param name="find">
    /// Finds the stories that come next, at least one more than a page has, if there are as many; as many again of the
    /// creator whom it is given.
    /// </param>
    /// <param name="cursor">How far was shown.</param>
    /// <param name="size">How many to show.</param>
    public static FeedPage Take(Func<int, FoundStories> find, FeedCursor cursor, int size)
    {
        var order = new DiverseOrder(find(FeedCursor.Nobody), cursor, size, knowsEnough: false);
        if (order.TryTake(out var page))
        {
            return page;
        }

        // All that is left of what was found is by one creator. With more than a page of that one, and more than a page
        // of all others, the page can be filled: who comes next is among them until it is.
        new DiverseOrder(find(order._cursor.LastCreator), cursor, size, knowsEnough: true).TryTake(out page);
        return page;
    }

    private bool TryTake(out FeedPage page)
    {
        var shown = new List<FeedStory>(_size);
        while (shown.Count < _size && Left)
        {
            if (Next() is not { } story)
            {
                page = default!;
                return false;
            }

            shown.Add(story);
            _cursor = _cursor.Shown(story.Creator);
        }

        if (_nextHeldBack == _heldBack.Count)
        {
            _cursor = _cursor with { HeldBack = FeedCursor.Nobody, HeldBackAfter = null };
        }

        page = new FeedPage(shown, _cursor, Left, _ranked.Count);
        return true;
    }

    private bool Left => _ranked.Count > 0 || _nextHeldBack < _heldBack.Count || _nextLater < _later.Count;

    /// <summary>Null if it is not among what was found in the index.</summary>
    private FeedStory? Next()
    {
        var ranked = _ranked.FindIndex(story => _cursor.Allows(story.Creator));
        if (ranked >= 0)
        {
            return Ranked(ranked);
        }

        if (_nextHeldBack < _heldBack.Count && _cursor.Allows(_heldBack[_nextHeldBack].Creator))
        {
            return HeldBack();
        }

        var later = _later.FindIndex(_nextLater, story => _cursor.Allows(story.Creator));
        if (later >= 0)
        {
            return Later(later);
        }

        if (!_knowsEnough)
        {
            return null;
        }

        return _ranked.Count > 0 ? Ranked(0) : _nextHeldBack < _heldBack.Count ? HeldBack() : Later(_nextLater);
    }

    private FeedStory Ranked(int index)
    {
        var story = _ranked[index];
        _ranked.RemoveAt(index);
        return story;
    }

    private FeedStory HeldBack()
    {
        var story = _heldBack[_nextHeldBack++];
        _cursor = _cursor with { HeldBackAfter = story.Key };
        return story;
    }

    /// <summary>Passes over what stands before it.</summary>
    private FeedStory Later(int index)
    {
        var story = _later[index];
        if (index > _nextLater)
        {
            if (_nextHeldBack == _heldBack.Count)
            {
                _cursor = _cursor with { HeldBack = _later[_nextLater].Creator, HeldBackAfter = _cursor.Reached };
            }

            _heldBack.AddRange(_later[_nextLater..index]);
        }

        _nextLater = index + 1;
        _cursor = _cursor with { Reached = story.Key };
        return story;
    }
}

/// <summary>Stories that can come next.</summary>
/// <param name="Ranked">Those that come first, in an order of their own; all of them.</param>
/// <param name="HeldBack">Those that were held back so far, last published first.</param>
/// <param name="Later">Those behind what was reached, last published first.</param>
internal sealed record FoundStories(IReadOnlyList<FeedStory> Ranked, IReadOnlyList<FeedStory> HeldBack, IReadOnlyList<FeedStory> Later);

/// <summary>A page of a feed.</summary>
/// <param name="Stories">Its stories, in order.</param>
/// <param name="Cursor">How far was shown with them.</param>
/// <param name="HasMore">True if others come behind.</param>
/// <param name="RankedLeft">How many of the ranked stories come behind.</param>
internal sealed record FeedPage(IReadOnlyList<FeedStory> Stories, FeedCursor Cursor, bool HasMore, int RankedLeft);
