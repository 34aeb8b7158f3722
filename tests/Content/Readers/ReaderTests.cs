using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Readers;

public abstract class ReaderTests(StoreKind store)
{
    private static readonly Metadata Ann = ContentFixture.As("readers/ann;roles=writer");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasing_a_reader_leaves_nothing_of_them_and_others_as_they_were()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var ben = ContentFixture.As("readers/ben");
        var story = await content.Stories.CreateStoryAsync(
            new() { Story = new() { Title = "A title", Community = community, Creator = creator, Sections = { new Section() } }, RequestId = Guid.NewGuid().ToString() }, Ann, cancellationToken: Cancel);
        foreach (var caller in new[] { Ann, ben })
        {
            await content.Follows.FollowCreatorAsync(new() { Name = creator, RequestId = Guid.NewGuid().ToString() }, caller, cancellationToken: Cancel);
            await content.Follows.FollowCommunityAsync(new() { Name = community }, caller, cancellationToken: Cancel);
        }

        var kept = await content.Readers.ExportReaderAsync(new() { Name = "readers/ann" }, Ann, cancellationToken: Cancel);
        Assert.Equal([community, creator], kept.Follows.Select(follow => follow.Followed));
        Assert.Equal(["/broadsheet.content.v1.StoryService/CreateStory", "/broadsheet.content.v1.FollowService/FollowCreator"], kept.Requests.Select(request => request.Method));
        Assert.Equal($"{story.Name}/revisions/1", Assert.Single(kept.Revisions).Name);

        var erase = new EraseReaderRequest { Name = "readers/ann", RequestId = Guid.NewGuid().ToString() };
        var erased = await content.Readers.EraseReaderAsync(erase, Ann, cancellationToken: Cancel);
        Assert.Equal((2, 0, 2, 1), (erased.FollowCount, erased.CommentCount, erased.RequestCount, erased.RevisionCount));

        // A repeat with the same id is answered alike, one without finds nothing but the answer to the first.
        Assert.Equal(erased, await content.Readers.EraseReaderAsync(erase, Ann, cancellationToken: Cancel));
        var again = await content.Readers.EraseReaderAsync(new() { Name = "readers/ann" }, ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal(new EraseReaderResponse { RequestCount = 1 }, again);
        Assert.Equal(new ExportReaderResponse { Name = "readers/ann" }, await content.Readers.ExportReaderAsync(new() { Name = "readers/ann" }, Ann, cancellationToken: Cancel));

        Assert.Equal(1, (await content.Creators.GetCreatorAsync(new() { Name = creator }, cancellationToken: Cancel)).FollowerCount);
        Assert.Equal(2, (await content.Readers.ExportReaderAsync(new() { Name = "readers/ben" }, ben, cancellationToken: Cancel)).Follows.Count);
        var revision = await content.Stories.GetRevisionAsync(new() { Name = $"{story.Name}/revisions/1" }, ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal(("", "A title"), (revision.Author, revision.Story.Title));
        var tombstones = (await content.ReadAllAsync(FeedView.All)).Where(change => change.Resource.StartsWith("readers/ann/", StringComparison.Ordinal)).GroupBy(change => change.Resource);
        Assert.All(tombstones, changes => Assert.Equal(Change.PayloadOneofCase.Tombstone, changes.Last().PayloadCase));
        Assert.Equal(2, tombstones.Count());
    }

    [Fact]
    public async Task Erasing_a_reader_empties_their_comments_and_keeps_the_thread()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        var ben = ContentFixture.As("readers/ben");
        var asked = await content.Comments.CreateCommentAsync(new() { Parent = story.Name, Comment = new() { Text = "Why?" } }, Ann, cancellationToken: Cancel);
        var answer = await content.Comments.CreateCommentAsync(new() { Parent = story.Name, Comment = new() { Text = "Because.", Parent = asked.Name } }, ben, cancellationToken: Cancel);
        await content.Comments.ReportCommentAsync(new() { Name = answer.Name, Reason = ReportReason.Spam }, Ann, cancellationToken: Cancel);

        var kept = await content.Readers.ExportReaderAsync(new() { Name = "readers/ann" }, Ann, cancellationToken: Cancel);
        Assert.Equal("Why?", Assert.Single(kept.Comments).Text);
        Assert.Equal((answer.Name, ReportReason.Spam), (Assert.Single(kept.Reports).Comment, kept.Reports[0].Report.Reason));

        Assert.Equal(1, (await content.Readers.EraseReaderAsync(new() { Name = "readers/ann" }, Ann, cancellationToken: Cancel)).CommentCount);
        Assert.Equal(new ExportReaderResponse { Name = "readers/ann" }, await content.Readers.ExportReaderAsync(new() { Name = "readers/ann" }, Ann, cancellationToken: Cancel));
        var thread = Assert.Single((await content.Comments.ListCommentsAsync(new() { Parent = story.Name }, cancellationToken: Cancel)).Threads);
        Assert.Equal(("", "", "Because."), (thread.Comment.Author, thread.Comment.Text, Assert.Single(thread.Replies).Text));
        Assert.Equal(0, (await content.Readers.EraseReaderAsync(new() { Name = "readers/ann" }, Ann, cancellationToken: Cancel)).CommentCount);
    }

    [Fact]
    public async Task What_is_kept_is_for_the_reader_and_editors()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var name = "readers/Ann.Example~1";
        foreach (var call in new Func<Metadata?, Task>[]
        {
            caller => content.Readers.ExportReaderAsync(new() { Name = name }, caller, cancellationToken: Cancel).ResponseAsync,
            caller => content.Readers.EraseReaderAsync(new() { Name = name }, caller, cancellationToken: Cancel).ResponseAsync,
        })
        {
            await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => call(null));
            await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => call(ContentFixture.As("readers/mod;roles=moderator,writer")));
            await call(ContentFixture.As(name));
            await call(ContentFixture.Editor);
        }

        foreach (var wrong in new[] { "", "readers/", "communities/geeks", "readers/a b", "readers/a/follows/b" })
        {
            var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Readers.EraseReaderAsync(new() { Name = wrong }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync);
            Assert.Equal(["name"], fields);
        }
    }

    [Fact]
    public async Task Erasing_a_creator_as_reader_keeps_what_they_published()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        await content.Follows.FollowCommunityAsync(new() { Name = community }, ContentFixture.As(creator), cancellationToken: Cancel);

        var erased = await content.Readers.EraseReaderAsync(new() { Name = creator }, ContentFixture.As(creator), cancellationToken: Cancel);

        Assert.Equal(1, erased.FollowCount);
        Assert.Equal("Ada Example", (await content.Stories.GetStoryAsync(new() { Name = story.Name }, ContentFixture.Editor, cancellationToken: Cancel)).CreatorDisplayName);
    }
}

public sealed class ReaderOnSqliteTests() : ReaderTests(StoreKind.Sqlite);

public sealed class ReaderOnPostgresTests() : ReaderTests(StoreKind.Postgres);
