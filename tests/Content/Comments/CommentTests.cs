using System.Globalization;
using System.Net;
using System.Text;
using Broadsheet.Content.V1;
using Grpc.Core;
using static Broadsheet.Content.Tests.Comments.CommentScene;

namespace Broadsheet.Content.Tests.Comments;

public abstract class CommentTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Story_without_comments_says_so_and_who_may_begin()
    {
        await using var scene = await StartAsync(store);

        var empty = await scene.ListAsync();
        Assert.Empty(empty.Threads);
        Assert.Equal((0, 0, true, true), (empty.TotalSize, empty.ThreadCount, empty.CommentsOpen, empty.SignInRequired));
        Assert.Equal("", empty.NextPageToken);
        Assert.False((await scene.ListAsync(As(Ann))).SignInRequired);
    }

    [Fact]
    public async Task CreateComment_is_shown_to_everybody_with_its_author()
    {
        await using var scene = await StartAsync(store);

        var comment = await scene.CreateAsync("  I <b>disagree</b>.\r\nTwice.  ");
        Assert.Equal("I <b>disagree</b>.\nTwice.", comment.Text);
        Assert.Equal((Ann, "", CommentState.Visible, comment.Name, 0), (comment.Author, comment.AuthorDisplayName, comment.State, comment.Thread, comment.Depth));
        Assert.NotNull(comment.CreateTime);
        Assert.Null(comment.EditTime);
        Assert.Equal(comment, await scene.GetAsync(comment));
        var byCreator = await scene.CreateAsync(by: scene.Story.Creator);
        Assert.Equal("Ada Example", byCreator.AuthorDisplayName);
        var list = await scene.ListAsync();
        Assert.Equal([byCreator, comment], list.Threads.Select(thread => thread.Comment));
        Assert.Equal((2, 2), (list.TotalSize, list.ThreadCount));
        Assert.Equal([comment, byCreator], (await scene.ListAsync(order: ThreadOrder.OldestFirst)).Threads.Select(thread => thread.Comment));
    }

    [Fact]
    public async Task CreateComment_needs_somebody_and_a_story_that_readers_see()
    {
        await using var scene = await StartAsync(store);
        var request = new CreateCommentRequest { Parent = scene.Story.Name, Comment = new() { Text = "Hm." } };
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => scene.Comments.CreateCommentAsync(request, cancellationToken: Cancel).ResponseAsync);

        var draft = await scene.Content.CreateAsync(scene.Story.Community, scene.Story.Creator, "Another");
        request.Parent = draft.Name;
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.Comments.CreateCommentAsync(request, As(Ann), cancellationToken: Cancel).ResponseAsync);
        request.Parent = "stories/none";
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.Comments.CreateCommentAsync(request, As(Ann), cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.Comments.ListCommentsAsync(new() { Parent = draft.Name }, cancellationToken: Cancel).ResponseAsync);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t\u200b ")]
    [InlineData("a\0b")]
    [InlineData("a\u001bb")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b")]
    public async Task CreateComment_refuses_text_that_hides_something(string text)
    {
        await using var scene = await StartAsync(store);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.CreateAsync(text));
        Assert.Equal(["comment.text"], fields);
    }

    [Fact]
    public async Task CreateComment_counts_characters_and_refuses_floods_and_broken_text()
    {
        await using var scene = await StartAsync(store);
        Assert.Equal(20_000, (await scene.CreateAsync(string.Concat(Enumerable.Repeat("😀", 10_000)))).Text.Length);
        foreach (var size in (int[])[10_001, 1_000_000])
        {
            await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.CreateAsync(new string('a', size)));
        }

        // Half a surrogate pair can't be sent by gRPC; JSON can spell it.
        var (status, answer) = await JsonAsync(scene, "POST", $"{scene.Story.Name}/comments", """{"text": "a\ud800b"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("MALFORMED_REQUEST", answer, StringComparison.Ordinal);
        Assert.Equal(1, (await scene.ListAsync()).TotalSize);
    }

    [Fact]
    public async Task JSON_reaches_every_kind_of_path()
    {
        await using var scene = await StartAsync(store);
        var (status, answer) = await JsonAsync(scene, "POST", $"{scene.Story.Name}/comments", """{"text": "Well <b>said</b>."}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var comment = Comment.Parser.ParseJson(answer);
        foreach (var (method, path, body, part) in ((string, string, string?, string)[])
        [
            ("GET", comment.Name, null, "COMMENT_STATE_VISIBLE"),
            ("GET", $"{scene.Story.Name}/comments?order=THREAD_ORDER_OLDEST_FIRST&repliesSize=2", null, "\"totalSize\":1"),
            ("PATCH", comment.Name, $$"""{"etag": "{{comment.Etag}}", "text": "Better said."}""", "Better said."),
            ("POST", $"{comment.Name}:report", """{"reason": "REPORT_REASON_SPAM"}""", "{}"),
            ("GET", "comments:queue", null, "\"reportCount\":1"),
            ("GET", $"{comment.Name}/reports", null, Ann),
            ("POST", "comments:moderate", $$"""{"names": ["{{comment.Name}}"], "action": "MODERATION_ACTION_KIND_HIDE"}""", "COMMENT_STATE_HIDDEN"),
            ("GET", "comments:actions", null, "MODERATION_ACTION_KIND_HIDE"),
            ("POST", "comments:ban", """{"reader": "readers/ben", "reason": "spam"}""", Ben),
            ("GET", "comments:bans", null, Ben),
            ("POST", "comments:unban", """{"reader": "readers/ben"}""", "{}"),
            ("PATCH", $"{scene.Story.Community}/commentPolicy", """{"etag": "*", "moderation": "COMMENT_MODERATION_PRE"}""", "COMMENT_MODERATION_PRE"),
            ("GET", $"{scene.Story.Name}/commentPolicy", null, "COMMENT_SWITCH_UNSPECIFIED"),
            ("DELETE", $"{comment.Name}?etag=*", null, "COMMENT_STATE_DELETED"),
        ])
        {
            (status, answer) = await JsonAsync(scene, method, path, body, $"{Ann};roles=moderator");
            Assert.True(status == HttpStatusCode.OK && answer.Replace(" ", "", StringComparison.Ordinal).Contains(part.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal), $"{method} {path}: {status} {answer}");
        }
    }

    [Fact]
    public async Task Replies_make_threads_of_eight_levels()
    {
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync();
        var chain = new List<Comment> { root };
        for (var depth = 1; depth < 8; depth++)
        {
            chain.Add(await scene.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"Level {depth}"), depth % 2 == 0 ? Ann : Ben, chain[^1].Name));
            Assert.Equal((depth, root.Name, chain[^2].Name), (chain[^1].Depth, chain[^1].Thread, chain[^1].Parent));
        }

        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.CreateAsync(parent: chain[^1].Name));
        Assert.Equal(["comment.parent"], fields);
        Assert.Equal(chain.Select(comment => comment.Name).Order(StringComparer.Ordinal), chain.Select(comment => comment.Name));
        var thread = Assert.Single((await scene.ListAsync()).Threads);
        Assert.Equal((1, root.Etag), (thread.Comment.ReplyCount, thread.Comment.Etag));
        Assert.Equal(chain[1..4].Select(comment => comment.Name), thread.Replies.Select(reply => reply.Name));
        var rest = await scene.ListAsync(thread: root.Name, token: thread.RepliesPageToken);
        Assert.Equal(chain[4..].Select(comment => comment.Name), rest.Replies.Select(reply => reply.Name));
        Assert.Equal((8, 1), (rest.TotalSize, rest.ThreadCount));

        var other = await PublishAsync(scene.Content, scene.Story.Community, scene.Story.Creator);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.Comments.CreateCommentAsync(
            new() { Parent = other.Name, Comment = new() { Text = "x", Parent = root.Name } }, As(Ann), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["comment.parent"], fields);
    }

    [Fact]
    public async Task Pages_bring_every_thread_and_reply_once()
    {
        await using var scene = await StartAsync(store);
        var roots = new List<Comment>();
        for (var i = 0; i < 7; i++)
        {
            roots.Add(await scene.CreateAsync());
        }

        var replies = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            replies.Add((await scene.CreateAsync(parent: roots[2].Name)).Name);
        }

        foreach (var order in (ThreadOrder[])[ThreadOrder.NewestFirst, ThreadOrder.OldestFirst])
        {
            var seen = new List<string>();
            var token = "";
            do
            {
                var page = await scene.ListAsync(pageSize: 3, token: token, order: order);
                seen.AddRange(page.Threads.Select(thread => thread.Comment.Name));
                token = page.NextPageToken;
            }
            while (token.Length > 0);
            Assert.Equal(order == ThreadOrder.OldestFirst ? roots.Select(root => root.Name) : roots.Select(root => root.Name).Reverse(), seen);
        }

        var thread = (await scene.ListAsync()).Threads.Single(thread => thread.Comment.Name == roots[2].Name);
        var all = thread.Replies.Select(reply => reply.Name).ToList();
        for (var token = thread.RepliesPageToken; token.Length > 0;)
        {
            var page = await scene.ListAsync(thread: roots[2].Name, pageSize: 2, token: token);
            all.AddRange(page.Replies.Select(reply => reply.Name));
            token = page.NextPageToken;
        }

        Assert.Equal(replies, all);
        var none = await scene.Comments.ListCommentsAsync(new() { Parent = scene.Story.Name, RepliesSize = 0 }, cancellationToken: Cancel);
        Assert.All(none.Threads, each => Assert.Empty(each.Replies));
        var tokens = none.Threads.Where(each => each.RepliesPageToken.Length > 0).ToList();
        Assert.Equal(replies, (await scene.ListAsync(thread: Assert.Single(tokens).Comment.Name, token: tokens[0].RepliesPageToken)).Replies.Select(reply => reply.Name));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => scene.ListAsync(token: thread.RepliesPageToken));
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.ListAsync(pageSize: -1));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.ListAsync(thread: $"{scene.Story.Name}/comments/{new string('0', 32)}"));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.ListAsync(thread: replies[0]));
    }

    [Fact]
    public async Task UpdateComment_is_for_the_author_with_the_etag_and_leaves_a_mark()
    {
        await using var scene = await StartAsync(store);
        var comment = await scene.CreateAsync("Frist");
        await scene.CreateAsync(parent: comment.Name);
        await scene.ReportAsync(comment);

        // Neither a reply nor a report gets in the author's way.
        var edited = await scene.UpdateAsync(comment, "First");
        Assert.Equal(("First", CommentState.Visible, 1), (edited.Text, edited.State, edited.ReplyCount));
        Assert.NotNull(edited.EditTime);
        Assert.Equal(edited, await scene.GetAsync(comment));
        Assert.Equal(edited, await scene.UpdateAsync(edited, " First "));
        var (info, _) = await RpcAssert.FailsAsync(StatusCode.Aborted, "ETAG_MISMATCH", () => scene.UpdateAsync(comment, "Third"));
        Assert.Equal(edited.Etag, info.Metadata["etag"]);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "ETAG_MISSING", () => scene.UpdateAsync(new Comment { Name = comment.Name }, "Third"));
        Assert.Equal(["comment.etag"], fields);
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => scene.UpdateAsync(edited, "Not mine", Ben));
        foreach (var (path, field) in ((string, string)[])[("text", "comment.text"), ("author", "update_mask")])
        {
            (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.Comments.UpdateCommentAsync(
                new() { Comment = new() { Name = edited.Name, Etag = "*" }, UpdateMask = new() { Paths = { path } } }, As(Ann), cancellationToken: Cancel).ResponseAsync);
            Assert.Equal([field], fields);
        }
    }

    [Fact]
    public async Task DeleteComment_takes_text_and_author_and_keeps_the_place_while_replies_need_it()
    {
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync();
        var reply = await scene.CreateAsync(by: Ben, parent: root.Name);
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => scene.DeleteAsync(root, Ben));
        await RpcAssert.FailsAsync(StatusCode.Aborted, "ETAG_MISMATCH", () => scene.Comments.DeleteCommentAsync(new() { Name = root.Name, Etag = reply.Etag }, As(Ann), cancellationToken: Cancel).ResponseAsync);

        var deleted = await scene.DeleteAsync(root);
        Assert.Equal(("", "", CommentState.Deleted, 1), (deleted.Text, deleted.Author, deleted.State, deleted.ReplyCount));
        Assert.Equal(deleted, await scene.GetAsync(root));
        Assert.Equal(deleted, await scene.DeleteAsync(root));
        var list = await scene.ListAsync();
        Assert.Equal((1, 1), (list.TotalSize, list.ThreadCount));
        Assert.Equal([reply], Assert.Single(list.Threads).Replies);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => scene.UpdateAsync(deleted, "Back"));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => scene.CreateAsync(parent: root.Name));

        Assert.Equal(CommentState.Deleted, (await scene.DeleteAsync(reply, Ben)).State);
        await scene.NotFoundAsync(root);
        await scene.NotFoundAsync(reply);
        list = await scene.ListAsync();
        Assert.Empty(list.Threads);
        Assert.Equal((0, 0), (list.TotalSize, list.ThreadCount));
        Assert.Equal(CommentState.Deleted, (await scene.GetAsync(root, Moderator)).State);
    }

    [Fact]
    public async Task Request_id_makes_one_comment_of_two_calls()
    {
        await using var scene = await StartAsync(store, perMinute: 2);
        var request = new CreateCommentRequest { Parent = scene.Story.Name, Comment = new() { Text = "Once" }, RequestId = Guid.NewGuid().ToString() };
        var first = await scene.Comments.CreateCommentAsync(request, As(Ann), cancellationToken: Cancel);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first, await scene.Comments.CreateCommentAsync(request, As(Ann), cancellationToken: Cancel));
        }

        Assert.Equal(1, (await scene.ListAsync()).TotalSize);
        Assert.NotEqual(first.Name, (await scene.Comments.CreateCommentAsync(request, As(Ben), cancellationToken: Cancel)).Name);
    }

    private static async Task<(HttpStatusCode Status, string Answer)> JsonAsync(CommentScene scene, string method, string path, string? body, string caller = Ann)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-broadsheet-caller", caller);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(scene.Content.Address, $"/v1/{path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}

public sealed class CommentOnSqliteTests() : CommentTests(StoreKind.Sqlite);

public sealed class CommentOnPostgresTests() : CommentTests(StoreKind.Postgres);
