using Broadsheet.Content.Comments;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static Broadsheet.Content.Tests.Comments.CommentScene;

namespace Broadsheet.Content.Tests.Comments;

public abstract class StoryLifeTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archiving_takes_comments_from_readers_and_publishing_brings_them_back()
    {
        await using var scene = await StartAsync(store);
        var comment = await scene.CreateAsync();
        var reply = await scene.CreateAsync(by: Ben, parent: comment.Name);
        var hidden = await scene.CreateAsync("Bad");
        await scene.ModerateAsync(hidden, ModerationActionKind.Hide);
        var before = await scene.ReplayAsync(FeedView.Published);
        Assert.Equal([comment.Name, reply.Name], before.Keys);

        await scene.Content.Stories.ArchiveStoryAsync(new() { Name = scene.Story.Name, Etag = "*" }, cancellationToken: Cancel);
        await scene.NotFoundAsync(comment);
        await scene.NotFoundAsync(comment, As(Ann));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.ListAsync());
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.DeleteAsync(comment));
        Assert.Equal(2, (await scene.ListAsync(Moderator)).TotalSize);
        Assert.Empty(await scene.ReplayAsync(FeedView.Published));
        Assert.Equal(3, (await scene.ReplayAsync(FeedView.All)).Count);
        // Moderated meanwhile, it does not come back.
        await scene.ModerateAsync(reply, ModerationActionKind.Delete);

        await scene.Content.Stories.PublishStoryAsync(new() { Name = scene.Story.Name, Etag = "*" }, cancellationToken: Cancel);
        Assert.Equal(comment, await scene.GetAsync(comment));
        Assert.Equal([comment], (await scene.ReplayAsync(FeedView.Published)).Values);
    }

    [Fact]
    public async Task Deleting_a_story_deletes_its_comments_and_leaves_the_audit_trail()
    {
        await using var scene = await StartAsync(store);
        var comment = await scene.CreateAsync();
        await scene.ReportAsync(comment);
        var hidden = await scene.CreateAsync("Bad");
        await scene.ModerateAsync(hidden, ModerationActionKind.Hide);
        await scene.Content.Stories.DeleteStoryAsync(new() { Name = scene.Story.Name, Etag = "*" }, cancellationToken: Cancel);

        await scene.NotFoundAsync(comment, Moderator);
        Assert.Empty(await scene.QueueAsync());
        Assert.Empty(await scene.ReplayAsync(FeedView.Published));
        Assert.Empty(await scene.ReplayAsync(FeedView.All));
        Assert.DoesNotContain(await scene.Content.ReadAllAsync(FeedView.Published), change => change.Resource == hidden.Name && change.PayloadCase == Change.PayloadOneofCase.Comment && change.Comment.State != CommentState.Visible);
        Assert.Single((await scene.Comments.ListModerationActionsAsync(new(), Moderator, cancellationToken: Cancel)).Actions);
    }

    [Fact]
    public async Task Closed_comments_can_be_read_deleted_and_reported_and_nothing_else()
    {
        await using var scene = await StartAsync(store);
        var comment = await scene.CreateAsync();
        var own = As(scene.Story.Creator);
        var name = $"{scene.Story.Name}/commentPolicy";
        var policy = await scene.Comments.GetCommentPolicyAsync(new() { Name = name }, cancellationToken: Cancel);
        Assert.Equal(CommentSwitch.Unspecified, policy.Comments);
        policy.Comments = CommentSwitch.Closed;
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => scene.Comments.SetCommentPolicyAsync(new() { Policy = policy }, As(Ann), cancellationToken: Cancel).ResponseAsync);
        var closed = await scene.Comments.SetCommentPolicyAsync(new() { Policy = policy }, own, cancellationToken: Cancel);
        Assert.Equal(closed, await scene.Comments.GetCommentPolicyAsync(new() { Name = name }, cancellationToken: Cancel));
        await RpcAssert.FailsAsync(StatusCode.Aborted, "ETAG_MISMATCH", () => scene.Comments.SetCommentPolicyAsync(new() { Policy = policy }, own, cancellationToken: Cancel).ResponseAsync);

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "COMMENTS_CLOSED", () => scene.CreateAsync());
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "COMMENTS_CLOSED", () => scene.CreateAsync(parent: comment.Name));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "COMMENTS_CLOSED", () => scene.UpdateAsync(comment, "Changed"));
        Assert.False((await scene.ListAsync()).CommentsOpen);
        await scene.ReportAsync(comment);
        await scene.DeleteAsync(comment);

        closed.Comments = CommentSwitch.Open;
        await scene.Comments.SetCommentPolicyAsync(new() { Policy = closed }, ContentFixture.Editor, cancellationToken: Cancel);
        await scene.CreateAsync();
        var community = new CommentPolicy { Name = $"{scene.Story.Community}/commentPolicy", Etag = "*", Comments = CommentSwitch.Closed };
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => scene.Comments.SetCommentPolicyAsync(new() { Policy = community }, own, cancellationToken: Cancel).ResponseAsync);
        await scene.Comments.SetCommentPolicyAsync(new() { Policy = community }, Moderator, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "COMMENTS_CLOSED", () => scene.CreateAsync());
        Assert.False((await scene.ListAsync()).CommentsOpen);

        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.Comments.SetCommentPolicyAsync(
            new() { Policy = new() { Name = name, Etag = "*", Moderation = CommentModeration.Pre } }, Moderator, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["policy.moderation"], fields);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.Comments.GetCommentPolicyAsync(new() { Name = "communities/none/commentPolicy" }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Stored_comments_can_be_taken_out_and_put_back_as_they_were()
    {
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync();
        var reply = await scene.CreateAsync(by: scene.Story.Creator, parent: root.Name);
        await scene.CreateAsync("Deeper", Ben, reply.Name);
        await scene.ModerateAsync(await scene.CreateAsync("Bad"), ModerationActionKind.Hide);
        await scene.DeleteAsync(root);
        var before = await scene.ListAsync(Moderator);

        await scene.Content.Services.GetRequiredService<ContentStore>().WriteAsync(
            async content =>
            {
                var stored = await StoryComments.StoredAsync(content, scene.Story.Name).ToListAsync(Cancel);
                await StoryComments.RemoveAsync(content, scene.Story.Name);
                foreach (var comment in stored)
                {
                    await StoryComments.RestoreAsync(content, comment);
                }

                return true;
            },
            Cancel);

        var after = await scene.ListAsync(Moderator);
        foreach (var comment in before.Threads.Concat(after.Threads).SelectMany(thread => thread.Replies.Append(thread.Comment)))
        {
            comment.Etag = "";
        }

        Assert.Equal(before, after);
        Assert.Equal(3, (await scene.ReplayAsync(FeedView.Published)).Count);
    }

    [Fact]
    public async Task Erasing_a_reader_leaves_threads_without_words_and_takes_reports_back()
    {
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync("Secret");
        var reply = await scene.CreateAsync("Also secret", parent: root.Name);
        var answer = await scene.CreateAsync("Not mine", Ben, reply.Name);
        var reported = await scene.CreateAsync("Reported", Ben);
        await scene.ReportAsync(reported, Ann, ReportReason.Hate);
        await scene.ReportAsync(reported, "readers/cay", ReportReason.Spam);

        await scene.Content.Services.GetRequiredService<ContentStore>().WriteAsync(
            async content =>
            {
                await StoryComments.EraseAuthorAsync(content, Ann);
                return true;
            },
            Cancel);

        foreach (var comment in (Comment[])[root, reply])
        {
            var left = await scene.GetAsync(comment, Moderator);
            Assert.Equal(("", "", CommentState.Deleted, 1), (left.Text, left.Author, left.State, left.ReplyCount));
        }

        Assert.Equal(answer, await scene.GetAsync(answer));
        var queued = Assert.Single(await scene.QueueAsync());
        Assert.Equal((reported.Name, 1), (queued.Name, queued.ReportCount));
        Assert.Equal([ReportReason.Spam], queued.ReportReasons);
        foreach (var view in (FeedView[])[FeedView.Published, FeedView.All])
        {
            Assert.DoesNotContain((await scene.ReplayAsync(view)).Values, comment => comment.Author == Ann || comment.Text.Contains("ecret", StringComparison.Ordinal));
        }

        Assert.Equal(2, (await scene.ListAsync()).TotalSize);
    }
}

public sealed class StoryLifeOnSqliteTests() : StoryLifeTests(StoreKind.Sqlite);

public sealed class StoryLifeOnPostgresTests() : StoryLifeTests(StoreKind.Postgres);
