using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Comments;

/// <summary>What readers do with comments, inside one transaction.</summary>
internal static class CommentEditing
{
    /// <summary>How many comments may stand above one in a thread.</summary>
    private const int MaxDepth = 7;

    private static readonly string[] Editable = ["text"];

    public static async Task<CommentRow> CreateAsync(ContentTransaction content, CreateCommentRequest request, Caller caller, CommentOptions options)
    {
        var story = await CommentedStory.GetPublishedAsync(content, request.Parent);
        story.CheckOpen();
        await CommenterBans.CheckAsync(content, caller.Name, story.Community);
        var name = new CommentName(story.Name, CommentName.NextId(content.Now.ToDateTimeOffset(), story.LastId)).ToString();
        var message = new Comment
        {
            Name = name,
            Author = caller.Name,
            Thread = name,
            Text = CommentText.Normalise(request.Comment.Text),
            State = story.PreModerated && !caller.IsModerator ? CommentState.Pending : CommentState.Visible,
            CreateTime = content.Now,
            UpdateTime = content.Now,
        };
        if (request.Comment.Parent.Length > 0)
        {
            await ReplyAsync(content, message, request.Comment.Parent, caller);
        }

        await CommentRate.TakeAsync(content, caller.Name, options);
        var displayName = (string?)await content.ScalarAsync("select display_name from creators where name = @name", ("@name", caller.Name)) ?? "";
        return await new CommentRow(message, 0, StoryPublished: true, story.Community, displayName).SaveAsync(content, before: null);
    }

    public static async Task<CommentRow> UpdateAsync(ContentTransaction content, UpdateCommentRequest request, Caller caller, CommentOptions options)
    {
        var row = await GetAsync(content, request.Comment.Name, caller);
        if (row.Message.State == CommentState.Deleted)
        {
            throw RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", "is deleted");
        }

        if (row.Message.Author != caller.Name)
        {
            throw NotAllowed("only its author may change a comment", "author");
        }

        var story = await CommentedStory.GetPublishedAsync(content, CommentName.Parse(row.Name).Story);
        story.CheckOpen();
        await CommenterBans.CheckAsync(content, caller.Name, story.Community);
        EtagRule.Check(request.Comment.Etag, row.Version, row.Name, "comment.etag");
        if (row.Message.State == CommentState.Hidden)
        {
            throw RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", "was hidden by a moderator");
        }

        var changed = row.Message.Clone();
        var input = request.Comment.Clone();
        input.Text = CommentText.Normalise(input.Text);
        UpdateMask.Apply(request.UpdateMask, input, changed, Editable);
        if (changed.Text.Length == 0)
        {
            throw RpcError.InvalidField("comment.text", "is required");
        }

        if (changed.Text == row.Message.Text)
        {
            return row;
        }

        await CommentRate.TakeAsync(content, caller.Name, options);
        // What was reported and settled was another text: whoever reported that may report this one.
        await content.ExecuteAsync("delete from comment_reports where story = @story and comment = @id and settled = 1", Key(row));
        changed.EditTime = content.Now;
        changed.UpdateTime = content.Now;
        changed.State = story.PreModerated && !caller.IsModerator ? CommentState.Pending : row.Message.State;
        return await (row with { Message = changed }).SaveAsync(content, row);
    }

    public static async Task<CommentRow> DeleteAsync(ContentTransaction content, DeleteCommentRequest request, Caller caller)
    {
        var row = await GetAsync(content, request.Name, caller);
        if (row.Message.State == CommentState.Deleted)
        {
            return row;
        }

        if (row.Message.Author != caller.Name)
        {
            if (!caller.IsModerator)
            {
                throw NotAllowed("only its author or a moderator may delete a comment", Caller.ModeratorRole);
            }

            EtagRule.Check(request.Etag, row.Version, row.Name);
            return await CommentModerating.ApplyAsync(content, row, ModerationActionKind.Delete, "", caller.Name);
        }

        EtagRule.Check(request.Etag, row.Version, row.Name);
        return await BlankAsync(content, row);
    }

    /// <summary>Deletes what the comment says and who said it, with the reports; its place stays for the replies.</summary>
    public static async Task<CommentRow> BlankAsync(ContentTransaction content, CommentRow row, ModerationAction? action = null)
    {
        await content.ExecuteAsync("delete from comment_reports where story = @story and comment = @id", Key(row));
        return await row.With(message =>
        {
            message.Author = "";
            message.Text = "";
            message.EditTime = null;
            message.State = CommentState.Deleted;
            message.UpdateTime = content.Now;
            message.ReportCount = 0;
            message.ReportReasons.Clear();
            message.Moderation = action ?? message.Moderation;
        }).SaveAsync(content, row);
    }

    public static async Task<Empty> ReportAsync(ContentTransaction content, ReportCommentRequest request, Caller caller, CommentOptions options)
    {
        var row = await GetAsync(content, request.Name, caller);
        if (row.Message.State != CommentState.Visible)
        {
            throw RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", "is not visible");
        }

        await CommenterBans.CheckAsync(content, caller.Name, row.Community);
        var report = new CommentReport { Reader = caller.Name, Reason = request.Reason, Note = CommentText.Normalise(request.Note), CreateTime = content.Now };
        var added = await content.ExecuteAsync(
            """
            insert into comment_reports (story, comment, reader, settled, message) values (@story, @id, @reader, 0, @message)
            on conflict (story, comment, reader) do nothing
            """,
            [.. Key(row), ("@reader", caller.Name), ("@message", report)]);
        if (added == 0)
        {
            return new Empty();
        }

        await CommentRate.TakeAsync(content, caller.Name, options);
        await row.With(message =>
        {
            message.ReportCount++;
            if (!message.ReportReasons.Contains(request.Reason))
            {
                message.ReportReasons.Add(request.Reason);
            }
        }).SaveAsync(content, row, renewsEtag: false);
        return new Empty();
    }

    /// <summary>A comment of which this caller sees something, or not found.</summary>
    public static async Task<CommentRow> GetAsync(ContentTransaction content, string name, Caller caller) =>
        await CommentRow.FindAsync(content, name) is { } row && row.Show(caller) is not null ? row : throw RpcError.NotFound(name);

    /// <summary>The parameters that find the comment's own rows.</summary>
    public static (string Name, object? Value)[] Key(CommentRow row)
    {
        var (story, id) = CommentName.Parse(row.Name);
        return [("@story", story), ("@id", id)];
    }

    private static async Task ReplyAsync(ContentTransaction content, Comment message, string parentName, Caller caller)
    {
        var parent = await GetAsync(content, parentName, caller);
        if (parent.Message.State != CommentState.Visible)
        {
            throw RpcError.Precondition(ErrorReason.StateInvalid, parentName, "state", "only a visible comment can be replied to");
        }

        if (parent.Message.Depth == MaxDepth)
        {
            throw RpcError.InvalidField("comment.parent", "is the last level of its thread");
        }

        message.Parent = parentName;
        message.Thread = parent.Message.Thread;
        message.Depth = parent.Message.Depth + 1;
    }

    private static Grpc.Core.RpcException NotAllowed(string message, string role) =>
        RpcError.Of(ErrorReason.PermissionMissing, message, new Dictionary<string, string> { ["role"] = role });
}
