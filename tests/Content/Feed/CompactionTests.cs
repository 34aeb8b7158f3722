using Broadsheet.Content.Feed;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Content.Tests.Feed;

/// <summary>What of the feed stays, for how long, and what that means to readers who were away.</summary>
public abstract class CompactionTests(StoreKind store)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Within_the_horizon_every_change_is_there_and_after_it_the_newest_of_each_view()
    {
        await using var content = await StartAsync();
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        story = await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
        for (var i = 0; i < 3; i++)
        {
            await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = "*", Dek = $"Draft {i}" } }, cancellationToken: Cancel);
        }

        await CompactAfterAsync(content, TimeSpan.FromHours(23));
        Assert.Equal(7, (await content.ReadAllAsync(FeedView.All)).Count);

        await CompactAfterAsync(content, TimeSpan.FromHours(2));
        var all = await content.ReadAllAsync(FeedView.All);
        Assert.Equal([community, creator, story.Name], all.Select(change => change.Resource).Order(StringComparer.Ordinal));
        Assert.Equal("Draft 2", all[^1].Story.Dek);
        // What readers see was last changed before the drafts.
        var published = await content.ReadAllAsync(FeedView.Published);
        Assert.Equal("", Assert.Single(published, change => change.PayloadCase == Change.PayloadOneofCase.Story).Story.Dek);
    }

    [Fact]
    public async Task Reader_that_knew_a_resource_hears_of_its_end_or_that_its_cursor_has_expired()
    {
        await using var content = await StartAsync();
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        await content.NumberedAsync();
        var before = await PageAsync(content, "");
        await content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);

        await CompactAfterAsync(content, TimeSpan.FromDays(2));
        var after = await PageAsync(content, before.NextCursor);
        Assert.Equal([Change.PayloadOneofCase.Tombstone], after.Changes.Select(change => change.PayloadCase));
        // One that begins now meets the tombstone, and may take its time over it.
        var bootstrap = await PageAsync(content, "", size: 1);
        Assert.Contains(await content.ReadAllAsync(FeedView.All), change => change.Resource == story.Name && change.PayloadCase == Change.PayloadOneofCase.Tombstone);

        await CompactAfterAsync(content, TimeSpan.FromDays(30));
        Assert.DoesNotContain(await content.ReadAllAsync(FeedView.All), change => change.Resource == story.Name);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CURSOR_EXPIRED", () => PageAsync(content, before.NextCursor));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CURSOR_EXPIRED", async () =>
        {
            using var call = content.Feed.WatchChanges(new() { View = FeedView.All, Cursor = before.NextCursor }, ContentFixture.Editor, cancellationToken: Cancel);
            await call.ResponseStream.MoveNext(Cancel);
        });
        // The tombstone was there alone when the slow reader began, so it misses nothing.
        Assert.Equal([creator], (await PageAsync(content, bootstrap.NextCursor)).Changes.Select(change => change.Resource));
        // And one that has seen it goes on.
        Assert.Empty((await PageAsync(content, after.NextCursor)).Changes);
    }

    [Fact]
    public async Task Resource_that_came_back_under_its_name_has_a_greater_version_and_stays()
    {
        await using var content = await StartAsync();
        var first = await content.Creators.CreateCreatorAsync(new() { Creator = new() { Name = "creators/ada", DisplayName = "Ada" } }, cancellationToken: Cancel);
        await content.Creators.DeleteCreatorAsync(new() { Name = first.Name, Etag = first.Etag }, cancellationToken: Cancel);
        await CompactAfterAsync(content, TimeSpan.FromDays(32));
        await content.Creators.CreateCreatorAsync(new() { Creator = new() { Name = "creators/ada", DisplayName = "Ada again" } }, cancellationToken: Cancel);
        await CompactAfterAsync(content, TimeSpan.FromDays(32));

        var change = Assert.Single(await content.ReadAllAsync(FeedView.Published));
        Assert.Equal("Ada again", change.Creator.DisplayName);
        Assert.True(Contracts.Etag.TryGetVersion(first.Etag, out var old));
        Assert.True(change.Version > old);
    }

    private Task<ContentFixture> StartAsync() => ContentFixture.StartAsync(store, _time);

    private async Task CompactAfterAsync(ContentFixture content, TimeSpan time)
    {
        await content.NumberedAsync();
        _time.Advance(time);
        await content.Services.GetServices<IHostedService>().OfType<FeedCompaction>().Single().CompactAsync(Cancel);
    }

    private static async Task<ListChangesResponse> PageAsync(ContentFixture content, string cursor, int size = 0) => await content.Feed.ListChangesAsync(
        new() { View = FeedView.All, Cursor = cursor, PageSize = size }, ContentFixture.Editor, cancellationToken: Cancel);
}

public sealed class CompactionOnSqliteTests() : CompactionTests(StoreKind.Sqlite);

public sealed class CompactionOnPostgresTests() : CompactionTests(StoreKind.Postgres);
