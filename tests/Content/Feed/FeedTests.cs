using Broadsheet.Content.V1;
using CsCheck;
using Grpc.Core;

namespace Broadsheet.Content.Tests;

public abstract class FeedTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Published_view_shows_what_anyone_may_read()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        story = await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
        story = await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = story.Etag, Title = "Working title" } }, cancellationToken: Cancel);
        await content.Stories.ArchiveStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);

        var published = await content.ReadAllAsync(FeedView.Published);
        Assert.Equal(
            [Change.PayloadOneofCase.Community, Change.PayloadOneofCase.Creator, Change.PayloadOneofCase.Story, Change.PayloadOneofCase.Tombstone],
            published.Select(change => change.PayloadCase));
        Assert.Equal("A title", published[2].Story.Title);
        var all = await content.ReadAllAsync(FeedView.All);
        Assert.Equal(6, all.Count);
        Assert.Equal(StoryState.Archived, all[^1].Story.State);
    }

    [Fact]
    public async Task Deleting_a_draft_is_no_news_to_readers()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        await content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);

        Assert.DoesNotContain(await content.ReadAllAsync(FeedView.Published), change => change.Resource == story.Name);
        Assert.Equal(Change.PayloadOneofCase.Tombstone, (await content.ReadAllAsync(FeedView.All))[^1].PayloadCase);
    }

    [Fact]
    public async Task Cursor_of_another_database_view_or_future_is_refused()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await using var other = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var page = await content.Feed.ListChangesAsync(new(), cancellationToken: Cancel);

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CURSOR_EXPIRED", () => other.Feed.ListChangesAsync(new() { Cursor = page.NextCursor }, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "CURSOR_INVALID", () => content.Feed.ListChangesAsync(new() { Cursor = page.NextCursor, View = FeedView.All }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "CURSOR_INVALID", () => content.Feed.ListChangesAsync(new() { Cursor = "nonsense" }, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => content.Feed.ListChangesAsync(new() { View = FeedView.All }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Concurrent_writers_lose_nothing_and_repeat_nothing_for_a_reader_that_watches_and_resumes()
    {
        const int Writers = 8;
        const int Stories = 12;
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var written = 2 + (Writers * Stories * 2);

        // The reader breaks its stream off again and again and resumes by cursor, while eight writers write.
        var read = Task.Run(
            async () =>
            {
                var changes = new List<Change>();
                var cursor = "";
                while (changes.Count < written)
                {
                    using var call = content.Feed.WatchChanges(new() { Cursor = cursor, View = FeedView.All }, ContentFixture.Editor, cancellationToken: Cancel);
                    for (var messages = 0; messages < 5 && changes.Count < written && await call.ResponseStream.MoveNext(Cancel); messages++)
                    {
                        changes.AddRange(call.ResponseStream.Current.Changes);
                        cursor = call.ResponseStream.Current.NextCursor;
                    }
                }

                return changes;
            },
            Cancel);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < Stories; i++)
                {
                    var story = await content.CreateAsync(community, creator, $"Story {writer} {i}");
                    await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
                    // A write that is rolled back must leave no trace in the feed.
                    await Assert.ThrowsAsync<RpcException>(() => content.CreateAsync("communities/none", creator));
                }
            },
            Cancel)));

        var seen = await read;
        Assert.Equal(written, seen.Count);
        Assert.Equal(written, seen.Select(change => change.Cursor).Distinct(StringComparer.Ordinal).Count());
        foreach (var versions in seen.GroupBy(change => change.Resource, change => change.Version))
        {
            Assert.Equal(versions.Order(), versions);
        }

        Assert.Equal(seen, await content.ReadAllAsync(FeedView.All, pageSize: 7));
    }

    [Fact]
    public async Task Watch_sends_a_checkpoint_when_it_has_caught_up_and_then_the_change()
    {
        await using var content = await ContentFixture.StartAsync(store);
        using var call = content.Feed.WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Empty(call.ResponseStream.Current.Changes);
        Assert.Equal(0, call.ResponseStream.Current.Head.ChangesBehind);

        await content.SeedAsync();
        do
        {
            // A slow machine may bring another checkpoint first.
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }
        while (call.ResponseStream.Current.Changes.Count == 0);
    }

    [Fact]
    public async Task Any_sequence_of_edits_read_in_pages_of_any_size_ends_as_the_stories_are()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var names = new List<string>();
        await Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5]).Array[20].SampleAsync(
            async steps =>
            {
                foreach (var (kind, index) in steps)
                {
                    if (kind == 0 || names.Count == 0)
                    {
                        names.Add((await content.CreateAsync(community, creator, $"Story {names.Count}")).Name);
                        continue;
                    }

                    var name = names[index % names.Count];
                    try
                    {
                        switch (kind)
                        {
                            case 1:
                                await content.Stories.PublishStoryAsync(new() { Name = name, Etag = "*" }, cancellationToken: Cancel);
                                break;
                            case 2:
                                await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = name, Etag = "*", Dek = $"Dek {Guid.NewGuid()}" } }, cancellationToken: Cancel);
                                break;
                            case 3:
                                await content.Stories.ArchiveStoryAsync(new() { Name = name, Etag = "*" }, cancellationToken: Cancel);
                                break;
                            default:
                                await content.Stories.DeleteStoryAsync(new() { Name = name, Etag = "*" }, cancellationToken: Cancel);
                                break;
                        }
                    }
                    catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
                    {
                        // Deleted or archived already: the sequence goes on.
                    }
                }

                var state = new SortedDictionary<string, Story>(StringComparer.Ordinal);
                foreach (var change in await content.ReadAllAsync(FeedView.Published, pageSize: 3))
                {
                    if (change.PayloadCase == Change.PayloadOneofCase.Story)
                    {
                        state[change.Resource] = change.Story;
                    }
                    else
                    {
                        state.Remove(change.Resource);
                    }
                }

                var stories = await content.Stories.ListStoriesAsync(new() { PageSize = 200 }, cancellationToken: Cancel);
                Assert.Equal(stories.Stories.Select(story => story.Name).Order(StringComparer.Ordinal), state.Keys);
                Assert.All(stories.Stories, story => Assert.Equal(story.Revision, state[story.Name].Revision));
            },
            iter: 5,
            threads: 1);
    }
}

public sealed class FeedOnSqliteTests() : FeedTests(StoreKind.Sqlite);

public sealed class FeedOnPostgresTests() : FeedTests(StoreKind.Postgres);
