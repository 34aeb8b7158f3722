using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Profiles;

public abstract class ProfileTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Profiles_keep_what_a_page_shows_of_them()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var picture = new Media { Uri = "https://example.org/m.png", Alt = "A masthead", Credit = new() { Creator = "Ann", Provider = "Pictures", Stated = "Photo by Ann on Pictures" } };
        var link = new SocialLink { Network = "Mastodon", Uri = "https://social.example/@geeks" };

        var community = await content.Communities.CreateCommunityAsync(
            new() { Community = new() { DisplayName = "Geeks", Masthead = picture, Language = "en", SocialLinks = { link } } }, cancellationToken: Cancel);
        Assert.Equal(community, await content.Communities.GetCommunityAsync(new() { Name = community.Name }, cancellationToken: Cancel));
        Assert.Equal((picture, "en", link), (community.Masthead, community.Language, Assert.Single(community.SocialLinks)));

        // About the creator: nothing, to begin with.
        var creator = await content.Creators.CreateCreatorAsync(new() { Creator = new() { DisplayName = "Ada" } }, cancellationToken: Cancel);
        Assert.Equal(("", null, ""), (creator.Biography, creator.Avatar, creator.Website));
        var updated = await content.Creators.UpdateCreatorAsync(
            new() { Creator = new() { Name = creator.Name, Etag = creator.Etag, Avatar = picture, Website = "https://ada.example/", SocialLinks = { link } } }, cancellationToken: Cancel);
        Assert.Equal(updated, Assert.Single((await content.Creators.ListCreatorsAsync(new(), cancellationToken: Cancel)).Creators));
        Assert.Equal((picture, "https://ada.example/", creator.Handle), (updated.Avatar, updated.Website, updated.Handle));
        updated = await content.Creators.UpdateCreatorAsync(
            new() { Creator = new() { Name = creator.Name, Etag = updated.Etag, DisplayName = "Ada" }, UpdateMask = FieldMask.FromString("avatar,socialLinks,handle") }, cancellationToken: Cancel);
        Assert.Equal((null, 0, creator.Handle), (updated.Avatar, updated.SocialLinks.Count, updated.Handle));
        Assert.Equal("https://ada.example/", updated.Website);
    }

    [Fact]
    public async Task Profile_fields_that_break_a_rule_are_named()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Creators.CreateCreatorAsync(
            new() { Creator = new() { DisplayName = "Ada", Avatar = new() { Uri = "javascript:alert(1)" }, Website = "ftp://ada.example", SocialLinks = { new SocialLink { Uri = "x" } } } },
            cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["creator.avatar.uri", "creator.website", "creator.social_links[0].network", "creator.social_links[0].uri"], fields);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Communities.CreateCommunityAsync(
            new() { Community = new() { DisplayName = "Geeks", Language = "no tag", Masthead = new() { Uri = "data:," } } }, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["community.masthead.uri", "community.language"], fields);
    }

    [Fact]
    public async Task Changes_need_an_editor_except_those_of_creators_to_themselves()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var writer = ContentFixture.As("creators/other;roles=writer");

        foreach (var call in new Func<Metadata, Task>[]
        {
            caller => content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "New" } }, caller, cancellationToken: Cancel).ResponseAsync,
            caller => content.Communities.UpdateCommunityAsync(new() { Community = new() { Name = community, Etag = "*", Description = "About" } }, caller, cancellationToken: Cancel).ResponseAsync,
            caller => content.Communities.DeleteCommunityAsync(new() { Name = "communities/new", Etag = "*" }, caller, cancellationToken: Cancel).ResponseAsync,
            caller => content.Creators.CreateCreatorAsync(new() { Creator = new() { DisplayName = "New" } }, caller, cancellationToken: Cancel).ResponseAsync,
            caller => content.Creators.UpdateCreatorAsync(new() { Creator = new() { Name = creator, Etag = "*", Biography = "About" } }, caller, cancellationToken: Cancel).ResponseAsync,
            caller => content.Creators.DeleteCreatorAsync(new() { Name = "creators/new", Etag = "*" }, caller, cancellationToken: Cancel).ResponseAsync,
        })
        {
            var (info, _) = await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => call(writer));
            Assert.Equal("editor", info.Metadata["role"]);
            await call(ContentFixture.Editor);
        }

        var own = await content.Creators.UpdateCreatorAsync(new() { Creator = new() { Name = creator, Etag = "*", Biography = "Me" } }, ContentFixture.As(creator), cancellationToken: Cancel);
        Assert.Equal("Me", own.Biography);
    }

    [Fact]
    public async Task Published_stories_are_counted_through_every_change()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var other = await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Other" } }, cancellationToken: Cancel);
        var stories = new List<Story>();
        for (var i = 0; i < 5; i++)
        {
            stories.Add(await content.CreateAsync(community, creator, $"Story {i}"));
        }

        Assert.Equal((0, 0, 0), await CountsAsync());
        foreach (var story in stories)
        {
            await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        }

        Assert.Equal((5, 0, 5), await CountsAsync());
        await content.Stories.ArchiveStoryAsync(new() { Name = stories[0].Name, Etag = "*" }, cancellationToken: Cancel);
        await content.Stories.DeleteStoryAsync(new() { Name = stories[1].Name, Etag = "*" }, cancellationToken: Cancel);
        await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = stories[2].Name, Etag = "*", Community = other.Name } }, cancellationToken: Cancel);
        await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = stories[3].Name, Etag = "*", Title = "Changed" } }, cancellationToken: Cancel);
        await content.Stories.PublishStoryAsync(new() { Name = stories[3].Name, Etag = "*" }, cancellationToken: Cancel);
        Assert.Equal((3, 0, 3), await CountsAsync());
        // Moved for readers once it is published there.
        await content.Stories.PublishStoryAsync(new() { Name = stories[2].Name, Etag = "*" }, cancellationToken: Cancel);
        Assert.Equal((2, 1, 3), await CountsAsync());

        async Task<(int, int, int)> CountsAsync() => (
            (await content.Communities.GetCommunityAsync(new() { Name = community }, cancellationToken: Cancel)).StoryCount,
            (await content.Communities.GetCommunityAsync(new() { Name = other.Name }, cancellationToken: Cancel)).StoryCount,
            (await content.Creators.GetCreatorAsync(new() { Name = creator }, cancellationToken: Cancel)).StoryCount);
    }

    [Fact]
    public async Task Story_without_a_language_is_in_that_of_its_community()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (_, creator) = await content.SeedAsync();
        var community = await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Lesestoff", Language = "de" } }, cancellationToken: Cancel);
        Assert.Equal("de", (await content.CreateAsync(community.Name, creator)).Language);
    }
}

public sealed class ProfileOnSqliteTests() : ProfileTests(StoreKind.Sqlite);

public sealed class ProfileOnPostgresTests() : ProfileTests(StoreKind.Postgres);
