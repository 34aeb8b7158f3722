using System.Globalization;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using static Broadsheet.Content.Tests.Comments.CommentScene;

namespace Broadsheet.Content.Tests.Comments;

public abstract class ModerationTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Moderating_needs_a_known_moderator()
    {
        await using var scene = await StartAsync(store);
        foreach (var call in (Func<Metadata, Task>[])
        [
            by => scene.Comments.ListModerationQueueAsync(new(), by, cancellationToken: Cancel).ResponseAsync,
            by => scene.Comments.ListModerationActionsAsync(new(), by, cancellationToken: Cancel).ResponseAsync,
            by => scene.Comments.ListBansAsync(new(), by, cancellationToken: Cancel).ResponseAsync,
            by => scene.Comments.BanCommenterAsync(new() { Reader = Ann, Reason = "x" }, by, cancellationToken: Cancel).ResponseAsync,
            by => scene.Comments.UnbanCommenterAsync(new() { Reader = Ann }, by, cancellationToken: Cancel).ResponseAsync,
            by => scene.Comments.ListCommentReportsAsync(new() { Parent = $"stories/a/comments/{new string('0', 32)}" }, by, cancellationToken: Cancel).ResponseAsync,
            by => scene.Comments.ModerateCommentsAsync(
                new() { Names = { $"stories/a/comments/{new string('0', 32)}" }, Action = ModerationActionKind.Hide }, by, cancellationToken: Cancel).ResponseAsync,
        ])
        {
            await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => call(Nobody));
            var (info, _) = await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => call(ContentFixture.Editor));
            Assert.Equal("moderator", info.Metadata["role"]);
        }
    }

    [Fact]
    public async Task Premoderated_comment_waits_and_so_does_its_edit()
    {
        await using var scene = await StartAsync(store);
        await scene.PreModerateAsync();

        var comment = await scene.CreateAsync();
        Assert.Equal(CommentState.Pending, comment.State);
        await scene.NotFoundAsync(comment);
        Assert.Empty((await scene.ListAsync()).Threads);
        Assert.Equal(0, (await scene.ListAsync()).TotalSize);
        Assert.Equal(comment, await scene.GetAsync(comment, As(Ann)));
        Assert.Equal(comment, Assert.Single((await scene.ListAsync(As(Ann))).Threads).Comment);
        await scene.NotFoundAsync(comment, As(Ben));
        Assert.Equal(comment.Name, Assert.Single(await scene.QueueAsync()).Name);
        Assert.Empty(await scene.ReplayAsync(FeedView.Published));

        var approved = (await scene.ModerateAsync(comment, ModerationActionKind.Approve)).Comment;
        Assert.Equal(CommentState.Visible, approved.State);
        var seen = await scene.GetAsync(comment);
        Assert.Null(seen.Moderation);
        var reply = await scene.CreateAsync(by: "creators/mo;roles=moderator", parent: comment.Name);
        Assert.Equal(CommentState.Visible, reply.State);

        // The reply stays where it was, below a comment that is only a place while it waits again.
        await scene.UpdateAsync(seen, "Changed");
        var place = Assert.Single((await scene.ListAsync()).Threads);
        Assert.Equal((CommentState.Pending, "", ""), (place.Comment.State, place.Comment.Text, place.Comment.Author));
        Assert.Equal(reply.Name, Assert.Single(place.Replies).Name);
        Assert.Equal("Changed", (await scene.GetAsync(comment, As(Ann))).Text);
        Assert.Equal(1, (await scene.ListAsync()).TotalSize);
    }

    [Fact]
    public async Task Report_counts_once_for_each_reader_and_reaches_the_queue()
    {
        await using var scene = await StartAsync(store);
        var comment = await scene.CreateAsync();
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => scene.Comments.ReportCommentAsync(
            new() { Name = comment.Name, Reason = ReportReason.Spam }, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.ReportAsync(comment, reason: ReportReason.Unspecified));
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.ReportAsync(comment, reason: ReportReason.Other));
        Assert.Equal(["note"], fields);

        await scene.ReportAsync(comment);
        await scene.ReportAsync(comment, reason: ReportReason.Hate);
        await scene.ReportAsync(comment, "readers/cay", ReportReason.Hate);
        var queued = Assert.Single(await scene.QueueAsync());
        Assert.Equal(2, queued.ReportCount);
        Assert.Equal([ReportReason.Spam, ReportReason.Hate], queued.ReportReasons);
        Assert.Equal(comment, await scene.GetAsync(comment, As(Ann)));

        var page = await scene.Comments.ListCommentReportsAsync(new() { Parent = comment.Name, PageSize = 1 }, Moderator, cancellationToken: Cancel);
        Assert.Equal((Ben, ReportReason.Spam, false), (page.Reports[0].Reader, page.Reports[0].Reason, page.Reports[0].Settled));
        page = await scene.Comments.ListCommentReportsAsync(new() { Parent = comment.Name, PageSize = 1, PageToken = page.NextPageToken }, Moderator, cancellationToken: Cancel);
        Assert.Equal(("readers/cay", ""), (page.Reports[0].Reader, page.NextPageToken));

        var dismissed = (await scene.ModerateAsync(comment, ModerationActionKind.DismissReports, "harmless")).Comment;
        Assert.Equal((CommentState.Visible, 0, comment.Etag), (dismissed.State, dismissed.ReportCount, dismissed.Etag));
        // What was dismissed stays dismissed, until there is another text to report.
        await scene.ReportAsync(comment);
        Assert.Empty(await scene.QueueAsync());
        await scene.UpdateAsync(comment, "Worse");
        await scene.ReportAsync(comment);
        Assert.Single(await scene.QueueAsync());
        Assert.Single(await scene.ReplayAsync(FeedView.Published));
        Assert.Equal(1, (await scene.ReplayAsync(FeedView.All))[comment.Name].ReportCount);
    }

    [Fact]
    public async Task Bulk_moderation_does_what_it_can_and_says_what_it_could_not()
    {
        await using var scene = await StartAsync(store);
        var hidden = await scene.CreateAsync("Bad");
        var reply = await scene.CreateAsync(by: Ben, parent: hidden.Name);
        var gone = await scene.DeleteAsync(await scene.CreateAsync());
        var none = $"{scene.Story.Name}/comments/{new string('f', 32)}";
        var request = new ModerateCommentsRequest { Names = { hidden.Name, gone.Name, none }, Action = ModerationActionKind.Hide, Reason = "rude", RequestId = Guid.NewGuid().ToString() };

        var response = await scene.Comments.ModerateCommentsAsync(request, Moderator, cancellationToken: Cancel);
        Assert.Equal(response, await scene.Comments.ModerateCommentsAsync(request, Moderator, cancellationToken: Cancel));
        Assert.Equal(request.Names, response.Results.Select(result => result.Name));
        Assert.Equal([ErrorReason.Unspecified, ErrorReason.StateInvalid, ErrorReason.ResourceNotFound], response.Results.Select(result => result.Error));
        Assert.Equal((CommentState.Hidden, "Bad"), (response.Results[0].Comment.State, response.Results[0].Comment.Text));
        Assert.Equal(("creators/mo", "rude"), (response.Results[0].Comment.Moderation.Moderator, response.Results[0].Comment.Moderation.Reason));

        var list = await scene.ListAsync();
        Assert.Equal((1, 1), (list.TotalSize, list.ThreadCount));
        Assert.Equal((CommentState.Hidden, ""), (list.Threads[0].Comment.State, list.Threads[0].Comment.Text));
        Assert.Equal("Bad", (await scene.GetAsync(hidden, As(Ann))).Text);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => scene.Comments.UpdateCommentAsync(
            new() { Comment = new() { Name = hidden.Name, Etag = "*", Text = "Good" } }, As(Ann), cancellationToken: Cancel).ResponseAsync);
        await scene.ModerateAsync(hidden, ModerationActionKind.Approve);
        Assert.Equal("Bad", (await scene.GetAsync(hidden)).Text);
        await scene.ModerateAsync(reply, ModerationActionKind.Delete, "spam");
        await scene.NotFoundAsync(reply);
        Assert.Equal(ErrorReason.Unspecified, (await scene.ModerateAsync(reply, ModerationActionKind.Delete)).Error);

        var trail = (await scene.Comments.ListModerationActionsAsync(new(), Moderator, cancellationToken: Cancel)).Actions;
        Assert.Equal([ModerationActionKind.Delete, ModerationActionKind.Approve, ModerationActionKind.Hide], trail.Select(action => action.Kind));
        Assert.Equal([CommentState.Visible, CommentState.Hidden, CommentState.Visible], trail.Select(action => action.PreviousState));
        var own = await scene.Comments.ListModerationActionsAsync(new() { Comment = hidden.Name, Moderator = "creators/mo", PageSize = 1 }, Moderator, cancellationToken: Cancel);
        Assert.Equal(ModerationActionKind.Approve, Assert.Single(own.Actions).Kind);
        own = await scene.Comments.ListModerationActionsAsync(
            new() { Comment = hidden.Name, Moderator = "creators/mo", PageSize = 1, PageToken = own.NextPageToken }, Moderator, cancellationToken: Cancel);
        Assert.Equal((ModerationActionKind.Hide, ""), (Assert.Single(own.Actions).Kind, own.NextPageToken));

        request.Names.Add(hidden.Name);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => scene.Comments.ModerateCommentsAsync(
            new() { Names = { hidden.Name, hidden.Name }, Action = ModerationActionKind.Ban }, Moderator, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["names", "action"], fields);
    }

    [Fact]
    public async Task Queue_spans_the_site_oldest_first_and_is_filtered()
    {
        await using var scene = await StartAsync(store);
        await scene.PreModerateAsync();
        var other = await scene.Content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Other" } }, cancellationToken: Cancel);
        var elsewhere = new CommentScene(scene.Content, await PublishAsync(scene.Content, other.Name, scene.Story.Creator));
        var first = await scene.CreateAsync();
        var second = await elsewhere.CreateAsync();
        await elsewhere.CreateAsync("Nothing wrong with this one.");
        var third = await scene.CreateAsync(by: Ben);
        await elsewhere.ReportAsync(second, "readers/cay");

        async Task ListsAsync(ListModerationQueueRequest request, params Comment[] expected)
        {
            request.PageSize = 1;
            var names = new List<string>();
            do
            {
                var page = await scene.Comments.ListModerationQueueAsync(request, Moderator, cancellationToken: Cancel);
                names.AddRange(page.Comments.Select(comment => comment.Name));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            Assert.Equal(expected.Select(comment => comment.Name), names);
        }

        await ListsAsync(new(), first, second, third);
        await ListsAsync(new() { Community = other.Name }, second);
        await ListsAsync(new() { Story = scene.Story.Name }, first, third);
        await ListsAsync(new() { Author = Ann }, first, second);
        await ListsAsync(new() { Author = Ann, State = CommentState.Pending }, first);
        await scene.ModerateAsync(first, ModerationActionKind.Hide);
        await ListsAsync(new(), second, third);
        await ListsAsync(new() { State = CommentState.Hidden }, first);
    }

    [Fact]
    public async Task Ban_keeps_a_reader_out_where_and_as_long_as_it_says()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var scene = await StartAsync(store, time);
        var comment = await scene.CreateAsync();
        var end = Timestamp.FromDateTimeOffset(time.GetUtcNow().AddHours(1));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.Comments.BanCommenterAsync(
            new() { Reader = Ann, Community = "communities/none", Reason = "spam" }, Moderator, cancellationToken: Cancel).ResponseAsync);
        await scene.Comments.BanCommenterAsync(new() { Reader = Ann, Community = scene.Story.Community, Reason = "spam", ExpireTime = end }, Moderator, cancellationToken: Cancel);

        var (info, _) = await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "COMMENTER_BANNED", () => scene.CreateAsync());
        Assert.Equal(end.ToDateTimeOffset(), DateTimeOffset.Parse(info.Metadata["expire_time"], CultureInfo.InvariantCulture));
        Assert.Equal(scene.Story.Community, info.Metadata["community"]);
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "COMMENTER_BANNED", () => scene.UpdateAsync(comment, "Still here"));
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "COMMENTER_BANNED", () => scene.ReportAsync(comment, Ann));
        await scene.CreateAsync(by: Ben);
        time.Advance(TimeSpan.FromMinutes(61));
        await scene.CreateAsync();
        Assert.Empty((await scene.Comments.ListBansAsync(new(), Moderator, cancellationToken: Cancel)).Bans);

        await scene.Comments.BanCommenterAsync(new() { Reader = Ann, Reason = "spam" }, Moderator, cancellationToken: Cancel);
        await scene.Comments.BanCommenterAsync(new() { Reader = Ben, Reason = "spam" }, Moderator, cancellationToken: Cancel);
        (info, _) = await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "COMMENTER_BANNED", () => scene.CreateAsync());
        Assert.Empty(info.Metadata);
        var page = await scene.Comments.ListBansAsync(new() { PageSize = 1 }, Moderator, cancellationToken: Cancel);
        Assert.Equal(("spam", "creators/mo"), (page.Bans[0].Reason, page.Bans[0].Moderator));
        page = await scene.Comments.ListBansAsync(new() { PageSize = 1, PageToken = page.NextPageToken }, Moderator, cancellationToken: Cancel);
        Assert.Equal((Ben, ""), (Assert.Single(page.Bans).Reader, page.NextPageToken));
        await scene.Comments.UnbanCommenterAsync(new() { Reader = Ann, Reason = "sorry" }, Moderator, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => scene.Comments.UnbanCommenterAsync(new() { Reader = Ann }, Moderator, cancellationToken: Cancel).ResponseAsync);
        await scene.DeleteAsync(await scene.CreateAsync());
        Assert.Equal(4, (await scene.Comments.ListModerationActionsAsync(new(), Moderator, cancellationToken: Cancel)).Actions.Count);
    }

    [Fact]
    public async Task Rate_limit_says_when_it_ends_and_survives_another_replica()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var scene = await StartAsync(store, time, perMinute: 3, perHour: 5);
        async Task<TimeSpan> RefusedAsync()
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => scene.CreateAsync());
            Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
            Assert.Equal("RATE_LIMITED", error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
            return error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan();
        }

        var comment = await scene.CreateAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await scene.UpdateAsync(comment, "Counts");
        await scene.ReportAsync(comment, Ann);
        Assert.Equal(TimeSpan.FromSeconds(50), await RefusedAsync());
        await scene.CreateAsync(by: Ben);
        time.Advance(TimeSpan.FromSeconds(50));
        await scene.CreateAsync();
        time.Advance(TimeSpan.FromMinutes(2));
        await scene.CreateAsync();
        Assert.Equal(TimeSpan.FromMinutes(57), await RefusedAsync());
        time.Advance(TimeSpan.FromMinutes(57));
        await scene.CreateAsync();
        if (store == StoreKind.Postgres)
        {
            await using var replica = await ContentFixture.StartAsync(
                store, time, scene.Content.Data, settings: ["--Broadsheet:Content:Comments:PerMinute=3", "--Broadsheet:Content:Comments:PerHour=1"]);
            await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "RATE_LIMITED", () => new CommentScene(replica, scene.Story).CreateAsync());
        }
    }
}

public sealed class ModerationOnSqliteTests() : ModerationTests(StoreKind.Sqlite);

public sealed class ModerationOnPostgresTests() : ModerationTests(StoreKind.Postgres);
