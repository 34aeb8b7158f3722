using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Comments;

/// <summary>What happens to comments when something happens to their story, their author, or the store they came from.</summary>
internal static class StoryComments
{
    // So many comments are held in memory at a time.
    private const int Batch = 200;

    /// <summary>
    /// Called when readers have come to see the story, or no longer do: the feed's readers see the comments come back or
    /// go, with it. The comments themselves stay as they are.
    /// </summary>
    public static async Task FollowAsync(ContentTransaction content, string story, bool isPublished)
    {
        if (await content.ExecuteAsync(
            "update comment_counts set in_feed = @now where story = @story and in_feed <> @now", ("@story", story), ("@now", isPublished ? 1 : 0)) == 0)
        {
            return;
        }

        await EachAsync(content, "c.story = @key and c.shown = 1", story, row => row.AppendStoryAsync(content));
    }

    /// <summary>Called when the story is deleted, while it is still there. The audit trail stays.</summary>
    public static async Task RemoveAsync(ContentTransaction content, string story)
    {
        await EachAsync(content, "c.story = @key", story, row => row.AppendGoneAsync(content));
        foreach (var table in new[] { "comments", "comment_counts", "comment_reports" })
        {
            await content.ExecuteAsync($"delete from {table} where story = @story", ("@story", story));
        }

        await CommentPolicies.RemoveAsync(content, story);
    }

    /// <summary>Called when a community is deleted: another of its name begins without its policy and bans.</summary>
    public static async Task RemoveCommunityAsync(ContentTransaction content, string community)
    {
        await CommentPolicies.RemoveAsync(content, community);
        await content.ExecuteAsync("delete from comment_bans where community = @community", ("@community", community));
    }

    /// <summary>
    /// Deletes text and author of everything that a reader wrote, and the reader's reports. Threads stay, and so do
    /// bans and the audit trail: they are the moderators' records.
    /// </summary>
    public static async Task EraseAuthorAsync(ContentTransaction content, string reader)
    {
        await EachAsync(content, "c.author = @key and c.author <> ''", reader, row => CommentEditing.BlankAsync(content, row));
        var reported = await content.AllAsync(
            "select story, comment from comment_reports where reader = @reader and settled = 0",
            row => new CommentName(row.GetString(0), row.GetString(1)).ToString(),
            ("@reader", reader));
        await content.ExecuteAsync("delete from comment_reports where reader = @reader", ("@reader", reader));
        foreach (var name in reported)
        {
            if (await CommentRow.FindAsync(content, name) is { } row)
            {
                var reasons = await content.AllAsync(
                    "select message from comment_reports where story = @story and comment = @id and settled = 0",
                    report => report.Message(0, CommentReport.Parser).Reason,
                    CommentEditing.Key(row));
                await row.With(message =>
                {
                    message.ReportCount = reasons.Count;
                    message.ReportReasons.Clear();
                    message.ReportReasons.Add(reasons.Distinct());
                }).SaveAsync(content, row, renewsEtag: false);
            }
        }

        await content.ExecuteAsync("delete from comment_rates where reader = @reader", ("@reader", reader));
        // Answers that are kept for repeats have what was written, too.
        await content.ExecuteAsync(
            "delete from requests where caller = @reader and method like @methods", ("@reader", reader), ("@methods", $"/{CommentService.Descriptor.FullName}/%"));
    }

    /// <summary>A story's comments as they are stored, in order of their names.</summary>
    public static IAsyncEnumerable<Comment> StoredAsync(ContentTransaction content, string story) => content.EachAsync(
        "select message from comments where story = @story order by id", row => row.Message(0, Comment.Parser), ("@story", story));

    /// <summary>
    /// Writes a comment as it was stored, with another etag. Its story must be there, and what it replies to be written
    /// before it: in order of names it is. Reply counts are made anew by the replies.
    /// </summary>
    public static async Task RestoreAsync(ContentTransaction content, Comment stored)
    {
        var name = CommentName.Parse(stored.Name).Story;
        var story = await CommentedStory.FindAsync(content, name) ?? throw RpcError.NotFound(name);
        var displayName = (string?)await content.ScalarAsync("select display_name from creators where name = @name", ("@name", stored.Author)) ?? "";
        var message = stored.Clone();
        message.ReplyCount = 0;
        await new CommentRow(message, 0, story.Published, story.Community, displayName).SaveAsync(content, before: null);
    }

    /// <summary>Tells the feed's readers of every comment.</summary>
    public static async Task AppendAllAsync(ContentTransaction content)
    {
        foreach (var story in await content.AllAsync("select story from comment_counts order by story", row => row.GetString(0)))
        {
            await EachAsync(content, "c.story = @key", story, row => row.AppendStoryAsync(content));
        }
    }

    private static async Task EachAsync(ContentTransaction content, string condition, string key, Func<CommentRow, Task> work)
    {
        var after = "";
        while (true)
        {
            var rows = await CommentRow.ListAsync(content, $"{condition} and c.id > @after", Batch, ("@key", key), ("@after", after));
            // Work on a comment changes those above it at most, and they come before it: none of these rows is out of date.
            foreach (var row in rows)
            {
                await work(row);
            }

            if (rows.Count < Batch)
            {
                return;
            }

            after = CommentName.Parse(rows[^1].Name).Id;
        }
    }
}
