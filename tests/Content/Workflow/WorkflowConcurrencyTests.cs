using Broadsheet.Content.V1;
using Grpc.Core;
using Google.Rpc;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public abstract class WorkflowConcurrencyTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_sixteen_updates_with_one_etag_one_wins_and_the_others_learn_the_new_etag()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.DraftAsync(Ada);
        using var start = new Barrier(16);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Factory.StartNew(
            async () =>
            {
                start.SignalAndWait(Cancel);
                try
                {
                    return (Story: await content.EditAsync(number % 2 == 0 ? Ada : Ed, story, changed => changed.Title = $"Title {number}"), Etag: "");
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.Aborted)
                {
                    return (Story: (Story?)null, Etag: error.GetRpcStatus()!.GetDetail<ErrorInfo>().Metadata["etag"]);
                }
            },
            Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        var winner = Assert.Single(outcomes, outcome => outcome.Story is not null).Story!;
        Assert.All(outcomes.Where(outcome => outcome.Story is null), outcome => Assert.Equal(winner.Etag, outcome.Etag));
        Assert.Equal(winner, await content.GetAsync(Ed, story.Name));
        Assert.Equal(2, (await content.Stories.ListRevisionsAsync(new() { Parent = story.Name }, Ed, cancellationToken: Cancel)).Revisions.Count);
    }

    [Fact]
    public async Task Editors_who_read_again_and_retry_lose_nothing()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var name = (await content.DraftAsync(Ada)).Name;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            while (true)
            {
                var read = await content.GetAsync(Ed, name);
                try
                {
                    await content.EditAsync(Ed, read, changed => changed.Topics.Add([.. read.Topics, $"topic {number}"]));
                    return;
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.Aborted)
                {
                    // Somebody else was faster: read again.
                }
            }
        }));

        Assert.Equal(Enumerable.Range(0, 8).Select(number => $"topic {number}"), (await content.GetAsync(Ed, name)).Topics.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_an_edit_and_a_publication_with_one_etag_one_wins()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        for (var round = 0; round < 5; round++)
        {
            var story = await content.DraftAsync(Ada, $"Round {round}");
            var calls = new Func<Task<Story>>[]
            {
                () => content.EditAsync(Ed, story, changed => changed.Dek = "Unseen"),
                () => content.PublishAsync(Ed, story),
                () => content.SubmitAsync(Ada, story),
            };
            var outcomes = await Task.WhenAll(calls.Select(async call =>
            {
                try
                {
                    return await call();
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.Aborted)
                {
                    return null;
                }
            }));
            Assert.Equal(Assert.Single(outcomes, outcome => outcome is not null), await content.GetAsync(Ed, story.Name));
        }
    }

    [Fact]
    public async Task Replay_of_a_step_answers_as_the_first_time_although_the_state_is_another()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        static string NewId() => Guid.NewGuid().ToString();

        var submit = new SubmitStoryRequest { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() };
        var submitted = await content.Stories.SubmitStoryAsync(submit, Ada, cancellationToken: Cancel);
        var publish = new PublishStoryRequest { Name = draft.Name, Etag = submitted.Etag, RequestId = NewId() };
        var published = await content.Stories.PublishStoryAsync(publish, Ed, cancellationToken: Cancel);
        Assert.Equal(submitted, await content.Stories.SubmitStoryAsync(submit, Ada, cancellationToken: Cancel));
        Assert.Equal(published, await content.Stories.PublishStoryAsync(publish, Ed, cancellationToken: Cancel));
        Assert.Equal(published, await content.GetAsync(Ed, draft.Name));

        // The id is one caller's and one method's; with another request it is refused.
        var schedule = new ScheduleStoryRequest { Name = draft.Name, Etag = published.Etag, RequestId = publish.RequestId, ScheduleTime = new() { Seconds = 7_258_118_400 } };
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.Stories.ScheduleStoryAsync(schedule, Ed, cancellationToken: Cancel).ResponseAsync);
        publish.Revision = 1;
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", () => content.Stories.PublishStoryAsync(publish, Ed, cancellationToken: Cancel).ResponseAsync);
        Assert.Single(await content.ReadAllAsync(FeedView.Published), change => change.Resource == draft.Name);
    }

    [Fact]
    public async Task Same_step_sent_many_times_at_once_happens_once()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        var publish = new PublishStoryRequest { Name = draft.Name, Etag = draft.Etag, RequestId = Guid.NewGuid().ToString() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => content.Stories.PublishStoryAsync(publish, Ed, cancellationToken: Cancel).ResponseAsync));
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Single(await content.ReadAllAsync(FeedView.Published), change => change.Resource == draft.Name);
    }

    [Fact]
    public async Task Every_step_needs_the_etag()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        var submitted = await content.SubmitAsync(Ada, draft);
        var steps = new Func<string, Task>[]
        {
            etag => content.Stories.SubmitStoryAsync(new() { Name = draft.Name, Etag = etag }, Ed, cancellationToken: Cancel).ResponseAsync,
            etag => content.Stories.WithdrawStoryAsync(new() { Name = draft.Name, Etag = etag }, Ed, cancellationToken: Cancel).ResponseAsync,
            etag => content.Stories.ReviewStoryAsync(new() { Name = draft.Name, Etag = etag, Verdict = ReviewVerdict.Approve }, Ed, cancellationToken: Cancel).ResponseAsync,
            etag => content.Stories.ScheduleStoryAsync(new() { Name = draft.Name, Etag = etag, ScheduleTime = new() { Seconds = 7_258_118_400 } }, Ed, cancellationToken: Cancel).ResponseAsync,
            etag => content.Stories.RestoreRevisionAsync(new() { Name = $"{draft.Name}/revisions/1", Etag = etag }, Ed, cancellationToken: Cancel).ResponseAsync,
        };
        foreach (var step in steps)
        {
            await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "ETAG_MISSING", () => step(""));
            var (info, _) = await RpcAssert.FailsAsync(StatusCode.Aborted, "ETAG_MISMATCH", () => step(draft.Etag));
            Assert.Equal(submitted.Etag, info.Metadata["etag"]);
        }

        Assert.Equal(submitted, await content.GetAsync(Ed, draft.Name));
    }
}

public sealed class WorkflowConcurrencyOnSqliteTests() : WorkflowConcurrencyTests(StoreKind.Sqlite);

public sealed class WorkflowConcurrencyOnPostgresTests() : WorkflowConcurrencyTests(StoreKind.Postgres);
