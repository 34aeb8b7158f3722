using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Comments;

/// <summary>A running service with one published story that readers comment on.</summary>
internal sealed class CommentScene(ContentFixture content, Story story) : IAsyncDisposable
{
    public const string Ann = "readers/ann";
    public const string Ben = "readers/ben";

    public static readonly Metadata Nobody = [];
    public static readonly Metadata Moderator = new() { { "x-broadsheet-caller", "creators/mo;roles=moderator" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ContentFixture Content { get; } = content;

    public CommentService.CommentServiceClient Comments => Content.Comments;

    public Story Story { get; } = story;

    /// <summary>Starts it; the rate limit is out of the way unless a test sets it.</summary>
    public static async Task<CommentScene> StartAsync(StoreKind store, TimeProvider? time = null, int perMinute = 1_000_000, int perHour = 1_000_000)
    {
        var content = await ContentFixture.StartAsync(
            store, time, settings: [$"--Broadsheet:Content:Comments:PerMinute={perMinute}", $"--Broadsheet:Content:Comments:PerHour={perHour}"]);
        var (community, creator) = await content.SeedAsync();
        return new CommentScene(content, await PublishAsync(content, community, creator));
    }

    public static async Task<Story> PublishAsync(ContentFixture content, string community, string creator)
    {
        var draft = await content.CreateAsync(community, creator);
        return await content.Stories.PublishStoryAsync(new() { Name = draft.Name, Etag = draft.Etag }, cancellationToken: Cancel);
    }

    public static Metadata As(string caller) => new() { { "x-broadsheet-caller", caller } };

    public async Task<Comment> CreateAsync(string text = "Well said.", string by = Ann, string parent = "") => await Comments.CreateCommentAsync(
        new() { Parent = Story.Name, Comment = new() { Text = text, Parent = parent } }, As(by), cancellationToken: Cancel);

    public async Task<Comment> UpdateAsync(Comment comment, string text, string by = Ann) => await Comments.UpdateCommentAsync(
        new() { Comment = new() { Name = comment.Name, Etag = comment.Etag, Text = text } }, As(by), cancellationToken: Cancel);

    public async Task<Comment> DeleteAsync(Comment comment, string by = Ann) =>
        await Comments.DeleteCommentAsync(new() { Name = comment.Name, Etag = "*" }, As(by), cancellationToken: Cancel);

    public async Task ReportAsync(Comment comment, string by = Ben, ReportReason reason = ReportReason.Spam) =>
        await Comments.ReportCommentAsync(new() { Name = comment.Name, Reason = reason }, As(by), cancellationToken: Cancel);

    public async Task<Comment> GetAsync(Comment comment, Metadata? by = null) =>
        await Comments.GetCommentAsync(new() { Name = comment.Name }, by ?? Nobody, cancellationToken: Cancel);

    public Task NotFoundAsync(Comment comment, Metadata? by = null) =>
        RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => GetAsync(comment, by));

    public async Task<ListCommentsResponse> ListAsync(Metadata? by = null, string thread = "", int pageSize = 0, string token = "", ThreadOrder order = ThreadOrder.Unspecified) =>
        await Comments.ListCommentsAsync(
            new() { Parent = Story.Name, Thread = thread, PageSize = pageSize, PageToken = token, Order = order }, by ?? Nobody, cancellationToken: Cancel);

    public async Task<ModerationResult> ModerateAsync(Comment comment, ModerationActionKind action, string reason = "") =>
        Assert.Single((await Comments.ModerateCommentsAsync(new() { Names = { comment.Name }, Action = action, Reason = reason }, Moderator, cancellationToken: Cancel)).Results);

    public async Task<List<Comment>> QueueAsync(ListModerationQueueRequest? request = null) =>
        [.. (await Comments.ListModerationQueueAsync(request ?? new(), Moderator, cancellationToken: Cancel)).Comments];

    public async Task PreModerateAsync() => await Comments.SetCommentPolicyAsync(
        new() { Policy = new() { Name = $"{Story.Community}/commentPolicy", Etag = "*", Moderation = CommentModeration.Pre } }, Moderator, cancellationToken: Cancel);

    /// <summary>The story's comments as a reader of the feed has them, from its beginning.</summary>
    public async Task<SortedDictionary<string, Comment>> ReplayAsync(FeedView view)
    {
        var state = new SortedDictionary<string, Comment>(StringComparer.Ordinal);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var change in (await Content.ReadAllAsync(view)).Where(change => change.Resource.StartsWith($"{Story.Name}/comments/", StringComparison.Ordinal)))
        {
            Assert.True(change.Version > versions.GetValueOrDefault(change.Resource));
            versions[change.Resource] = change.Version;
            if (change.PayloadCase == Change.PayloadOneofCase.Comment)
            {
                state[change.Resource] = change.Comment;
            }
            else
            {
                Assert.Equal(Change.PayloadOneofCase.Tombstone, change.PayloadCase);
                state.Remove(change.Resource);
            }
        }

        return state;
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
