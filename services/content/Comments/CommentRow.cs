using System.Data.Common;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Callers;

namespace Broadsheet.Content.Comments;

/// <summary>A comment as it is stored, with what is needed of its story and author.</summary>
/// <param name="Message">The whole comment as moderators see it, without the author's display name.</param>
/// <param name="Version">From which the etag is made. Changes of counts leave it as it is.</param>
/// <param name="StoryPublished">True if readers see the story.</param>
/// <param name="Community">The story's community.</param>
/// <param name="AuthorDisplayName">Display name of an author who is a creator; else empty.</param>
internal sealed record CommentRow(Comment Message, long Version, bool StoryPublished, string Community, string AuthorDisplayName)
{
    /// <summary>Columns for <see cref="Map"/>, of <c>comments c</c>, <c>stories s</c> and <c>creators a</c>.</summary>
    public const string Columns =
        "c.message, c.version, case when s.published is null then 0 else 1 end, s.community, coalesce(a.display_name, '')";

    private const string Tables = "from comments c join stories s on s.name = c.story left join creators a on a.name = c.author";

    public string Name => Message.Name;

    /// <summary>True if readers see it, or at least its place because of the replies below.</summary>
    public bool IsShown => Message.State == CommentState.Visible || Message.ReplyCount > 0;

    /// <summary>True if it waits for a moderator.</summary>
    public bool IsQueued => Message.State == CommentState.Pending || Message.ReportCount > 0;

    public static Task<CommentRow?> FindAsync(ContentTransaction content, string name)
    {
        var (story, id) = CommentName.Parse(name);
        return content.FirstAsync($"select {Columns} {Tables} where c.story = @story and c.id = @id", Map, ("@story", story), ("@id", id));
    }

    /// <summary>Comments that meet the condition on <c>c</c> and <c>s</c>, by id.</summary>
    public static Task<List<CommentRow>> ListAsync(
        ContentTransaction content, string condition, int limit, params ReadOnlySpan<(string Name, object? Value)> parameters) => content.AllAsync(
        $"select {Columns} {Tables} where {condition} order by c.id limit @limit", Map, [.. parameters, ("@limit", limit)]);

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static CommentRow Map(DbDataReader row) => MapAt(row, 0);

    /// <summary>Reads <see cref="Columns"/>, beginning at a column.</summary>
    public static CommentRow MapAt(DbDataReader row, int column) => new(
        row.Message(column, Comment.Parser), row.GetInt64(column + 1), row.GetInt32(column + 2) == 1, row.GetString(column + 3), row.GetString(column + 4));

    /// <summary>The comment as this caller sees it; null if it is nothing to the caller.</summary>
    public Comment? Show(Caller caller) =>
        caller.IsModerator ? ForModerators()
        : !StoryPublished ? null
        : Message.State != CommentState.Visible && Message.Author.Length > 0 && Message.Author == caller.Name ? WithoutModeration()
        : ForReaders();

    /// <summary>The comment as moderators see it, and the feed's view ALL.</summary>
    public Comment ForModerators()
    {
        var comment = Message.Clone();
        comment.AuthorDisplayName = AuthorDisplayName;
        return comment;
    }

    /// <summary>The comment as readers see it while its story is published; null if they don't.</summary>
    public Comment? ForReaders() =>
        Message.State == CommentState.Visible ? WithoutModeration() : IsShown ? Place() : null;

    /// <summary>What is left of a comment that only keeps its place.</summary>
    public Comment Place()
    {
        var comment = WithoutModeration();
        comment.Author = "";
        comment.AuthorDisplayName = "";
        comment.Text = "";
        comment.EditTime = null;
        return comment;
    }

    /// <summary>The comment with other content, which gives it another etag when it is saved.</summary>
    public CommentRow With(Action<Comment> change)
    {
        var message = Message.Clone();
        change(message);
        return this with { Message = message, AuthorDisplayName = message.Author.Length == 0 ? "" : AuthorDisplayName };
    }

