using Broadsheet.Content.V1;
using Google.Rpc;
using Grpc.Core;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public abstract class WorkflowChecklistTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checklist_says_what_is_there_and_what_is_wanted_whether_required_or_not()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        await content.RuleAsync(new() { MinWords = 100, RequireImageCredit = true, RequireCommunityDescription = true });
        var pictures = Part("Pictures", "Look.");
        pictures.Blocks.Add(new Block { Media = new Media { Uri = "https://example.org/a.png", Alt = "An iceberg" } });
        pictures.Blocks.Add(new Block { Media = new Media { Uri = "https://example.org/b.png", Credit = new() { Creator = "Grace Example" } } });
        var draft = await content.DraftAsync(Ada, "Why ice floats", Part("", "Ice is lighter than water."), pictures);
        draft = await content.EditAsync(Ada, draft, story => story.Cover = new Media { Uri = "https://example.org/c.png" });

        var checklist = await content.Stories.CheckStoryAsync(new() { Name = draft.Name }, Ada, cancellationToken: Cancel);

        Assert.Equal((draft.Name, 2, false), (checklist.Name, checklist.Revision, checklist.Passed));
        Assert.Equal(
            ["word_count 10/100 required", "dek 0/1", "image 3/1 passed", "image_alt 1/3 cover pictures", "image_credit 1/3 required cover pictures", "community_description 0/1 required", "review 0/1"],
            checklist.Items.Select(item => string.Join(' ', new[]
            {
                item.Id, $"{item.Found}/{item.Wanted}", item.Required ? "required" : "", item.Passed ? "passed" : "", item.Cover ? "cover" : "", string.Join(',', item.Sections),
            }.Where(part => part.Length > 0))));
    }

    [Fact]
    public async Task Unmet_rules_are_named_one_by_one_and_nothing_is_stored()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        await content.RuleAsync(new() { MinWords = 50, RequireDek = true, RequireImage = true, RequireImageAlt = true });

        foreach (var publish in new Func<Task>[]
        {
            () => content.PublishAsync(Ed, draft),
            () => content.ScheduleAsync(Ed, draft, DateTimeOffset.UnixEpoch.AddYears(200)),
            () => content.PublishAsync(null, draft),
            () => content.PublishAsync(Ada, draft),
        })
        {
            await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", publish);
            var error = await Assert.ThrowsAsync<RpcException>(publish);
            var failure = error.GetRpcStatus()!.GetDetail<PreconditionFailure>();
            Assert.Equal(["word_count", "dek", "image"], failure.Violations.Select(violation => violation.Type));
            Assert.All(failure.Violations, violation => Assert.Equal(draft.Name, violation.Subject));
        }

        Assert.Equal(draft, await content.GetAsync(Ed, draft.Name));
        var submitted = await content.SubmitAsync(Ada, draft);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", () => content.ApproveAsync(Ed, submitted, publish: true));
        Assert.Equal(submitted, await content.GetAsync(Ed, draft.Name));

        var fit = await content.EditAsync(Ed, submitted, story =>
        {
            (story.Dek, story.Cover) = ("A dek", new Media { Uri = "https://example.org/c.png", Alt = "An iceberg" });
            story.Sections.Add(Part("", string.Join(' ', Enumerable.Repeat("word", 50))));
        });
        Assert.True((await content.Stories.CheckStoryAsync(new() { Name = draft.Name }, Ed, cancellationToken: Cancel)).Passed);
        // The revision that was handed in still lacks what it lacked.
        Assert.False((await content.Stories.CheckStoryAsync(new() { Name = draft.Name, Revision = 1 }, Ed, cancellationToken: Cancel)).Passed);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", () => content.PublishAsync(Ed, fit, revision: 1));
        Assert.Equal(StoryState.Published, (await content.PublishAsync(Ed, fit)).State);
    }

    [Fact]
    public async Task Rules_change_what_is_published_from_then_on()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.PublishAsync(Ed, await content.DraftAsync(Ada));
        await content.RuleAsync(new() { RequireDek = true });
        // Publishing what is published changes nothing, so nothing is asked.
        Assert.Equal(story, await content.PublishAsync(Ed, story));
        var newer = await content.EditAsync(Ada, story, changed => changed.Title = "Newer");
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CHECKLIST_FAILED", () => content.PublishAsync(Ed, newer));
        Assert.Equal("Why ice floats", (await content.GetAsync(null, story.Name)).Title);

        var community = await content.Communities.GetCommunityAsync(new() { Name = "communities/geeks" }, cancellationToken: Cancel);
        Assert.Equal(new PublishRules { RequireDek = true }, community.PublishRules);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.RuleAsync(new() { MinWords = -1 }));
        Assert.Equal(["community.publish_rules.min_words"], fields);
    }

    [Fact]
    public async Task Readers_may_check_what_they_see_and_nothing_else()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.CheckStoryAsync(new() { Name = draft.Name }, Reader, cancellationToken: Cancel).ResponseAsync);
        var story = await content.PublishAsync(Ed, draft);
        await content.EditAsync(Ada, story, changed => changed.Dek = "x");
        Assert.Equal(1, (await content.Stories.CheckStoryAsync(new() { Name = draft.Name }, Reader, cancellationToken: Cancel)).Revision);
        Assert.Equal(2, (await content.Stories.CheckStoryAsync(new() { Name = draft.Name }, Ada, cancellationToken: Cancel)).Revision);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.CheckStoryAsync(new() { Name = draft.Name, Revision = 2 }, Reader, cancellationToken: Cancel).ResponseAsync);
    }
}

public sealed class WorkflowChecklistOnSqliteTests() : WorkflowChecklistTests(StoreKind.Sqlite);

public sealed class WorkflowChecklistOnPostgresTests() : WorkflowChecklistTests(StoreKind.Postgres);
