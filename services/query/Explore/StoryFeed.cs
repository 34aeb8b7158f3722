using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Explore;

/// <summary>Makes a page of a feed from the index at one moment and what other services said of it.</summary>
internal sealed class StoryFeed
{
    private readonly IndexReading _reading;
    private readonly ExploreRequest _request;
    private readonly IReadOnlyList<string>? _follows;
    private readonly ListTrendingResponse? _trending;
    private readonly Dictionary<string, TrendingScore?> _scores = new(StringComparer.Ordinal);

    /// <param name="reading">The index.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="follows">What the caller follows; null if the feed is not of that.</param>
    /// <param name="trending">What trends; null if the feed is not of that, or it is not known.</param>
    public StoryFeed(IndexReading reading, ExploreRequest request, IReadOnlyList<string>? follows, ListTrendingResponse? trending)
    {
        (_reading, _request, _follows, _trending) = (reading, request, follows, trending);
        StoryColumns.Prepare(reading.Searcher.IndexReader);
        foreach (var story in trending?.Stories ?? [])
        {
            _scores.TryAdd(story.Story, story.Score);
        }
    }

    /// <summary>The position at which a list of what trends begins.</summary>
    public static ExplorePosition First(ListTrendingResponse? trending, ExploreFallbackReason reason)
    {
        var numbers = (trending?.Stories ?? [])
            .Select(story => RankedNames.NumberOf(StoryDocuments.OrderOf(story.Story)))
            .Distinct()
            .Take(RankedNames.Most);
        return new ExplorePosition(new FeedCursor(), new RankedNames([.. numbers]), reason);
    }

    /// <summary>The page at a position.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="filter">What its token is for.</param>
    public ExploreResponse Page(ExplorePosition position, string filter)
    {
        var size = PageToken.Size(_request.PageSize, 10, 100);
        var stories = new FeedStories(
            _reading.Searcher.IndexReader, FilterOf(_request), _follows is null ? null : FollowedNames.Of(_follows), position.Ranked);
        var page = DiverseOrder.Take(apart => stories.After(position.Cursor, size + 1, apart), position.Cursor, size);
        var response = new ExploreResponse { Ordering = ExploreOrdering.Recency, FallbackReason = position.Fallback };
        foreach (var story in page.Stories)
        {
            var explored = Card(story);
            explored.Reason = ReasonOf(story, explored);
            response.Stories.Add(explored);
            if (story.Rank >= 0)
            {
                response.Ordering = ExploreOrdering.Trending;
            }
        }

        if (_request.Feed == ExploreFeed.Trending && position.Fallback == ExploreFallbackReason.Unspecified
            && page.RankedLeft == 0 && (page.Stories.Count == 0 || page.Stories.Any(story => story.Rank < 0)))
        {
            response.FallbackReason = ExploreFallbackReason.TooFewTrending;
        }

        if (page.HasMore)
        {
            var shown = page.Stories.Where(story => story.Rank >= 0).Select(story => story.Rank);
            response.NextPageToken = (position with { Cursor = page.Cursor, Ranked = position.Ranked.With(shown) }).Encode(filter);
        }

        return response;
    }

    private static StoryFilter FilterOf(ExploreRequest request) => new(new SearchRequest
    {
        Community = request.Community,
        Creator = request.Creator,
        Topic = request.Topic,
        Language = request.Language,
        PublishedFrom = request.PublishedFrom,
        PublishedBefore = request.PublishedBefore,
    });

    private ExploredStory Card(FeedStory story)
    {
        var card = StoryCard.Read(_reading.Searcher, story.Document, null);
        return new ExploredStory
        {
            Story = card.Story,
            Revision = card.Revision,
            Title = card.Title,
            Dek = card.Dek,
            Community = card.Community,
            Creator = card.Creator,
            PublishTime = card.PublishTime,
        };
    }

    private ExploreReason ReasonOf(FeedStory story, ExploredStory explored)
    {
        if (story.Rank >= 0)
        {
            // The place is the one of the first page; the score is as analytics has it now.
            var trending = new TrendingReason { Rank = story.Rank + 1 };
            if (_scores.TryGetValue(explored.Story, out var score))
            {
                (trending.Score, trending.Rule, trending.ComputedAt) = (score, _trending!.Rule, _trending.ComputedAt);
            }

            return new ExploreReason { Trending = trending };
        }

        return _follows is not null
            ? new ExploreReason
            {
                Following = new FollowingReason
                {
                    Creator = _follows.Contains(explored.Creator) ? explored.Creator : "",
                    Community = _follows.Contains(explored.Community) ? explored.Community : "",
                },
            }
            : new ExploreReason
            {
                Latest = new LatestReason
                {
                    Community = _request.Community,
                    Creator = _request.Creator,
                    Topic = StoryFilter.TopicOf(_request.Topic),
                    Language = _request.Language,
                },
            };
    }
}
