using Broadsheet.Content.V1;
using Grpc.Core;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public abstract class WorkflowTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Story_is_submitted_returned_with_reasons_submitted_again_approved_and_published()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);

        var submitted = await content.SubmitAsync(Ada, draft);
        Assert.Equal((StoryState.Submitted, ReviewState.Submitted, 1, "creators/ada-example"), (submitted.State, submitted.Review.State, submitted.Review.Revision, submitted.Review.Submitter));
        Assert.NotNull(submitted.Review.SubmitTime);

        var returned = await content.ReturnAsync(Ed, submitted, new ReviewReason { Code = "too_short" }, new ReviewReason { Section = "lead", Comment = "Say why." });
        Assert.Equal((StoryState.Returned, ReviewState.Returned, "creators/ed"), (returned.State, returned.Review.State, returned.Review.Reviewer));
        var seen = await content.GetAsync(Ada, draft.Name);
        Assert.Equal(returned, seen);
        Assert.Equal(["too_short", ""], seen.Review.Reasons.Select(reason => reason.Code));

        var edited = await content.EditAsync(Ada, seen, story => story.Sections.Add(Part("", "Ice is lighter than water because its crystals are roomy.")));
        Assert.Equal((StoryState.Returned, 2, 1), (edited.State, edited.Revision, edited.Review.Revision));
        var again = await content.SubmitAsync(Ada, edited);
        Assert.Equal((StoryState.Submitted, 2), (again.State, again.Review.Revision));
        Assert.Empty(again.Review.Reasons);

        var approved = await content.ApproveAsync(Ed, again);
        Assert.Equal((StoryState.Submitted, ReviewState.Approved, 0), (approved.State, approved.Review.State, approved.PublishedRevision));
        var published = await content.PublishAsync(Ed, approved);
        Assert.Equal((StoryState.Published, 2, ReviewState.Approved), (published.State, published.PublishedRevision, published.Review.State));
    }

    [Fact]
    public async Task Approving_publishes_only_if_asked_to()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.ApproveAsync(Ed, await content.SubmitAsync(Ada, await content.DraftAsync(Ada)), publish: true);
        Assert.Equal((StoryState.Published, 1, ReviewState.Approved), (story.State, story.PublishedRevision, story.Review.State));
        Assert.Equal("Ice is lighter than water.", (await content.GetAsync(null, story.Name)).PlainText);
    }

    [Fact]
    public async Task Readers_and_the_published_feed_learn_nothing_of_review_and_schedule()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.PublishAsync(Ed, await content.DraftAsync(Ada));
        story = await content.EditAsync(Ada, story, changed => changed.Dek = "Second thoughts");
        story = await content.SubmitAsync(Ada, story);
        Assert.Equal((StoryState.Published, ReviewState.Submitted), (story.State, story.Review.State));
        story = await content.ScheduleAsync(Ed, story, DateTimeOffset.UnixEpoch.AddYears(200));
        Assert.Equal((StoryState.Published, 2), (story.State, story.ScheduleRevision));

        foreach (var caller in new[] { null, Reader, Bob })
        {
            var seen = await content.GetAsync(caller, story.Name);
            Assert.Equal((StoryState.Published, 1, ""), (seen.State, seen.Revision, seen.Dek));
            Assert.Null(seen.Review);
            Assert.Null(seen.ScheduleTime);
            Assert.Equal(0, seen.ScheduleRevision);
        }

        foreach (var change in (await content.ReadAllAsync(FeedView.Published)).Where(change => change.Story is not null))
        {
            Assert.Null(change.Story.Review);
            Assert.Null(change.Story.ScheduleTime);
        }

        Assert.Equal(story, (await content.ReadAllAsync(FeedView.All))[^1].Story);
        var revision = await content.Stories.GetRevisionAsync(new() { Name = $"{story.Name}/revisions/1" }, cancellationToken: Cancel);
        Assert.Null(revision.Story.Review);
    }

    [Fact]
    public async Task Withdrawing_makes_a_draft_of_what_is_submitted_or_scheduled_and_of_nothing_else()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.WithdrawAsync(Ada, draft));

        var withdrawn = await content.WithdrawAsync(Ada, await content.SubmitAsync(Ada, draft));
        Assert.Equal(StoryState.Draft, withdrawn.State);
        Assert.Null(withdrawn.Review);

        var approved = await content.ApproveAsync(Ed, await content.SubmitAsync(Ada, withdrawn));
        var scheduled = await content.ScheduleAsync(Ed, approved, DateTimeOffset.UnixEpoch.AddYears(200));
        Assert.Equal((StoryState.Scheduled, 1), (scheduled.State, scheduled.ScheduleRevision));
        withdrawn = await content.WithdrawAsync(Ada, scheduled);
        // The approval is about a revision, and that is still there.
        Assert.Equal((StoryState.Draft, ReviewState.Approved, 0), (withdrawn.State, withdrawn.Review.State, withdrawn.ScheduleRevision));
        Assert.Null(withdrawn.ScheduleTime);
    }

    [Fact]
    public async Task Submitted_story_is_closed_to_its_writer_and_open_to_an_editor()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.SubmitAsync(Ada, await content.DraftAsync(Ada));

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.EditAsync(Ada, story, changed => changed.Dek = "x"));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.SubmitAsync(Ada, story));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () =>
            content.Stories.DeleteStoryAsync(new() { Name = story.Name, Etag = "*" }, Ada, cancellationToken: Cancel).ResponseAsync);
        var approved = await content.ApproveAsync(Ed, story);
        var edited = await content.EditAsync(Ed, approved, changed => changed.Dek = "A dek");
        Assert.Equal((StoryState.Submitted, 2, ReviewState.Approved, 1), (edited.State, edited.Revision, edited.Review.State, edited.Review.Revision));
    }

    [Fact]
    public async Task Only_what_readers_do_not_see_yet_can_be_submitted()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.PublishAsync(Ed, await content.DraftAsync(Ada));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.SubmitAsync(Ada, story));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.ApproveAsync(Ed, story));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.ScheduleAsync(Ed, story, DateTimeOffset.UnixEpoch.AddYears(200)));
    }

    [Fact]
    public async Task Older_revision_is_published_and_the_newer_draft_stays()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.ApproveAsync(Ed, await content.SubmitAsync(Ada, await content.DraftAsync(Ada)));
        story = await content.EditAsync(Ed, story, changed => (changed.Title, changed.Slug) = ("Why ice floats, really", "ice"));

        var published = await content.PublishAsync(Ed, story, revision: 1);
        Assert.Equal((StoryState.Published, 2, 1, ReviewState.Approved), (published.State, published.Revision, published.PublishedRevision, published.Review.State));
        var seen = await content.GetAsync(null, story.Name);
        Assert.Equal(("Why ice floats", 1, "ice"), (seen.Title, seen.Revision, seen.Slug));
        Assert.Equal(published.PublishTime, seen.PublishTime);
        Assert.Equal(published, await content.PublishAsync(Ed, published, revision: 1));
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.PublishAsync(Ed, published, revision: 3));
        Assert.Equal(["revision"], fields);
    }

    [Fact]
    public async Task Readers_see_and_find_a_story_where_it_was_published_until_it_is_published_elsewhere()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var futures = await content.Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Futures" } }, Ed, cancellationToken: Cancel);
        var bob = await content.Creators.CreateCreatorAsync(new() { Creator = new() { DisplayName = "Bob" } }, Ed, cancellationToken: Cancel);
        var story = await content.PublishAsync(Ed, await content.DraftAsync(Ada));
        var moved = await content.EditAsync(Ed, story, changed => (changed.Community, changed.Creator, changed.Slug) = (futures.Name, bob.Name, "moved"));
        Assert.Equal(("Futures", "Bob"), (moved.CommunityDisplayName, moved.CreatorDisplayName));

        async Task<int> CountAsync(Metadata? caller, string community = "", string creator = "") =>
            (await content.Stories.ListStoriesAsync(new() { Community = community, Creator = creator }, caller, cancellationToken: Cancel)).Stories.Count;
        var seen = await content.GetAsync(null, story.Name);
        Assert.Equal(("communities/geeks", "Geeks", "creators/ada-example", "Ada Example", story.Slug), (seen.Community, seen.CommunityDisplayName, seen.Creator, seen.CreatorDisplayName, seen.Slug));
        Assert.Equal((1, 0, 1, 0), (await CountAsync(null, "communities/geeks"), await CountAsync(null, futures.Name), await CountAsync(null, creator: "creators/ada-example"), await CountAsync(null, creator: bob.Name)));
        Assert.Equal((0, 1, 1), (await CountAsync(Ed, "communities/geeks"), await CountAsync(Ed, futures.Name), await CountAsync(Ed, creator: bob.Name)));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "RESOURCE_IN_USE", () => content.Communities.DeleteCommunityAsync(new() { Name = futures.Name, Etag = "*" }, Ed, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "RESOURCE_IN_USE", () => content.Creators.DeleteCreatorAsync(new() { Name = bob.Name, Etag = "*" }, Ed, cancellationToken: Cancel).ResponseAsync);

        await content.PublishAsync(Ed, moved);
        seen = await content.GetAsync(null, story.Name);
        Assert.Equal(("Futures", "Bob", "moved"), (seen.CommunityDisplayName, seen.CreatorDisplayName, seen.Slug));
        Assert.Equal((0, 1), (await CountAsync(null, "communities/geeks"), await CountAsync(null, futures.Name)));
    }

    [Fact]
    public async Task Archiving_ends_what_the_working_copy_waited_for()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.PublishAsync(Ed, await content.DraftAsync(Ada));
        story = await content.ScheduleAsync(Ed, await content.EditAsync(Ada, story, changed => changed.Dek = "x"), DateTimeOffset.UnixEpoch.AddYears(200));
        story = await content.Stories.ArchiveStoryAsync(new() { Name = story.Name, Etag = story.Etag }, Ed, cancellationToken: Cancel);
        Assert.Equal(StoryState.Archived, story.State);
        Assert.Null(story.ScheduleTime);
        story = await content.SubmitAsync(Ada, story);
        Assert.Equal((StoryState.Archived, ReviewState.Submitted), (story.State, story.Review.State));
        Assert.Equal(StoryState.Published, (await content.ApproveAsync(Ed, story, publish: true)).State);
    }

    [Fact]
    public async Task Review_names_every_field_that_breaks_a_rule()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.SubmitAsync(Ada, await content.DraftAsync(Ada));
        async Task<string[]> FailsAsync(ReviewStoryRequest request)
        {
            (request.Name, request.Etag) = (story.Name, story.Etag);
            return (await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.ReviewStoryAsync(request, Ed, cancellationToken: Cancel).ResponseAsync)).Fields;
        }

        Assert.Equal(["verdict"], await FailsAsync(new()));
        Assert.Equal(["reasons"], await FailsAsync(new() { Verdict = ReviewVerdict.Return }));
        Assert.Equal(["reasons"], await FailsAsync(new() { Verdict = ReviewVerdict.Approve, Reasons = { new ReviewReason { Code = "x" } } }));
        Assert.Equal(["publish", "reasons[0].code"], (await FailsAsync(new() { Verdict = ReviewVerdict.Return, Publish = true, Reasons = { new ReviewReason() } })).Order());
        Assert.Equal(["reasons[1].section"], await FailsAsync(new() { Verdict = ReviewVerdict.Return, Reasons = { new ReviewReason { Code = "x" }, new ReviewReason { Code = "x", Section = "none" } } }));
        Assert.Equal(["revision"], await FailsAsync(new() { Verdict = ReviewVerdict.Approve, Revision = 7 }));
    }
}

public sealed class WorkflowOnSqliteTests() : WorkflowTests(StoreKind.Sqlite);

public sealed class WorkflowOnPostgresTests() : WorkflowTests(StoreKind.Postgres);
