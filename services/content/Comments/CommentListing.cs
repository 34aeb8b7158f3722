using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;

namespace Broadsheet.Content.Comments;

/// <summary>
/// Pages of comments, each in two statements: one for the story with its counts and threads, one for replies. Every
/// one walks an index from where the page begins, so a page costs the same at the beginning and the end.
/// </summary>
internal static class CommentListing
{
    private const int UsualReplies = 3;
    private const int MostReplies = 20;

    // Sorts behind every id.
    private const string End = "~";

    public static async Task<ListCommentsResponse> ListAsync(ContentTransaction content, ListCommentsRequest request, Caller caller)
    {
        var size = PageToken.Size(request.PageSize);
        return request.Thread.Length > 0 ? await RepliesAsync(content, request, caller, size) : await ThreadsAsync(content, request, caller, size);
    }

    private static async Task<ListCommentsResponse> ThreadsAsync(ContentTransaction content, ListCommentsRequest request, Caller caller, int size)
    {
        var replies = request.HasRepliesSize ? Math.Min(request.RepliesSize, MostReplies) : UsualReplies;
        var oldestFirst = request.Order == ThreadOrder.OldestFirst;
        var filter = $"threads|{request.Parent}|{oldestFirst}";
        var after = PageToken.Decode(request.PageToken, filter) is { Length: > 0 } token ? token : oldestFirst ? "" : End;
        var threads = $"""
            (select story, id, author, version, message from comments
             where story = @story and parent = '' and id {(oldestFirst ? ">" : "<")} @after{Visible(caller, "comments")}
             order by id {(oldestFirst ? "asc" : "desc")} limit @limit)
            """;
        var (response, rows) = await StoryAsync(
            content, request.Parent, caller, threads, oldestFirst ? "asc" : "desc", ("@after", after), ("@me", caller.Name), ("@limit", size + 1));
        if (rows.Count > size)
        {
            rows.RemoveAt(size);
            response.NextPageToken = PageToken.Encode(CommentName.Parse(rows[^1].Name).Id, filter);
        }

        response.Threads.Add(rows.Select(row => new CommentThread { Comment = row.Show(caller) }));
        if (replies > 0 && rows.Count > 0)
        {
            await AddRepliesAsync(content, request.Parent, response, caller, replies);
        }
        else
        {
            foreach (var thread in response.Threads.Where(thread => thread.Comment.ReplyCount > 0))
            {
                thread.RepliesPageToken = PageToken.Encode(CommentName.Parse(thread.Comment.Name).Id, RepliesFilter(request.Parent, thread.Comment.Name));
            }
        }

        return response;
    }

    private static async Task AddRepliesAsync(ContentTransaction content, string story, ListCommentsResponse response, Caller caller, int most)
    {
        var threads = response.Threads.ToDictionary(thread => CommentName.Parse(thread.Comment.Name).Id, StringComparer.Ordinal);
        (string, object?)[] names = [.. threads.Keys.Select((id, index) => ($"@t{index}", (object?)id))];
        // For each thread the index is walked to the one reply too many, and no further.
        var rows = await content.AllAsync(
            $"""
            select {CommentRow.Columns} from comments t
              join comments c on c.story = t.story and c.thread = t.id and c.parent <> ''
              join stories s on s.name = c.story left join creators a on a.name = c.author
            where t.story = @story and t.id in ({string.Join(", ", names.Select(name => name.Item1))}){Visible(caller, "c")}
              and c.id <= coalesce((
                select n.id from comments n where n.story = t.story and n.thread = t.id and n.parent <> ''{Visible(caller, "n")} order by n.id limit 1 offset @most), @end)
            order by c.id
            """,
            CommentRow.Map,
            [.. names, ("@story", story), ("@me", caller.Name), ("@most", most), ("@end", End)]);
        foreach (var row in rows)
        {
            var thread = threads[CommentName.Parse(row.Message.Thread).Id];
            if (thread.Replies.Count < most)
            {
                thread.Replies.Add(row.Show(caller));
            }
            else
            {
                thread.RepliesPageToken = PageToken.Encode(CommentName.Parse(thread.Replies[^1].Name).Id, RepliesFilter(story, thread.Comment.Name));
            }
        }
    }

    private static async Task<ListCommentsResponse> RepliesAsync(ContentTransaction content, ListCommentsRequest request, Caller caller, int size)
    {
        var root = CommentName.Parse(request.Thread).Id;
        var filter = RepliesFilter(request.Parent, request.Thread);
        var after = PageToken.Decode(request.PageToken, filter);
        var thread = "(select story, id, author, version, message from comments where story = @story and id = @root and parent = '')";
        var (response, roots) = await StoryAsync(content, request.Parent, caller, thread, "asc", ("@root", root));
        if (roots.Count == 0 || roots[0].Show(caller) is null)
        {
            throw RpcError.NotFound(request.Thread);
        }

        var rows = await CommentRow.ListAsync(
            content,
            $"c.story = @story and c.thread = @root and c.parent <> '' and c.id > @after{Visible(caller, "c")}",
            size + 1,
            ("@story", request.Parent), ("@root", root), ("@after", after), ("@me", caller.Name));
        response.Replies.Add(rows.Take(size).Select(row => row.Show(caller)));
        if (rows.Count > size)
        {
            response.NextPageToken = PageToken.Encode(CommentName.Parse(rows[size - 1].Name).Id, filter);
        }

        return response;
    }

    /// <summary>The story's counts and switches, with some of its comments; not found if the caller doesn't see the story.</summary>
    private static async Task<(ListCommentsResponse Response, List<CommentRow> Rows)> StoryAsync(
        ContentTransaction content, string story, Caller caller, string comments, string order, params (string Name, object? Value)[] parameters)
    {
        const int Own = 4;
        var found = await content.AllAsync(
            $"""
            select coalesce(k.visible, 0), coalesce(k.threads, 0), coalesce(sp.comments, 0), coalesce(cp.comments, 0), {CommentRow.Columns}
            from stories s left join comment_counts k on k.story = s.name
              left join comment_policies sp on sp.resource = s.name left join comment_policies cp on cp.resource = s.community
              left join {comments} c on c.story = s.name left join creators a on a.name = c.author
            where s.name = @story order by c.id {order}
            """,
            row => (
                Response: new ListCommentsResponse
                {
                    TotalSize = (int)row.GetInt64(0),
                    ThreadCount = (int)row.GetInt64(1),
                    CommentsOpen = row.GetInt32(2) != (int)CommentSwitch.Closed && row.GetInt32(3) != (int)CommentSwitch.Closed,
                    SignInRequired = caller.Name.Length == 0,
                },
                IsPublished: row.GetInt32(Own + 2) == 1,
                // A story without comments has one row without one.
                Row: row.IsDBNull(Own) ? null : CommentRow.MapAt(row, Own)),
            [.. parameters, ("@story", story)]);
        return found.Count == 0 || !(found[0].IsPublished || caller.IsModerator)
            ? throw RpcError.NotFound(story)
            : (found[0].Response, [.. found.Select(row => row.Row).OfType<CommentRow>()]);
    }

    /// <summary>Condition on what the caller sees: what is shown, and one's own.</summary>
    private static string Visible(Caller caller, string table) =>
        caller.IsModerator ? "" : caller.Name.Length == 0 ? $" and {table}.shown = 1" : $" and ({table}.shown = 1 or {table}.author = @me)";

    private static string RepliesFilter(string story, string thread) => $"replies|{story}|{thread}";
}
