using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Content.Tests.Follows;

public abstract class FollowTests(StoreKind store)
{
    private static readonly Metadata Ann = ContentFixture.As("readers/ann");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follow_and_unfollow_do_once_what_they_are_asked_twice()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();

        var follow = (await content.Follows.FollowCreatorAsync(new() { Name = creator }, Ann, cancellationToken: Cancel)).Follow;
        Assert.Equal("readers/ann/follows/creators~ada-example", follow.Name);
        Assert.Equal(("readers/ann", creator, "Ada Example", "ada-example"), (follow.Reader, follow.Followed, follow.DisplayName, follow.Handle));
        Assert.Equal(follow, (await content.Follows.FollowCreatorAsync(new() { Name = creator }, Ann, cancellationToken: Cancel)).Follow);
        await content.Follows.FollowCommunityAsync(new() { Name = community }, Ann, cancellationToken: Cancel);
        await content.Follows.FollowCreatorAsync(new() { Name = creator }, ContentFixture.As("creators/ben"), cancellationToken: Cancel);

        Assert.Equal(2, await FollowersAsync(content, creator));
        for (var i = 0; i < 2; i++)
        {
            await content.Follows.UnfollowCreatorAsync(new() { Name = creator }, Ann, cancellationToken: Cancel);
            Assert.Equal(1, await FollowersAsync(content, creator));
        }

