using System.Diagnostics;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public abstract class WorkflowScheduleTests(StoreKind store)
{
    private static readonly DateTimeOffset Morning = new(2030, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scheduled_story_appears_on_time_and_not_before()
    {
        var time = new FakeTimeProvider(Morning);
        await using var content = await ContentFixture.StartAsync(store, time);
        await content.SeedAsync();
        var story = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada), Morning.AddMinutes(30));
        Assert.Equal((StoryState.Scheduled, Morning.AddMinutes(30), 1), (story.State, story.ScheduleTime.ToDateTimeOffset(), story.ScheduleRevision));

        // When another story has come, the publisher has looked, and left this one.
        await AppearsAsync(content, time, await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, "Another"), Morning.AddMinutes(20)), TimeSpan.FromMinutes(20));
        Assert.Equal(story, await content.GetAsync(Ed, story.Name));

        var published = await AppearsAsync(content, time, story, Morning.AddMinutes(30) - time.GetUtcNow());
        Assert.InRange(published.PublishTime.ToDateTimeOffset(), Morning.AddMinutes(30), Morning.AddMinutes(31));
        Assert.Equal((StoryState.Published, 1, 0), (published.State, published.PublishedRevision, published.ScheduleRevision));
        Assert.Null(published.ScheduleTime);
        Assert.Equal(published.Etag, (await content.GetAsync(null, story.Name)).Etag);
        Assert.Single(await content.ReadAllAsync(FeedView.Published), change => change.Resource == story.Name);
    }

    [Fact]
    public async Task Story_that_became_due_while_nothing_ran_appears_when_it_runs_again()
    {
        var time = new FakeTimeProvider(Morning);
        await using var content = await ContentFixture.StartAsync(store, time);
        await content.SeedAsync();
        var due = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, "Due"), Morning.AddHours(1));
        var later = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, "Later"), Morning.AddHours(9));
        await content.StopAsync();

        time.Advance(TimeSpan.FromHours(2));
        await using var restarted = await ContentFixture.StartAsync(store, time, content.Data);
        Assert.Equal(1, (await AppearsAsync(restarted, time, due, TimeSpan.Zero)).PublishedRevision);
        Assert.Equal(later, await restarted.GetAsync(Ed, later.Name));
        await AppearsAsync(restarted, time, later, TimeSpan.FromHours(7));
    }

    [Fact]
    public async Task Schedule_keeps_its_revision_when_the_story_is_edited_and_moves_when_it_is_scheduled_again()
    {
        var time = new FakeTimeProvider(Morning);
        await using var content = await ContentFixture.StartAsync(store, time);
        await content.SeedAsync();
        var story = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada), Morning.AddHours(1));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.EditAsync(Ada, story, changed => changed.Dek = "x"));
        story = await content.EditAsync(Ed, story, changed => changed.Title = "Newer");
        Assert.Equal((StoryState.Scheduled, 2, 1), (story.State, story.Revision, story.ScheduleRevision));
        story = await content.ScheduleAsync(Ed, story, Morning.AddHours(2), revision: 1);
        time.Advance(TimeSpan.FromMinutes(90));

        var published = await AppearsAsync(content, time, story, TimeSpan.FromMinutes(30));
        Assert.Equal((StoryState.Published, 2, 1), (published.State, published.Revision, published.PublishedRevision));
        Assert.Equal("Why ice floats", (await content.GetAsync(null, story.Name)).Title);
        // The newer draft can be handed in: nothing is scheduled any more.
        Assert.Equal(ReviewState.Submitted, (await content.SubmitAsync(Ada, published)).Review.State);
    }

    [Fact]
    public async Task Story_that_lacks_what_is_required_by_then_is_returned_with_the_reasons()
    {
        var time = new FakeTimeProvider(Morning);
        await using var content = await ContentFixture.StartAsync(store, time);
        await content.SeedAsync();
        var sections = new[] { Part("", "Ice is lighter than water."), Part("See", "Look.") };
        sections[1].Blocks.Add(new Block { Media = new Media { Uri = "https://example.org/a.png" } });
        var story = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, "Lacking", sections), Morning.AddHours(1));
        var other = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, "Fit"), Morning.AddHours(1).AddSeconds(1));
        await content.EditAsync(Ed, other, changed => changed.Dek = "not scheduled");
        await content.RuleAsync(new() { RequireImageAlt = true, RequireReview = true });

        await AppearsAsync(content, time, other, TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        var returned = await content.GetAsync(Ada, story.Name);
        Assert.Equal((StoryState.Returned, ReviewState.Returned, 1, "", 0), (returned.State, returned.Review.State, returned.Review.Revision, returned.Review.Reviewer, returned.ScheduleRevision));
        Assert.Null(returned.ScheduleTime);
        Assert.InRange(returned.Review.ReviewTime.ToDateTimeOffset(), Morning.AddHours(1), time.GetUtcNow());
        var reason = Assert.Single(returned.Review.Reasons);
        Assert.Equal(("image_alt", "see"), (reason.Code, reason.Section));
        Assert.NotEmpty(reason.Comment);
    }

    [Fact]
    public async Task Withdrawn_and_archived_stories_do_not_appear_and_past_times_are_refused()
    {
        var time = new FakeTimeProvider(Morning);
        await using var content = await ContentFixture.StartAsync(store, time);
        await content.SeedAsync();
        var draft = await content.DraftAsync(Ada);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.ScheduleAsync(Ed, draft, Morning));
        Assert.Equal(["schedule_time"], fields);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () =>
            content.Stories.ScheduleStoryAsync(new() { Name = draft.Name, Etag = "*" }, Ed, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["schedule_time"], fields);
        var withdrawn = await content.WithdrawAsync(Ada, await content.ScheduleAsync(Ed, draft, Morning.AddHours(1)));
        var published = await content.PublishAsync(Ed, await content.DraftAsync(Ada, "To be archived"));
        await content.ScheduleAsync(Ed, await content.EditAsync(Ada, published, story => story.Dek = "x"), Morning.AddHours(1));
        var archived = await content.Stories.ArchiveStoryAsync(new() { Name = published.Name, Etag = "*" }, Ed, cancellationToken: Cancel);

        var last = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, "Last"), Morning.AddHours(2));
        await AppearsAsync(content, time, last, TimeSpan.FromHours(2));
        Assert.Equal(withdrawn, await content.GetAsync(Ed, withdrawn.Name));
        Assert.Equal(archived, await content.GetAsync(Ed, archived.Name));
    }

    [Fact]
    public async Task Hundreds_of_stories_due_at_once_all_appear_once()
    {
        const int Stories = 230;
        var time = new FakeTimeProvider(Morning);
        await using var content = await ContentFixture.StartAsync(store, time);
        await content.SeedAsync();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var last = new Story();
        for (var i = 0; i < Stories; i++)
        {
            last = await content.ScheduleAsync(Ed, await content.DraftAsync(Ada, $"Story {i}"), Morning.AddHours(1).AddSeconds(i));
            names.Add(last.Name);
        }

        await AppearsAsync(content, time, last, TimeSpan.FromHours(2));
        var published = (await content.ReadAllAsync(FeedView.Published)).Where(change => change.Story is not null).Select(change => change.Resource).ToList();
        Assert.Equal(Stories, published.Count);
        Assert.True(names.SetEquals(published));
    }

    /// <summary>Lets the time pass, and more in small steps until the publisher has noticed; gives the story as it is then.</summary>
    protected static async Task<Story> AppearsAsync(ContentFixture content, FakeTimeProvider time, Story story, TimeSpan after)
    {
        time.Advance(after);
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var now = await content.GetAsync(Ed, story.Name);
            if (now.PublishedRevision > 0 && now.ScheduleTime is null)
            {
                return now;
            }

            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), $"{story.Name} did not appear");
            // The publisher may have read the clock just before it moved and then set its timer, which is at most some seconds.
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}

