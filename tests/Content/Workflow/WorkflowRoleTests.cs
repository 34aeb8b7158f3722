using Broadsheet.Content.V1;
using Grpc.Core;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public abstract class WorkflowRoleTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Named_caller_without_a_role_changes_nothing()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.PublishAsync(null, await content.DraftAsync(null));

        await MissesAsync("writer", () => content.DraftAsync(Reader));
        await MissesAsync("writer", () => content.EditAsync(Reader, story, changed => changed.Dek = "x"));
        await MissesAsync("writer", () => content.SubmitAsync(Reader, story));
        await MissesAsync("writer", () => content.PublishAsync(Reader, story));
        await MissesAsync("editor", () => content.ApproveAsync(Reader, story));
        await MissesAsync("editor", () => content.ScheduleAsync(Reader, story, DateTimeOffset.UnixEpoch.AddYears(200)));
        await MissesAsync("writer", () => content.Stories.RestoreRevisionAsync(new() { Name = $"{story.Name}/revisions/1", Etag = "*" }, Reader, cancellationToken: Cancel).ResponseAsync);
        await MissesAsync("writer", () => content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = "*" }, Reader, cancellationToken: Cancel).ResponseAsync);
        await MissesAsync("editor", () => content.Stories.ArchiveStoryAsync(new() { Name = story.Name, Etag = "*" }, Reader, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(story, await content.GetAsync(Ed, story.Name));
    }

    [Fact]
    public async Task Writer_sees_and_changes_the_own_stories_only()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var adas = await content.DraftAsync(Ada, "By Ada");
        // Saved by Bob under Ada's name: a story of both.
        var both = await content.DraftAsync(Bob, "By Bob for Ada");

        Assert.Equal(adas, await content.GetAsync(Ada, adas.Name));
        Assert.Equal(both, await content.GetAsync(Ada, both.Name));
        Assert.Equal(both, await content.GetAsync(Bob, both.Name));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.GetAsync(Bob, adas.Name));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.EditAsync(Bob, adas, changed => changed.Dek = "x"));
        // The name alone gives no rights: the role does.
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.GetAsync(new() { { "x-broadsheet-caller", "creators/ada-example" } }, adas.Name));

        async Task<string[]> ListAsync(Metadata? caller, ListStoriesRequest request) =>
            [.. (await content.Stories.ListStoriesAsync(request, caller, cancellationToken: Cancel)).Stories.Select(story => story.Title)];
        Assert.Equal(["By Bob for Ada", "By Ada"], await ListAsync(Ada, new()));
        Assert.Equal(["By Bob for Ada"], await ListAsync(Bob, new()));
        Assert.Empty(await ListAsync(Reader, new()));
        Assert.Equal(adas, await content.Stories.LookupStoryAsync(new() { Community = adas.Community, Slug = adas.Slug }, Ada, cancellationToken: Cancel));
        Assert.Equal([adas.Name], (await content.Stories.BatchGetStoriesAsync(new() { Names = { adas.Name, both.Name } }, Bob, cancellationToken: Cancel)).Missing);

        // What is published is seen by all, and still changed by its writers alone.
        adas = await content.PublishAsync(Ed, adas);
        Assert.Equal(["By Bob for Ada", "By Ada"], await ListAsync(Bob, new()));
        await MissesAsync("editor", () => content.EditAsync(Bob, adas, changed => changed.Dek = "x"));
        await MissesAsync("editor", () => content.SubmitAsync(Bob, adas));

        await content.SubmitAsync(Bob, both);
        var queue = new ListStoriesRequest { ReviewState = ReviewState.Submitted };
        Assert.Equal(["By Bob for Ada"], await ListAsync(Ed, queue));
        Assert.Equal(["By Bob for Ada"], await ListAsync(Ada, queue));
        Assert.Empty(await ListAsync(null, queue));
        Assert.Equal(["By Bob for Ada"], await ListAsync(Ed, new() { State = StoryState.Submitted }));
    }

    [Fact]
    public async Task Review_queue_has_published_stories_with_a_submitted_working_copy()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.PublishAsync(Ed, await content.DraftAsync(Ada));
        await content.SubmitAsync(Ada, await content.EditAsync(Ada, story, changed => changed.Dek = "x"));
        var queue = await content.Stories.ListStoriesAsync(new() { ReviewState = ReviewState.Submitted }, Ed, cancellationToken: Cancel);
        Assert.Equal([story.Name], queue.Stories.Select(queued => queued.Name));
        Assert.Empty((await content.Stories.ListStoriesAsync(new() { ReviewState = ReviewState.Submitted }, Bob, cancellationToken: Cancel)).Stories);
    }

    [Fact]
    public async Task Writer_publishes_under_the_own_name_where_no_review_is_required()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var bobs = await content.DraftAsync(Bob);
        await MissesAsync("editor", () => content.PublishAsync(Bob, bobs));
        var adas = await content.DraftAsync(Ada);
        await MissesAsync("editor", () => content.ScheduleAsync(Ada, adas, DateTimeOffset.UnixEpoch.AddYears(200)));
        var published = await content.PublishAsync(Ada, adas);
        Assert.Equal(StoryState.Published, published.State);
        await MissesAsync("editor", () => content.Stories.DeleteStoryAsync(new() { Name = adas.Name, Etag = "*" }, Ada, cancellationToken: Cancel).ResponseAsync);
        await MissesAsync("editor", () => content.Stories.ArchiveStoryAsync(new() { Name = adas.Name, Etag = "*" }, Ada, cancellationToken: Cancel).ResponseAsync);

        var archived = await content.Stories.ArchiveStoryAsync(new() { Name = adas.Name, Etag = "*" }, Ed, cancellationToken: Cancel);
        // What an editor took from readers, its writer can't give back to them, nor delete.
        await MissesAsync("editor", () => content.PublishAsync(Ada, archived));
        await MissesAsync("editor", () => content.Stories.DeleteStoryAsync(new() { Name = adas.Name, Etag = "*" }, Ada, cancellationToken: Cancel).ResponseAsync);

        await content.RuleAsync(new() { RequireReview = true });
        var another = await content.DraftAsync(Ada, "Another");
        await MissesAsync("editor", () => content.PublishAsync(Ada, another));
        await content.Stories.DeleteStoryAsync(new() { Name = another.Name, Etag = another.Etag }, Ada, cancellationToken: Cancel);
    }

    [Fact]
    public async Task Required_review_is_by_an_editor_whose_story_it_is_not()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        await content.RuleAsync(new() { RequireReview = true });
        var adaAsEditor = As("creators/ada-example", "editor");
        var story = await content.DraftAsync(Ada);

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", () => content.PublishAsync(adaAsEditor, story));
        // Her own approval does not count, another editor's does, for the revision that they read.
        story = await content.ApproveAsync(adaAsEditor, await content.SubmitAsync(Ada, story));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", () => content.PublishAsync(adaAsEditor, story));
        story = await content.ApproveAsync(Ed, story);
        story = await content.EditAsync(adaAsEditor, story, changed => changed.Dek = "Unread");
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", () => content.PublishAsync(adaAsEditor, story));
        var published = await content.PublishAsync(adaAsEditor, story, revision: 1);
        Assert.Equal((1, 2), (published.PublishedRevision, published.Revision));
        // Another editor who publishes has thereby read it.
        Assert.Equal(2, (await content.PublishAsync(Ed, published)).PublishedRevision);
    }

    [Fact]
    public async Task Erased_people_are_named_in_no_review_and_no_schedule()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var (will, eve) = (As("readers/will", "writer"), As("readers/eve", "editor"));
        var story = await content.ApproveAsync(eve, await content.SubmitAsync(will, await content.DraftAsync(will)));
        story = await content.ScheduleAsync(eve, story, DateTimeOffset.UnixEpoch.AddYears(200));
        var other = await content.ApproveAsync(Ed, await content.SubmitAsync(Bob, await content.DraftAsync(Bob)));

        await content.Readers.EraseReaderAsync(new() { Name = "readers/eve" }, eve, cancellationToken: Cancel);
        await content.Readers.EraseReaderAsync(new() { Name = "readers/will" }, will, cancellationToken: Cancel);

        var erased = await content.GetAsync(Ed, story.Name);
        Assert.Equal(("", "", ReviewState.Approved, story.ScheduleTime), (erased.Review.Submitter, erased.Review.Reviewer, erased.Review.State, erased.ScheduleTime));
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.GetAsync(will, story.Name));
        Assert.Equal(other, await content.GetAsync(Ed, other.Name));
        var newest = (await content.ReadAllAsync(FeedView.All)).Last(change => change.Resource == story.Name);
        Assert.DoesNotContain("readers/", newest.ToString(), StringComparison.Ordinal);
    }

    private static async Task MissesAsync(string role, Func<Task> call)
    {
        var (info, _) = await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", call);
        Assert.Equal(role, info.Metadata["role"]);
    }
}

public sealed class WorkflowRoleOnSqliteTests() : WorkflowRoleTests(StoreKind.Sqlite);

public sealed class WorkflowRoleOnPostgresTests() : WorkflowRoleTests(StoreKind.Postgres);
