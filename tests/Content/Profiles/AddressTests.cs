using Broadsheet.Content.V1;
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Profiles;

/// <summary>Addresses through any sequence of renames: what led to somebody once leads there as long as they exist.</summary>
public abstract class AddressTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_slug_ever_given_leads_to_its_story_and_no_two_stories_share_one()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (_, creator) = await content.SeedAsync();
        var run = 0;
        await Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4], Gen.Int[0, 1], Gen.Int[0, 5]).Array[30].SampleAsync(
            async steps =>
            {
                run++;
                var communities = new string[2];
                for (var i = 0; i < 2; i++)
                {
                    communities[i] = (await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = $"Run {run} {i}" } }, cancellationToken: Cancel)).Name;
                }

                var stories = new List<Story>();
                var owners = new Dictionary<(string, string), string>();
                foreach (var (kind, index, community, letter) in steps)
                {
                    var story = stories.Count == 0 || kind == 0 ? null : stories[index % stories.Count];
                    var slug = kind is 1 ? "" : $"slug-{letter}";
                    if (kind == 9 && story is not null)
                    {
                        await content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
                        stories.Remove(story);
                        foreach (var address in owners.Where(owner => owner.Value == story.Name).Select(owner => owner.Key).ToList())
                        {
                            owners.Remove(address);
                        }

                        continue;
                    }

                    // Every fifth kind of step gives no slug but a title, from which one is made that nobody has.
                    var wish = new Story { Name = story?.Name ?? "", Etag = "*", Slug = slug, Title = $"Slug {letter}", Community = communities[community], Creator = creator };
                    var free = slug.Length == 0 || !owners.TryGetValue((wish.Community, slug), out var owner) || owner == story?.Name;
                    try
                    {
                        if (story is null)
                        {
                            wish.Sections.Add(new Section());
                            story = await content.Stories.CreateStoryAsync(new() { Story = wish }, cancellationToken: Cancel);
                            stories.Add(story);
                        }
                        else
                        {
                            story = await content.Stories.UpdateStoryAsync(new() { Story = wish, UpdateMask = FieldMask.FromString("slug,title,community") }, cancellationToken: Cancel);
                        }

                        Assert.True(free);
                        Assert.True(owners.TryAdd((story.Community, story.Slug), story.Name) || owners[(story.Community, story.Slug)] == story.Name);
                    }
                    catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
                    {
                        Assert.False(free);
                    }
                }

                foreach (var community in communities)
                {
                    foreach (var letter in Enumerable.Range(0, 6))
                    {
                        var address = (community, $"slug-{letter}");
                        Assert.Equal(owners.GetValueOrDefault(address), await FindAsync(address));
                    }
                }

                foreach (var (address, owner) in owners)
                {
                    Assert.Equal(owner, await FindAsync(address));
                }

                async Task<string?> FindAsync((string Community, string Slug) address)
                {
                    try
                    {
                        return (await content.Stories.LookupStoryAsync(new() { Community = address.Community, Slug = address.Slug }, ContentFixture.Editor, cancellationToken: Cancel)).Name;
                    }
                    catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
                    {
                        return null;
                    }
                }
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task Every_handle_ever_given_leads_to_its_creator_and_no_two_creators_share_one()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var creators = new List<string>();
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 7], Gen.Bool).Array[30].SampleAsync(
            async steps =>
            {
                foreach (var (kind, index, number, upper) in steps)
                {
                    var handle = upper ? $"HANDLE_{number}" : $"handle_{number}";
                    var creator = creators.Count == 0 || kind == 0 ? null : creators[index % creators.Count];
                    if (kind == 9 && creator is not null)
                    {
                        await content.Creators.DeleteCreatorAsync(new() { Name = creator, Etag = "*" }, cancellationToken: Cancel);
                        creators.Remove(creator);
                        foreach (var given in owners.Where(owner => owner.Value == creator).Select(owner => owner.Key).ToList())
                        {
                            owners.Remove(given);
                        }

                        continue;
                    }

                    var free = !owners.TryGetValue(handle, out var owner) || owner == creator;
                    try
                    {
                        var wish = new Creator { Name = creator ?? $"creators/{Guid.NewGuid():n}", Etag = "*", DisplayName = "Same name", Handle = handle };
                        var named = creator is null
                            ? await content.Creators.CreateCreatorAsync(new() { Creator = wish }, cancellationToken: Cancel)
                            : await content.Creators.UpdateCreatorAsync(new() { Creator = wish }, cancellationToken: Cancel);
                        Assert.True(free);
                        Assert.Equal(handle, named.Handle);
                        owners[handle] = named.Name;
                        if (creator is null)
                        {
                            creators.Add(named.Name);
                        }
                    }
                    catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
                    {
                        Assert.False(free);
                    }
                }

                foreach (var (handle, owner) in owners)
                {
                    Assert.Equal(owner, (await content.Creators.LookupCreatorAsync(new() { Handle = handle }, cancellationToken: Cancel)).Name);
                }

                var page = await content.Creators.ListCreatorsAsync(new() { PageSize = 200 }, cancellationToken: Cancel);
                Assert.Equal(creators.Order(StringComparer.Ordinal), page.Creators.Select(creator => creator.Name));
                Assert.Equal(creators.Count, page.Creators.Select(creator => creator.Handle).Distinct(StringComparer.OrdinalIgnoreCase).Count());
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task Old_slug_leads_to_the_story_under_its_present_one()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var other = await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Other" } }, cancellationToken: Cancel);
        var story = await content.CreateAsync(community, creator, "First title");
        await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = "*", Slug = "second", Community = other.Name } }, cancellationToken: Cancel);

        // Readers see the published address until the new one is published too; both lead there.
        Assert.Equal((community, "first-title"), await AddressAsync(community, "first-title"));
        Assert.Equal((community, "first-title"), await AddressAsync(other.Name, "second"));
        await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        Assert.Equal((other.Name, "second"), await AddressAsync(community, "first-title"));
        Assert.Equal((other.Name, "second"), await AddressAsync(other.Name, "second"));

        // Nobody else gets the old one while the story is there, given or made from a title; the story may take it back.
        Assert.Equal("first-title-2", (await content.CreateAsync(community, creator, "First title")).Slug);
        var back = await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = "*", Slug = "first-title", Community = community } }, cancellationToken: Cancel);
        Assert.Equal("first-title", back.Slug);
        await content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => AddressAsync(other.Name, "second"));
        Assert.Equal("first-title", (await content.CreateAsync(community, creator, "First title")).Slug);

        async Task<(string, string)> AddressAsync(string inCommunity, string slug)
        {
            var found = await content.Stories.LookupStoryAsync(new() { Community = inCommunity, Slug = slug }, cancellationToken: Cancel);
            Assert.Equal(story.Name, found.Name);
            return (found.Community, found.Slug);
        }
    }
}

public sealed class AddressOnSqliteTests() : AddressTests(StoreKind.Sqlite);

public sealed class AddressOnPostgresTests() : AddressTests(StoreKind.Postgres);