        await content.Follows.UnfollowCommunityAsync(new() { Name = community }, Ann, cancellationToken: Cancel);
        await content.Follows.UnfollowCommunityAsync(new() { Name = "communities/none" }, Ann, cancellationToken: Cancel);
        Assert.Equal(0, (await content.Communities.GetCommunityAsync(new() { Name = community }, cancellationToken: Cancel)).FollowerCount);
        Assert.Empty((await content.Follows.ListFollowsAsync(new(), Ann, cancellationToken: Cancel)).Follows);
    }

    [Fact]
    public async Task Follows_are_the_caller_s_alone()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => content.Follows.FollowCreatorAsync(new() { Name = creator }, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => content.Follows.UnfollowCommunityAsync(new() { Name = community }, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => content.Follows.ListFollowsAsync(new(), cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Follows.FollowCreatorAsync(new() { Name = "creators/none" }, Ann, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Follows.FollowCreatorAsync(new() { Name = community }, Ann, cancellationToken: Cancel).ResponseAsync);

        await content.Follows.FollowCreatorAsync(new() { Name = creator }, Ann, cancellationToken: Cancel);
        Assert.Empty((await content.Follows.ListFollowsAsync(new(), ContentFixture.Editor, cancellationToken: Cancel)).Follows);
        var page = await content.Follows.ListFollowsAsync(new(), Ann, cancellationToken: Cancel);
        Assert.Equal("ada-example", Assert.Single(page.Follows).Handle);
    }

    [Fact]
    public async Task ListFollows_pages_from_the_newest_and_by_kind()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var followed = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var creator = await content.Creators.CreateCreatorAsync(new() { Creator = new() { DisplayName = $"Creator {i}" } }, cancellationToken: Cancel);
            var community = await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = $"Community {i}" } }, cancellationToken: Cancel);
            await content.Follows.FollowCreatorAsync(new() { Name = creator.Name }, Ann, cancellationToken: Cancel);
            await content.Follows.FollowCommunityAsync(new() { Name = community.Name }, Ann, cancellationToken: Cancel);
            followed.AddRange([creator.Name, community.Name]);
        }

        followed.Reverse();
        Assert.Equal(followed, await ListAsync(FollowKind.Unspecified));
        Assert.Equal(followed.Where(name => name.StartsWith("creators/", StringComparison.Ordinal)), await ListAsync(FollowKind.Creator));
        Assert.Equal(followed.Where(name => name.StartsWith("communities/", StringComparison.Ordinal)), await ListAsync(FollowKind.Community));
        var token = (await content.Follows.ListFollowsAsync(new() { PageSize = 1 }, Ann, cancellationToken: Cancel)).NextPageToken;
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => content.Follows.ListFollowsAsync(new() { PageToken = token }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync);

        async Task<List<string>> ListAsync(FollowKind kind)
        {
            var names = new List<string>();
            var request = new ListFollowsRequest { Kind = kind, PageSize = 3 };
            do
            {
                var page = await content.Follows.ListFollowsAsync(request, Ann, cancellationToken: Cancel);
                names.AddRange(page.Follows.Select(follow => follow.Followed));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return names;
        }
    }

    [Fact]
    public async Task Counts_are_exact_under_many_who_follow_and_unfollow_at_once_and_change_no_profile()
    {
        const int Readers = 32;
        await using var content = await ContentFixture.StartAsync(store);
        var (_, creator) = await content.SeedAsync();
        var before = await content.Creators.GetCreatorAsync(new() { Name = creator }, cancellationToken: Cancel);
        using var start = new Barrier(Readers);

        await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => Task.Factory.StartNew(
            async () =>
            {
                var reader = ContentFixture.As($"readers/r{i}");
                start.SignalAndWait(Cancel);
                await content.Follows.FollowCreatorAsync(new() { Name = creator }, reader, cancellationToken: Cancel);
                await content.Follows.UnfollowCreatorAsync(new() { Name = creator }, reader, cancellationToken: Cancel);
                if (i % 3 != 0)
                {
                    await content.Follows.FollowCreatorAsync(new() { Name = creator }, reader, cancellationToken: Cancel);
                }
            },
            Cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));

        var expected = Enumerable.Range(0, Readers).Count(i => i % 3 != 0);
        var after = await content.Creators.GetCreatorAsync(new() { Name = creator }, cancellationToken: Cancel);
        Assert.Equal(expected, after.FollowerCount);
        Assert.Equal(before.Etag, after.Etag);

        // The feed says the same: readers of PUBLISHED hear nothing, readers of ALL each follow and its end.
        var all = await content.ReadAllAsync(FeedView.All);
        Assert.Single(all, change => change.Resource == creator);
        var follows = all.Where(change => change.Resource.Contains("/follows/", StringComparison.Ordinal)).ToList();
        Assert.Equal((2 * Readers) + expected, follows.Count);
        Assert.Equal(expected, follows.GroupBy(change => change.Resource).Count(changes => changes.Last().PayloadCase == Change.PayloadOneofCase.Follow));
        Assert.DoesNotContain(await content.ReadAllAsync(FeedView.Published), change => change.Resource.Contains("/follows/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deleting_a_profile_ends_what_follows_it()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (_, creator) = await content.SeedAsync();
        var follow = (await content.Follows.FollowCreatorAsync(new() { Name = creator }, Ann, cancellationToken: Cancel)).Follow;
        await content.Creators.DeleteCreatorAsync(new() { Name = creator, Etag = "*" }, cancellationToken: Cancel);

        Assert.Empty((await content.Follows.ListFollowsAsync(new(), Ann, cancellationToken: Cancel)).Follows);
        Assert.Equal(Change.PayloadOneofCase.Tombstone, (await content.ReadAllAsync(FeedView.All)).Last(change => change.Resource == follow.Name).PayloadCase);
        await content.Creators.CreateCreatorAsync(new() { Creator = new() { Name = creator, DisplayName = "Again" } }, cancellationToken: Cancel);
        Assert.Equal(0, await FollowersAsync(content, creator));
    }

    [Fact]
    public async Task Follow_by_a_creator_leaves_the_stories_kept_in_memory()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        await content.NumberedAsync();
        var kept = content.Services.GetRequiredService<PublishedStories>();
        while (kept.Find(story.Name, atLeastAsFresh: "") is null)
        {
            // On PostgreSQL what is kept is vouched for by the feed, which comes after the commit.
            await content.Stories.GetStoryAsync(new() { Name = story.Name }, cancellationToken: Cancel);
        }

        await content.Follows.FollowCommunityAsync(new() { Name = community }, ContentFixture.As(creator), cancellationToken: Cancel);
        await content.NumberedAsync();
        Assert.NotNull(kept.Find(story.Name, atLeastAsFresh: ""));
    }

    private static async Task<int> FollowersAsync(ContentFixture content, string creator) =>
        (await content.Creators.GetCreatorAsync(new() { Name = creator }, cancellationToken: Cancel)).FollowerCount;
}

public sealed class FollowOnSqliteTests() : FollowTests(StoreKind.Sqlite);

public sealed class FollowOnPostgresTests() : FollowTests(StoreKind.Postgres);