    /// <summary>
    /// Writes the comment and its change, and keeps the counts above it right: those of its parents, of which a reply
    /// may make or end the place, and the story's.
    /// </summary>
    /// <param name="content">The transaction.</param>
    /// <param name="before">The comment as it was; null if it is new.</param>
    /// <param name="renewsEtag">False for changes that are no concern of who edits the comment.</param>
    public async Task<CommentRow> SaveAsync(ContentTransaction content, CommentRow? before, bool renewsEtag = true)
    {
        var version = await content.NextVersionAsync();
        var saved = !renewsEtag ? this : With(message => message.Etag = Etag.Of(version)) with { Version = version };
        var (story, id) = CommentName.Parse(Name);
        await content.ExecuteAsync(
            """
            insert into comments (story, id, parent, thread, author, state, shown, queued, version, message)
            values (@story, @id, @parent, @thread, @author, @state, @shown, @queued, @version, @message)
            on conflict (story, id) do update set author = excluded.author, state = excluded.state, shown = excluded.shown,
              queued = excluded.queued, version = excluded.version, message = excluded.message
            """,
            ("@story", story), ("@id", id), ("@parent", IdOf(Message.Parent)), ("@thread", IdOf(Message.Thread)), ("@author", Message.Author),
            ("@state", (int)Message.State), ("@shown", IsShown ? 1 : 0), ("@queued", IsQueued ? 1 : 0), ("@version", saved.Version), ("@message", saved.Message));
        await saved.AppendAsync(content, version, before);
        await saved.CountAsync(content, before, story, id);
        return saved;
    }

    private Task AppendAsync(ContentTransaction content, long version, CommentRow? before)
    {
        // Counts of reports and the like are no news to readers.
        var was = StoryPublished ? before?.ForReaders() : null;
        var now = StoryPublished ? ForReaders() : null;
        return content.AppendAsync(version, Name, new Change { Comment = ForModerators() }, Equals(was, now) ? null : Published(now));
    }

    /// <summary>Tells the feed's readers that the comment came or went with its story.</summary>
    public async Task AppendStoryAsync(ContentTransaction content) => await content.AppendAsync(
        await content.NextVersionAsync(), Name, new Change { Comment = ForModerators() }, Published(StoryPublished ? ForReaders() : null));

    /// <summary>Tells the feed's readers that the comment goes with its story.</summary>
    public Task AppendGoneAsync(ContentTransaction content) => content.AppendTombstoneAsync(Name, wasPublished: StoryPublished && IsShown);

    private static Change Published(Comment? comment) => comment is null ? new Change { Tombstone = new() } : new Change { Comment = comment };

    private async Task CountAsync(ContentTransaction content, CommentRow? before, string story, string id)
    {
        var visible = (Message.State == CommentState.Visible ? 1L : 0L) - (before?.Message.State == CommentState.Visible ? 1L : 0L);
        var shown = (IsShown ? 1 : 0) - (before is { IsShown: true } ? 1 : 0);
        var threads = Message.Parent.Length == 0 ? (long)shown : 0L;
        if (before is null || visible != 0 || threads != 0)
        {
            await content.ExecuteAsync(
                """
                insert into comment_counts (story, visible, threads, last_id, in_feed) values (@story, @visible, @threads, @id, @in_feed)
                on conflict (story) do update set visible = comment_counts.visible + excluded.visible, threads = comment_counts.threads + excluded.threads,
                  last_id = case when excluded.last_id > comment_counts.last_id then excluded.last_id else comment_counts.last_id end
                """,
                ("@story", story), ("@visible", visible), ("@threads", threads), ("@id", id), ("@in_feed", StoryPublished ? 1 : 0));
        }

        if (shown != 0 && Message.Parent.Length > 0)
        {
            var parent = await FindAsync(content, Message.Parent) ?? throw new InvalidOperationException($"{Name} has lost its parent");
            await parent.With(message => message.ReplyCount += shown).SaveAsync(content, parent, renewsEtag: false);
        }
    }

    public Comment WithoutModeration()
    {
        var comment = ForModerators();
        comment.ReportCount = 0;
        comment.ReportReasons.Clear();
        comment.Moderation = null;
        return comment;
    }

    private static string IdOf(string name) => name.Length == 0 ? "" : CommentName.Parse(name).Id;
}
