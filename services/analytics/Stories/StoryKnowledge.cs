using System.Collections.Concurrent;
using Broadsheet.Analytics.Storage;
using Broadsheet.Content.V1;
using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Stories;

/// <summary>What is known of a story.</summary>
/// <param name="Story">Its name.</param>
/// <param name="Title">Its headline.</param>
/// <param name="Community">Name of its community.</param>
/// <param name="Creator">Name of its creator.</param>
/// <param name="Published">False once readers can't see it any more.</param>
/// <param name="Revision">That readers see, or saw last.</param>
/// <param name="KnownFrom">Commit of the first change that showed it to readers.</param>
/// <param name="PublishTime">When it says it was published.</param>
/// <param name="Version">Of the newest change taken in.</param>
internal sealed record StoryFacts(
    string Story, string Title, string Community, string Creator, bool Published, int Revision, DateTimeOffset KnownFrom, DateTimeOffset PublishTime, long Version);

/// <summary>
/// What the change feed told of stories: in tables, and in memory for the writer and for quick answers. Written by the
/// writer only, in the transaction that moves the cursor.
/// </summary>
internal sealed class StoryKnowledge
{
    private const double WordsPerMinute = 238;
    private const int FirstImageSeconds = 12;
    private const int LeastImageSeconds = 3;

    private readonly ConcurrentDictionary<string, StoryFacts> _stories = new(StringComparer.Ordinal);
    private readonly HashSet<(string Story, int Revision)> _revisions = [];
    private volatile TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next change.</summary>
    public Task Grown => _grown.Task;

    /// <summary>What is known of the story; null if it was never heard of.</summary>
    public StoryFacts? Find(string story) => _stories.GetValueOrDefault(story);

    /// <summary>Reads what is known from the tables.</summary>
    public void Load(DuckDBConnection connection)
    {
        _stories.Clear();
        _revisions.Clear();
        foreach (var facts in connection.Query(
            "select story, title, community, creator, published, revision, known_from, publish_time, version from stories",
            row => new StoryFacts(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetInt32(5), row.Moment(6), row.Moment(7), row.GetInt64(8))))
        {
            _stories[facts.Story] = facts;
        }

        _revisions.UnionWith(connection.Query("select story, revision from story_revisions", row => (row.GetString(0), row.GetInt32(1))));
    }

    /// <summary>Where the feed was followed to; empty at first.</summary>
    public static string Cursor(DuckDBConnection connection) => connection.Scalar<string>("select cursor from feed");

    /// <summary>Takes in changes and the cursor after them.</summary>
    public void Apply(DuckDBConnection connection, IReadOnlyList<Change> changes, string cursor)
    {
        var changed = new Dictionary<string, StoryFacts>(StringComparer.Ordinal);
        var revisions = new List<(StoryFacts Facts, DateTimeOffset ShownFrom, Story Story)>();
        foreach (var change in changes)
        {
            var committed = change.CommitTime?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
            switch (change.PayloadCase)
            {
                case Change.PayloadOneofCase.Story:
                    Take(change, committed);
                    break;
                case Change.PayloadOneofCase.Tombstone when Find(change.Resource) is { } gone && gone.Version < change.Version:
                    Remember(gone with { Published = false, Version = change.Version });
                    break;
                case Change.PayloadOneofCase.Tombstone:
                    connection.Execute("delete from comments where comment = $1", change.Resource);
                    break;
                case Change.PayloadOneofCase.Comment when change.Comment.Author.Length > 0 && change.Comment.CreateTime is { } created:
                    connection.Execute("delete from comments where comment = $1", change.Resource);
                    connection.Execute(
                        "insert into comments values ($1, $2, $3, $4)",
                        change.Resource, StoryOf(change.Resource), change.Comment.Author, created.ToDateTimeOffset().Stored());
                    break;
                default:
                    // Communities, creators and kinds of later versions: nothing is counted by what they say.
                    break;
            }
        }

        Store(connection, changed.Values, revisions);
        connection.Execute("update feed set cursor = $1", cursor);
        Interlocked.Exchange(ref _grown, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

        void Take(Change change, DateTimeOffset committed)
        {
            var known = Find(change.Resource);
            if (known is not null && known.Version >= change.Version)
            {
                return;
            }

            var story = change.Story;
            var facts = new StoryFacts(
                change.Resource, story.Title, story.Community, story.Creator, true, story.PublishedRevision,
                known is null || committed < known.KnownFrom ? committed : known.KnownFrom,
                story.PublishTime?.ToDateTimeOffset() ?? committed, change.Version);
            Remember(facts);
            if (_revisions.Add((change.Resource, story.PublishedRevision)))
            {
                revisions.Add((facts, committed, story));
            }
        }

        void Remember(StoryFacts facts)
        {
            _stories[facts.Story] = facts;
            changed[facts.Story] = facts;
        }
    }

    /// <summary>Words ÷ 238 a minute, 12 s for the first image and one less for each further one, at least 3 s; not rounded.</summary>
    public static double ReadingSeconds(int words, int images)
    {
        var seconds = words / WordsPerMinute * 60;
        for (var image = 0; image < images; image++)
        {
            seconds += Math.Max(FirstImageSeconds - image, LeastImageSeconds);
        }

        return seconds;
    }

    private static void Store(DuckDBConnection connection, Dictionary<string, StoryFacts>.ValueCollection changed, List<(StoryFacts Facts, DateTimeOffset ShownFrom, Story Story)> revisions)
    {
        if (changed.Count > 0)
        {
            var places = string.Join(", ", Enumerable.Range(1, changed.Count).Select(number => $"${number}"));
            connection.Execute($"delete from stories where story in ({places})", changed.Select(facts => (object?)facts.Story).ToArray());
            using var rows = connection.CreateAppender("stories");
            foreach (var facts in changed)
            {
                rows.CreateRow()
                    .AppendValue(facts.Story).AppendValue(facts.Title).AppendValue(facts.Community).AppendValue(facts.Creator)
                    .AppendValue(facts.Published).AppendValue(facts.Revision).AppendValue(facts.KnownFrom.Stored()).AppendValue(facts.PublishTime.Stored())
                    .AppendValue(facts.Version).EndRow();
            }
        }

        if (revisions.Count > 0)
        {
            using var rows = connection.CreateAppender("story_revisions");
            foreach (var (facts, shownFrom, story) in revisions)
            {
                rows.CreateRow()
                    .AppendValue(facts.Story).AppendValue(story.PublishedRevision).AppendValue(shownFrom.Stored())
                    .AppendValue(story.Sections.Select(section => section.Id).ToList())
                    .AppendValue(ReadingSeconds(story.WordCount, story.Media.Count)).EndRow();
            }
        }
    }

    private static string StoryOf(string comment) => comment[..comment.IndexOf("/comments/", StringComparison.Ordinal)];
}
