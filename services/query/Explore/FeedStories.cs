using Broadsheet.Query.Search;
using Lucene.Net.Index;

namespace Broadsheet.Query.Explore;

/// <summary>
/// Finds the stories of a feed in one pass over the columns of the index: those that trend, by the numbers of their names,
/// and those that come by publish time.
/// </summary>
/// <param name="reader">The index at one moment. Its columns must have been made.</param>
/// <param name="filter">What stories must pass.</param>
/// <param name="follows">Whom or what the caller follows; null if that does not matter.</param>
/// <param name="ranked">The stories that do not come by publish time.</param>
internal sealed class FeedStories(IndexReader reader, StoryFilter filter, FollowedNames? follows, RankedNames ranked)
{
    private readonly Dictionary<long, int> _places = ranked.Places();

    /// <summary>The stories that come next.</summary>
    /// <param name="cursor">How far was shown.</param>
    /// <param name="count">How many at most of each kind.</param>
    /// <param name="apart">A creator whose stories are counted apart from all others; <see cref="FeedCursor.Nobody"/> for none.</param>
    public FoundStories After(FeedCursor cursor, int count, int apart)
    {
        var places = new FeedStory?[ranked.Count];
        var later = new TopStories(count, cursor.Reached);
        var own = new TopStories(apart == FeedCursor.Nobody ? 0 : count, cursor.Reached);
        var heldBack = new TopStories(cursor.HeldBack == FeedCursor.Nobody ? 0 : count, cursor.HeldBackAfter);
        // What was indexed last was mostly published last: beginning there, few stories take the place of others.
        foreach (var leaf in reader.Leaves.Reverse())
        {
            var columns = StoryColumns.Of(leaf.AtomicReader);
            var live = leaf.AtomicReader.LiveDocs;
            for (var story = columns.Count - 1; story >= 0; story--)
            {
                var document = columns.Documents[story];
                if ((live is not null && !live.Get(document)) || !Passes(columns, story))
                {
                    continue;
                }

                var key = new StoryKey(columns.PublishTime[story], columns.Order[story]);
                var creator = columns.Creator[story];
                if (_places.Count > 0 && _places.TryGetValue(RankedNames.NumberOf(key.Order), out var rank))
                {
                    places[rank] = ranked.IsShown(rank) ? null : new FeedStory(document + leaf.DocBase, key, creator, rank);
                }
                else if (cursor.Reached is { } reached && key.CompareTo(reached) <= 0)
                {
                    Offer(creator == cursor.HeldBack && creator != FeedCursor.Nobody ? heldBack : null);
                }
                else
                {
                    Offer(creator == apart && creator != FeedCursor.Nobody ? own : later);
                }

                void Offer(TopStories? to)
                {
                    if (to is not null && key.First >= to.Least)
                    {
                        to.Offer(document + leaf.DocBase, key);
                    }
                }
            }
        }

        return new FoundStories([.. places.OfType<FeedStory>()], Stories(heldBack), [.. Stories(later).Concat(apart == FeedCursor.Nobody ? [] : Stories(own)).OrderBy(story => story.Key)]);
    }

    private bool Passes(StoryColumns columns, int story) =>
        (filter.IsEmpty || filter.Failed(columns, story) == 0)
        && (follows is null || follows.Creators.Contains(columns.Creator[story]) || follows.Communities.Contains(columns.Community[story]));

    private List<FeedStory> Stories(TopStories top) => [.. top.Take().Select(story => new FeedStory(story.Document, story.Key, CreatorOf(story.Document), -1))];

    private int CreatorOf(int document)
    {
        var leaf = reader.Leaves[ReaderUtil.SubIndex(document, reader.Leaves)];
        var columns = StoryColumns.Of(leaf.AtomicReader);
        return columns.Creator[columns.StoryOf(document - leaf.DocBase)];
    }
}

/// <summary>What a caller follows, as numbers of <see cref="StoryColumns"/>.</summary>
internal sealed record FollowedNames(HashSet<int> Creators, HashSet<int> Communities)
{
    /// <summary>Of names that follows have. What no story ever had is left out.</summary>
    public static FollowedNames Of(IEnumerable<string> names)
    {
        var followed = new FollowedNames([], []);
        foreach (var name in names)
        {
            if (name.StartsWith("creators/", StringComparison.Ordinal) && StoryColumns.Creators.Find(name) is { } creator)
            {
                followed.Creators.Add(creator);
            }
            else if (name.StartsWith("communities/", StringComparison.Ordinal) && StoryColumns.Communities.Find(name) is { } community)
            {
                followed.Communities.Add(community);
            }
        }

        return followed;
    }
}
