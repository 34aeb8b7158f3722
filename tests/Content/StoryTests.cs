using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Content.Tests;

public abstract class StoryTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateStory_fills_what_is_derived()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();

        var story = await content.CreateAsync(community, creator, "Why ice floats", "Ice is lighter than water. 🧊 floats.");

        Assert.StartsWith("stories/", story.Name, StringComparison.Ordinal);
        Assert.Equal(StoryState.Draft, story.State);
        Assert.Equal((1, 0), (story.Revision, story.PublishedRevision));
        Assert.Equal("why-ice-floats", story.Slug);
        Assert.Equal("Ada Example", story.CreatorDisplayName);
        Assert.Equal("Geeks", story.CommunityDisplayName);
        Assert.Equal("Ice is lighter than water. 🧊 floats.", story.PlainText);
        Assert.Equal("lead", story.Sections[0].Id);
        Assert.Equal(story.PlainText.EnumerateRunes().Count(), story.Sections[0].End);
        Assert.Equal(1, story.ReadingMinutes);
    }

    [Fact]
    public async Task CreateStory_names_every_field_that_breaks_a_rule()
    {
        await using var content = await ContentFixture.StartAsync(store);

        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.CreateStoryAsync(
            new() { RequestId = "x", Story = new() { Title = "a\nb", Community = "geeks", Creator = "creators/ada", Sections = { new Section { Blocks = { new Block() } } } } },
            cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(["story.community", "story.title", "story.sections[0].blocks[0].content", "request_id"], fields);
    }

    [Fact]
    public async Task CreateStory_refuses_a_community_that_does_not_exist()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.CreateAsync("communities/none", "creators/none"));
    }

    [Fact]
    public async Task Slug_from_a_title_is_varied_and_a_given_one_is_refused()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        await content.CreateAsync(community, creator, "Same title");

        Assert.Equal("same-title-2", (await content.CreateAsync(community, creator, "Same title")).Slug);
        await RpcAssert.FailsAsync(StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", () => content.Stories.CreateStoryAsync(
            new() { Story = new() { Title = "x", Slug = "same-title", Community = community, Creator = creator, Sections = { new Section() } } }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Readers_see_nothing_of_a_draft_and_the_published_revision_of_a_story_that_is_being_edited()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var draft = await content.CreateAsync(community, creator, text: "First.");
        var get = new GetStoryRequest { Name = draft.Name };

        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.GetStoryAsync(get, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(draft, await content.Stories.GetStoryAsync(get, ContentFixture.Editor, cancellationToken: Cancel));

        var published = await content.Stories.PublishStoryAsync(new() { Name = draft.Name, Etag = draft.Etag }, cancellationToken: Cancel);
        Assert.Equal((1, 1, StoryState.Published), (published.Revision, published.PublishedRevision, published.State));
        Assert.NotNull(published.PublishTime);

        var edited = await content.Stories.UpdateStoryAsync(
            new() { Story = new() { Name = draft.Name, Etag = published.Etag, Sections = { new Section { Blocks = { new Block { Text = "Second." } } } } } }, cancellationToken: Cancel);
        Assert.Equal((2, 1), (edited.Revision, edited.PublishedRevision));
        var seen = await content.Stories.GetStoryAsync(get, cancellationToken: Cancel);
        Assert.Equal((1, "First."), (seen.Revision, seen.PlainText));
        Assert.Equal(edited.Etag, seen.Etag);
        Assert.Equal("Second.", (await content.Stories.GetStoryAsync(get, ContentFixture.Editor, cancellationToken: Cancel)).PlainText);

        var revisions = await content.Stories.ListRevisionsAsync(new() { Parent = draft.Name }, cancellationToken: Cancel);
        Assert.Equal([$"{draft.Name}/revisions/1"], revisions.Revisions.Select(revision => revision.Name));
        revisions = await content.Stories.ListRevisionsAsync(new() { Parent = draft.Name }, ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal(2, revisions.Revisions.Count);
        var second = await content.Stories.GetRevisionAsync(new() { Name = $"{draft.Name}/revisions/2" }, ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal("Second.", second.Story.PlainText);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.GetRevisionAsync(new() { Name = second.Name }, cancellationToken: Cancel).ResponseAsync);

        await content.Stories.ArchiveStoryAsync(new() { Name = draft.Name, Etag = "*" }, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.GetStoryAsync(get, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.Stories.ArchiveStoryAsync(new() { Name = draft.Name, Etag = "*" }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Update_needs_the_current_etag()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        UpdateStoryRequest Update(string etag, string title) => new() { Story = new() { Name = story.Name, Etag = etag, Title = title } };

        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "ETAG_MISSING", () => content.Stories.UpdateStoryAsync(Update("", "x"), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["story.etag"], fields);
        var updated = await content.Stories.UpdateStoryAsync(Update(story.Etag, "Second title"), cancellationToken: Cancel);
        var (info, _) = await RpcAssert.FailsAsync(StatusCode.Aborted, "ETAG_MISMATCH", () => content.Stories.UpdateStoryAsync(Update(story.Etag, "Third title"), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(updated.Etag, info.Metadata["etag"]);
        Assert.Equal("Third title", (await content.Stories.UpdateStoryAsync(Update("*", "Third title"), cancellationToken: Cancel)).Title);
    }

    [Fact]
    public async Task Update_that_changes_nothing_makes_no_revision_and_a_mask_takes_only_what_it_names()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator, "Kept");

        Assert.Equal(story, await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = story.Etag, Title = "Kept" } }, cancellationToken: Cancel));
        var masked = await content.Stories.UpdateStoryAsync(
            new() { Story = new() { Name = story.Name, Etag = story.Etag, Title = "Not taken", Dek = "A dek" }, UpdateMask = new() { Paths = { "dek" } } }, cancellationToken: Cancel);
        Assert.Equal(("Kept", "A dek", 2), (masked.Title, masked.Dek, masked.Revision));
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.UpdateStoryAsync(
            new() { Story = new() { Name = story.Name, Etag = "*" }, UpdateMask = new() { Paths = { "word_count" } } }, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["update_mask"], fields);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.UpdateStoryAsync(
            new() { Story = new() { Name = story.Name, Etag = "*" }, UpdateMask = new() { Paths = { "title" } } }, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["story.title"], fields);
    }

    [Fact]
    public async Task Concurrent_updates_of_one_etag_have_one_winner()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            try
            {
                await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = story.Etag, Title = $"Title {number}" } }, cancellationToken: Cancel);
                return StatusCode.OK;
            }
            catch (RpcException error)
            {
                return error.StatusCode;
            }
        }));

        Assert.Equal(1, outcomes.Count(outcome => outcome == StatusCode.OK));
        Assert.Equal(15, outcomes.Count(outcome => outcome == StatusCode.Aborted));
    }

    [Fact]
    public async Task Request_id_is_answered_as_the_first_time_also_after_a_restart_and_only_for_the_same_request()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var request = new CreateStoryRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Story = new() { Title = "Once", Community = community, Creator = creator, Sections = { new Section() } },
        };
        var first = await content.Stories.CreateStoryAsync(request, cancellationToken: Cancel);
        Assert.Equal(first, await content.Stories.CreateStoryAsync(request, cancellationToken: Cancel));
        await content.StopAsync();

        await using var again = await ContentFixture.StartAsync(store, data: content.Data);
        Assert.Equal(first, await again.Stories.CreateStoryAsync(request, cancellationToken: Cancel));
        var other = request.Clone();
        other.Story.Title = "Twice";
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", () => again.Stories.CreateStoryAsync(other, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["request_id"], fields);
        // Bound to the caller: another one's id is another id.
        Assert.NotEqual(first.Name, (await again.Stories.CreateStoryAsync(other, ContentFixture.Editor, cancellationToken: Cancel)).Name);
    }

    [Fact]
    public async Task ListStories_pages_through_everything_once_and_refuses_foreign_tokens()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var names = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            names.Add((await content.CreateAsync(community, creator, $"Title {i}")).Name);
        }

        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await content.Stories.ListStoriesAsync(new() { PageSize = 3, PageToken = token, Community = community }, ContentFixture.Editor, cancellationToken: Cancel);
            seen.AddRange(page.Stories.Select(story => story.Name));
            token = page.NextPageToken;
            if (token.Length > 0)
            {
                await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => content.Stories.ListStoriesAsync(new() { PageToken = token }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync);
                await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => content.Stories.ListStoriesAsync(new() { PageToken = token[1..], Community = community }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync);
            }
        }
        while (token.Length > 0);

        Assert.Equal(Enumerable.Reverse(names), seen);
        Assert.Empty((await content.Stories.ListStoriesAsync(new(), cancellationToken: Cancel)).Stories);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.ListStoriesAsync(new() { PageSize = -1 }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Stories_made_within_one_millisecond_are_listed_in_the_order_in_which_they_were_made()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMicroseconds(10) };
        await using var content = await ContentFixture.StartAsync(store, time);
        var (community, creator) = await content.SeedAsync();
        var names = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            names.Add((await content.CreateAsync(community, creator, $"Title {i}")).Name);
        }

        Assert.Equal(Enumerable.Reverse(names), (await content.Stories.ListStoriesAsync(new(), ContentFixture.Editor, cancellationToken: Cancel)).Stories.Select(story => story.Name));
    }

    [Fact]
    public async Task BatchGet_lists_what_is_missing_and_lookup_finds_by_slug()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);
        story = await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);

        var batch = await content.Stories.BatchGetStoriesAsync(new() { Names = { "stories/none", story.Name } }, cancellationToken: Cancel);
        Assert.Equal([story], batch.Stories);
        Assert.Equal(["stories/none"], batch.Missing);
        Assert.Equal(story, await content.Stories.LookupStoryAsync(new() { Community = community, Slug = story.Slug }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Story_read_by_its_address_is_the_one_that_is_there_now()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator, "First");
        story = await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
        for (var round = 0; round < 3; round++)
        {
            var before = story;
            for (var time = 0; time < 3; time++)
            {
                Assert.Equal(before, await content.Stories.LookupStoryAsync(new() { Community = community, Slug = before.Slug }, cancellationToken: Cancel));
            }

            story = await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = story.Etag, Slug = $"address-{round}" } }, cancellationToken: Cancel);
            story = await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
            Assert.Equal(story, await content.Stories.LookupStoryAsync(new() { Community = community, Slug = before.Slug }, cancellationToken: Cancel));
        }

        await content.Stories.ArchiveStoryAsync(new() { Name = story.Name, Etag = "*" }, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.LookupStoryAsync(new() { Community = community, Slug = story.Slug }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Community_with_stories_cannot_be_deleted()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var (community, creator) = await content.SeedAsync();
        var story = await content.CreateAsync(community, creator);

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "RESOURCE_IN_USE", () => content.Communities.DeleteCommunityAsync(new() { Name = community, Etag = "*" }, cancellationToken: Cancel).ResponseAsync);
        await content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
        await content.Communities.DeleteCommunityAsync(new() { Name = community, Etag = "*" }, cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Communities.GetCommunityAsync(new() { Name = community }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Outside_Development_nothing_can_be_changed_and_the_caller_header_means_nothing()
    {
        await using var content = await ContentFixture.StartAsync(store, environment: "Production");
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "IDENTITY_PROVIDER_MISSING", () => content.SeedAsync());
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => content.ReadAllAsync(FeedView.All));
    }
}

public sealed class StoryOnSqliteTests() : StoryTests(StoreKind.Sqlite)
{
    [Fact]
    public async Task Second_process_on_the_same_folder_is_refused()
    {
        await using var content = await ContentFixture.StartAsync(StoreKind.Sqlite);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ContentFixture.StartAsync(StoreKind.Sqlite, data: content.Data));
        Assert.Contains(content.Data, error.Message, StringComparison.Ordinal);
    }
}

public sealed class StoryOnPostgresTests() : StoryTests(StoreKind.Postgres);
