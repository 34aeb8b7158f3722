using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;

namespace Broadsheet.Content.Comments;

/// <summary>What moderators do with comments, inside one transaction, and the trail that it leaves.</summary>
internal static class CommentModerating
{
    /// <summary>Does one thing to one comment. What can't be done leaves everything as it is and is said in the result.</summary>
    public static async Task<ModerationResult> ModerateAsync(
        ContentTransaction content, string name, ModerationActionKind kind, string reason, string moderator)
    {
        var result = new ModerationResult { Name = name };
        if (await CommentRow.FindAsync(content, name) is not { } row)
        {
            result.Error = ErrorReason.ResourceNotFound;
            result.Message = $"{name}: not found";
            return result;
        }

        if (row.Message.State == CommentState.Deleted && kind != ModerationActionKind.Delete)
        {
            result.Error = ErrorReason.StateInvalid;
            result.Message = $"{name}: is deleted";
        }
        else
        {
            row = await ApplyAsync(content, row, kind, reason, moderator);
        }

        result.Comment = row.ForModerators();
        return result;
    }

    /// <summary>Does it, unless the comment is so already.</summary>
    public static async Task<CommentRow> ApplyAsync(ContentTransaction content, CommentRow row, ModerationActionKind kind, string reason, string moderator)
    {
        var state = kind switch
        {
            ModerationActionKind.Approve => CommentState.Visible,
            ModerationActionKind.Hide => CommentState.Hidden,
            ModerationActionKind.Delete => CommentState.Deleted,
            _ => row.Message.State,
        };
        if (state == row.Message.State && row.Message.ReportCount == 0)
        {
            return row;
        }

        var action = new ModerationAction
        {
            Kind = kind,
            Moderator = moderator,
            CreateTime = content.Now,
            Reason = reason,
            Comment = row.Name,
            PreviousState = row.Message.State,
        };
        await KeepAsync(content, action);
        if (state == CommentState.Deleted)
        {
            return await CommentEditing.BlankAsync(content, row, action);
        }

        await content.ExecuteAsync("update comment_reports set settled = 1 where story = @story and comment = @id", CommentEditing.Key(row));
        return await row.With(message =>
        {
            message.UpdateTime = state == message.State ? message.UpdateTime : content.Now;
            message.State = state;
            message.ReportCount = 0;
            message.ReportReasons.Clear();
            message.Moderation = action;
        }).SaveAsync(content, row, renewsEtag: state != row.Message.State);
    }

    /// <summary>Adds to the audit trail.</summary>
    public static Task KeepAsync(ContentTransaction content, ModerationAction action) => content.ExecuteAsync(
        "insert into comment_actions (id, comment, moderator, message) values (@id, @comment, @moderator, @message)",
        ("@id", string.Create(CultureInfo.InvariantCulture, $"{ContentTransaction.ToMicroseconds(content.Now):x16}{Random.Shared.NextInt64():x16}")),
        ("@comment", action.Comment), ("@moderator", action.Moderator), ("@message", action));

    /// <summary>The trail, newest first, before an id.</summary>
    public static Task<List<(string Id, ModerationAction Action)>> ListAsync(
        ContentTransaction content, ListModerationActionsRequest request, string before, int limit)
    {
        var conditions = new List<string> { "id < @before" };
        if (request.Comment.Length > 0)
        {
            conditions.Add("comment = @comment and comment <> ''");
        }

        if (request.Moderator.Length > 0)
        {
            conditions.Add("moderator = @moderator");
        }

        return content.AllAsync(
            $"select id, message from comment_actions where {string.Join(" and ", conditions)} order by id desc limit @limit",
            row => (row.GetString(0), row.Message(1, ModerationAction.Parser)),
            ("@before", before), ("@comment", request.Comment), ("@moderator", request.Moderator), ("@limit", limit));
    }

    /// <summary>The comments that wait, or those of a state; oldest first, after an id.</summary>
    public static Task<List<CommentRow>> QueueAsync(ContentTransaction content, ListModerationQueueRequest request, string after, int limit)
    {
        var conditions = new List<string> { request.State == CommentState.Unspecified ? "c.queued = 1" : "c.state = @state", "c.id > @after" };
        if (request.Community.Length > 0)
        {
            conditions.Add("s.community = @community");
        }

        if (request.Story.Length > 0)
        {
            conditions.Add("c.story = @story");
        }

        if (request.Author.Length > 0)
        {
            conditions.Add("c.author = @author and c.author <> ''");
        }

        return CommentRow.ListAsync(
            content,
            string.Join(" and ", conditions),
            limit,
            ("@state", (int)request.State), ("@after", after), ("@community", request.Community), ("@story", request.Story), ("@author", request.Author));
    }

    /// <summary>A comment's reports, by reader, after a reader.</summary>
    public static Task<List<CommentReport>> ReportsAsync(ContentTransaction content, CommentRow row, string after, int limit) => content.AllAsync(
        "select message, settled from comment_reports where story = @story and comment = @id and reader > @after order by reader limit @limit",
        found =>
        {
            var report = found.Message(0, CommentReport.Parser);
            report.Settled = found.GetInt32(1) == 1;
            return report;
        },
        [.. CommentEditing.Key(row), ("@after", after), ("@limit", limit)]);
}
