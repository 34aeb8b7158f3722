using System.Collections.Concurrent;
using Broadsheet.Analytics.Storage;
using Broadsheet.Content.V1;

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

/// <summary>What is known of a revision that readers saw.</summary>
/// <param name="Story">Name of the story.</param>
/// <param name="Revision">Its number.</param>
/// <param name="ShownFrom">Commit of the change that showed it to readers.</param>
/// <param name="Sections">Ids in reading order, the lead first.</param>
/// <param name="ReadingSeconds">Not rounded.</param>
internal sealed record StoryRevision(string Story, int Revision, DateTimeOffset ShownFrom, IReadOnlyList<string> Sections, double ReadingSeconds);

/// <summary>A comment that readers see.</summary>
internal sealed record CommentFacts(string Story, string Author, DateTimeOffset CreateTime);

/// <summary>
/// What the change feed told of stories: in tables, and in memory for the writer and for quick answers. Written by the
/// writer only, in the transaction that moves the cursor.
/// </summary>
internal sealed class StoryKnowledge
{
    private const string CommentsOf = "/comments/";
    private const double WordsPerMinute = 238;
    private const int FirstImageSeconds = 12;
    private const int LeastImageSeconds = 3;

    private readonly ConcurrentDictionary<string, StoryFacts> _stories = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Story, int Revision), bool> _revisions = [];
    private long _changes;
    private volatile TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Another number when the tables hold anything that they did not before.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Says that what was taken in is in the tables.</summary>
    public void NoteStored() => Interlocked.Increment(ref _changes);

    /// <summary>Completes with the next change.</summary>
    public Task Grown => _grown.Task;

    /// <summary>What is known of the story; null if it was never heard of.</summary>
    public StoryFacts? Find(string story) => _stories.GetValueOrDefault(story);

    /// <summary>True if a story that readers see or saw meets the condition.</summary>
    public bool Any(Func<StoryFacts, bool> condition) => _stories.Values.Any(condition);

    /// <summary>True for a change that shows readers a story or a revision which was not known before.</summary>
    public bool IsNews(Change change) => change.PayloadCase == Change.PayloadOneofCase.Story && !_revisions.ContainsKey((change.Resource, change.Story.PublishedRevision));

    /// <summary>Reads what is known from the tables.</summary>
    public async Task LoadAsync(IAnalyticsStore store, CancellationToken cancellationToken)
    {
        _stories.Clear();
        _revisions.Clear();
        await store.ReadAsync(
            new Sql(store.Dialect) { Text = $"select story, title, community, creator, published, revision, known_from, publish_time, version from {store.Dialect.Current("stories")} s" },
            row =>
            {
                var facts = new StoryFacts(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetInt32(5), row.Moment(6), row.Moment(7), row.GetInt64(8));
                _stories[facts.Story] = facts;
            },
            cancellationToken);
        await store.ReadAsync(
            new Sql(store.Dialect) { Text = $"select story, revision from {store.Dialect.Current("story_revisions")} r" },
            row => _revisions.TryAdd((row.GetString(0), row.GetInt32(1)), true),
            cancellationToken);
    }

    /// <summary>Where the feed was followed to; empty at first.</summary>
    public static async Task<string> CursorAsync(IAnalyticsStore store, CancellationToken cancellationToken) =>
        (await store.QueryAsync($"select cursor from {store.Dialect.Current("feed")} f", row => row.GetString(0), cancellationToken)).FirstOrDefault("");

    /// <summary>Takes in changes.</summary>
    /// <param name="batch">Takes the rows.</param>
    /// <param name="changes">In the order of the feed.</param>
    /// <param name="anew">
    /// What was seen of a feed that is read anew, to be added to: its versions need not be those of the feed that was followed before,
    /// so what is seen for the first time counts whatever its version. Null if the feed goes on.
    /// </param>
    public void Apply(WriteBatch batch, IReadOnlyList<Change> changes, HashSet<string>? anew)
    {
        foreach (var change in changes)
        {
            var committed = change.CommitTime?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
            switch (change.PayloadCase)
            {
                case Change.PayloadOneofCase.Story:
                    Take(change, committed);
                    break;
                case Change.PayloadOneofCase.Tombstone when Find(change.Resource) is { } gone:
                    if (gone.Version >= change.Version && anew?.Contains(change.Resource) != true)
                    {
                        break;
                    }

                    Remember(gone with { Published = false, Version = change.Version });
                    break;
                case Change.PayloadOneofCase.Tombstone when change.Resource.Contains(CommentsOf, StringComparison.Ordinal):
                    batch.Comments[change.Resource] = null;
                    break;
                case Change.PayloadOneofCase.Comment when change.Comment.Author.Length > 0 && change.Comment.CreateTime is { } created:
                    anew?.Add(change.Resource);
                    batch.Comments[change.Resource] = new CommentFacts(StoryOf(change.Resource), change.Comment.Author, created.ToDateTimeOffset());
                    break;
                case Change.PayloadOneofCase.Comment:
                    // Nobody's: it was deleted or hidden, or its author erased.
                    batch.Comments[change.Resource] = null;
                    break;
                default:
                    // Communities, creators and kinds of later versions: nothing is counted by what they say.
                    break;
            }
        }

        Interlocked.Exchange(ref _grown, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

        void Take(Change change, DateTimeOffset committed)
        {
            var known = Find(change.Resource);
            var isFirst = anew?.Add(change.Resource) ?? false;
            if (known is not null && known.Version >= change.Version && !isFirst)
            {
                return;
            }

            var story = change.Story;
            var facts = new StoryFacts(
                change.Resource, story.Title, story.Community, story.Creator, true, story.PublishedRevision,
                known is null || committed < known.KnownFrom ? committed : known.KnownFrom,
                story.PublishTime?.ToDateTimeOffset() ?? committed, change.Version);
            Remember(facts);
            if (_revisions.TryAdd((change.Resource, story.PublishedRevision), true))
            {
                batch.Revisions.Add(new StoryRevision(
                    facts.Story, facts.Revision, committed, [.. story.Sections.Select(section => section.Id)], ReadingSeconds(story.WordCount, story.Media.Count)));
            }
        }

        void Remember(StoryFacts facts)
        {
            _stories[facts.Story] = facts;
            batch.Stories[facts.Story] = facts;
        }
    }

    /// <summary>Ends what a feed that was read anew to its end does not have: stories are no longer published.</summary>
    public void RemoveOthers(WriteBatch batch, HashSet<string> seen)
    {
        foreach (var gone in _stories.Values.Where(facts => facts.Published && !seen.Contains(facts.Story)))
        {
            _stories[gone.Story] = batch.Stories[gone.Story] = gone with { Published = false };
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

    private static string StoryOf(string comment) => comment[..comment.IndexOf(CommentsOf, StringComparison.Ordinal)];
}
