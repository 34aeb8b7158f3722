using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Profiles;

public abstract class HandleTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handle_is_made_from_the_name_and_varied_until_it_is_free()
    {
        await using var content = await ContentFixture.StartAsync(store);

        Assert.Equal("ada", (await CreateAsync(content, new() { Name = "creators/ada", DisplayName = "Ada" })).Handle);
        Assert.Equal("Eve", (await CreateAsync(content, new() { Name = "creators/x", DisplayName = "Eve", Handle = "Eve" })).Handle);
        Assert.Equal("eve-2", (await CreateAsync(content, new() { Name = "creators/eve", DisplayName = "Eve" })).Handle);
        Assert.Equal("y-1", (await CreateAsync(content, new() { Name = "creators/y", DisplayName = "Y" })).Handle);
        Assert.Equal(new string('l', 40), (await CreateAsync(content, new() { Name = $"creators/{new string('l', 60)}", DisplayName = "L" })).Handle);
        Assert.Equal($"{new string('l', 38)}-2", (await CreateAsync(content, new() { Name = $"creators/{new string('l', 61)}", DisplayName = "L" })).Handle);
    }

    [Fact]
    public async Task Handles_are_unique_in_whatever_case_among_their_kind_and_shown_as_typed()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var ada = await CreateAsync(content, new() { DisplayName = "Ada", Handle = "Ada_Lovelace" });

        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", () => CreateAsync(content, new() { DisplayName = "Other", Handle = "ADA_lovelace" }));
        Assert.Equal(["creator.handle"], fields);
        var other = await CreateAsync(content, new() { DisplayName = "Ada" , Name = "creators/other" });
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", () => RenameAsync(content, other.Name, "ada_Lovelace"));
        Assert.Equal(["creator.handle"], fields);

        // Communities have theirs, and a handle may change its case.
        var community = await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Ada's", Handle = "ada_lovelace" } }, cancellationToken: Cancel);
        Assert.Equal("ada_lovelace", community.Handle);
        Assert.Equal("ADA_LOVELACE", (await RenameAsync(content, ada.Name, "ADA_LOVELACE")).Handle);
        Assert.Equal("ADA_LOVELACE", (await LookupAsync(content, "ada_lovelace")).Handle);
        Assert.Equal(community, await content.Communities.LookupCommunityAsync(new() { Handle = "Ada_Lovelace" }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Handle_that_was_given_up_leads_to_its_owner_until_that_is_deleted()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var ada = await CreateAsync(content, new() { DisplayName = "Ada", Handle = "first" });
        var renamed = await RenameAsync(content, ada.Name, "second");

        Assert.Equal(renamed, await LookupAsync(content, "First"));
        Assert.Equal("second", renamed.Handle);
        await RpcAssert.FailsAsync(StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", () => CreateAsync(content, new() { DisplayName = "Eve", Handle = "first" }));
        Assert.Equal("First", (await RenameAsync(content, ada.Name, "First")).Handle);
        await content.Creators.DeleteCreatorAsync(new() { Name = ada.Name, Etag = "*" }, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => LookupAsync(content, "second"));
        Assert.Equal("second", (await CreateAsync(content, new() { DisplayName = "Eve", Handle = "second" })).Handle);
    }

    [Fact]
    public async Task Owner_keeps_at_most_twenty_handles_and_may_go_back()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var ada = await CreateAsync(content, new() { DisplayName = "Ada", Handle = "ada-1" });
        for (var i = 2; i <= 20; i++)
        {
            await RenameAsync(content, ada.Name, $"ada-{i}");
        }

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "HANDLE_LIMIT_REACHED", () => RenameAsync(content, ada.Name, "ada-21"));
        Assert.Equal("ada-7", (await RenameAsync(content, ada.Name, "ada-7")).Handle);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ada lovelace")]
    [InlineData("adá")]
    [InlineData("ada.l")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghij1")]
    public async Task Handle_of_another_form_is_refused(string handle)
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => CreateAsync(content, new() { DisplayName = "Ada", Handle = handle }));
        Assert.Equal(["creator.handle"], fields);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => LookupAsync(content, handle));
        Assert.Equal(["handle"], fields);
    }

    [Fact]
    public async Task Of_many_who_take_a_handle_at_once_one_gets_it()
    {
        await using var content = await ContentFixture.StartAsync(store);
        using var start = new Barrier(8);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            async () =>
            {
                start.SignalAndWait(Cancel);
                try
                {
                    await CreateAsync(content, new() { Name = $"creators/c{i}", DisplayName = "Same", Handle = i % 2 == 0 ? "same" : "SAME" });
                    return 1;
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
                {
                    return 0;
                }
            },
            Cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        Assert.Equal(1, taken.Sum());
    }

    private static async Task<Creator> CreateAsync(ContentFixture content, Creator creator) =>
        await content.Creators.CreateCreatorAsync(new() { Creator = creator }, cancellationToken: Cancel);

    private static async Task<Creator> RenameAsync(ContentFixture content, string name, string handle) =>
        await content.Creators.UpdateCreatorAsync(new() { Creator = new() { Name = name, Etag = "*", Handle = handle } }, cancellationToken: Cancel);

    private static async Task<Creator> LookupAsync(ContentFixture content, string handle) =>
        await content.Creators.LookupCreatorAsync(new() { Handle = handle }, cancellationToken: Cancel);
}

public sealed class HandleOnSqliteTests() : HandleTests(StoreKind.Sqlite);

public sealed class HandleOnPostgresTests() : HandleTests(StoreKind.Postgres);