public sealed class WorkflowScheduleOnSqliteTests() : WorkflowScheduleTests(StoreKind.Sqlite);

public sealed class WorkflowScheduleOnPostgresTests() : WorkflowScheduleTests(StoreKind.Postgres)
{
    [Fact]
    public async Task Two_replicas_publish_a_scheduled_story_once()
    {
        const int Stories = 20;
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.Zero));
        await using var content = await ContentFixture.StartAsync(StoreKind.Postgres, time);
        await using var replica = await ContentFixture.StartAsync(StoreKind.Postgres, time, content.Data);
        await content.SeedAsync();
        var scheduled = new List<Story>();
        for (var i = 0; i < Stories; i++)
        {
            scheduled.Add(await (i % 2 == 0 ? content : replica).ScheduleAsync(Ed, await content.DraftAsync(Ada, $"Story {i}"), time.GetUtcNow().AddHours(1)));
        }

        time.Advance(TimeSpan.FromHours(1));
        foreach (var story in scheduled)
        {
            Assert.Equal(1, (await AppearsAsync(replica, time, story, TimeSpan.FromSeconds(1))).PublishedRevision);
        }

        var published = (await content.ReadAllAsync(FeedView.Published)).Where(change => change.Story is not null).ToList();
        Assert.Equal(Stories, published.Count);
        Assert.Equal(Stories, published.Select(change => change.Resource).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Schedule_made_at_a_replica_that_goes_away_is_kept_by_the_other()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.Zero));
        await using var content = await ContentFixture.StartAsync(StoreKind.Postgres, time);
        await content.SeedAsync();
        Story story;
        await using (var replica = await ContentFixture.StartAsync(StoreKind.Postgres, time, content.Data))
        {
            story = await replica.ScheduleAsync(Ed, await replica.DraftAsync(Ada), time.GetUtcNow().AddHours(1));
        }

        Assert.Equal(1, (await AppearsAsync(content, time, story, TimeSpan.FromHours(1))).PublishedRevision);
    }
}
