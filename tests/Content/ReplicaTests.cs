using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Content.Tests;

/// <summary>Two content services on one PostgreSQL database.</summary>
public sealed class ReplicaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Updates_of_one_story_at_both_have_one_winner_each_time_and_lose_none()
    {
        await using var one = await ContentFixture.StartAsync(StoreKind.Postgres);
        await using var two = await ContentFixture.StartAsync(StoreKind.Postgres, data: one.Data);
        var (community, creator) = await one.SeedAsync();
        var story = await one.CreateAsync(community, creator);
        for (var round = 0; round < 10; round++)
        {
            var etag = story.Etag;
            using var barrier = new Barrier(8);
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Factory.StartNew(
                () =>
                {
                    barrier.SignalAndWait(Cancel);
                    return UpdateAsync(caller % 2 == 0 ? one : two, story.Name, etag, $"{round}.{caller}");
                },
                Cancel,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));

            story = Assert.Single(results, result => result is not null)!;
            Assert.Equal(round + 2, story.Revision);
        }

        var stored = await two.Stories.GetStoryAsync(new() { Name = story.Name }, ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal(story.Dek, stored.Dek);

        static async Task<Story?> UpdateAsync(ContentFixture content, string name, string etag, string dek)
        {
            try
            {
                return await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = name, Etag = etag, Dek = dek } }, cancellationToken: Cancel);
            }
            catch (RpcException error)
            {
                Assert.Equal(StatusCode.Aborted, error.StatusCode);
                return null;
            }
        }
    }

    [Fact]
    public async Task Request_id_is_answered_by_the_other_as_the_first_call_was_also_when_both_come_at_once()
    {
        await using var one = await ContentFixture.StartAsync(StoreKind.Postgres);
        await using var two = await ContentFixture.StartAsync(StoreKind.Postgres, data: one.Data);
        var (community, creator) = await one.SeedAsync();
        for (var round = 0; round < 10; round++)
        {
            var request = new CreateStoryRequest
            {
                RequestId = Guid.NewGuid().ToString(),
                Story = new() { Title = $"Round {round}", Community = community, Creator = creator, Sections = { new Section() } },
            };
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(call =>
                (call % 2 == 0 ? one : two).Stories.CreateStoryAsync(request, cancellationToken: Cancel).ResponseAsync));
            Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        }

        Assert.Equal(10, (await two.Stories.ListStoriesAsync(new(), ContentFixture.Editor, cancellationToken: Cancel)).Stories.Count);
    }

    [Fact]
    public async Task What_one_has_written_the_other_reads_at_once_when_it_is_asked_to_be_as_fresh_and_soon_otherwise()
    {
        await using var one = await ContentFixture.StartAsync(StoreKind.Postgres);
        await using var two = await ContentFixture.StartAsync(StoreKind.Postgres, data: one.Data);
        var (community, creator) = await one.SeedAsync();
        var story = await one.CreateAsync(community, creator);
        for (var round = 0; round < 10; round++)
        {
            story = await one.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = story.Etag, Dek = $"Round {round}" } }, cancellationToken: Cancel);
            story = await one.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);

            Assert.Equal(story.Dek, (await two.Stories.GetStoryAsync(new() { Name = story.Name, AtLeastAsFresh = story.Etag }, cancellationToken: Cancel)).Dek);
            Assert.Equal(story.Dek, (await one.Stories.GetStoryAsync(new() { Name = story.Name }, cancellationToken: Cancel)).Dek);
        }

        // Kept in memory at the other, and forgotten there when it hears of the change.
        await two.Stories.GetStoryAsync(new() { Name = story.Name }, cancellationToken: Cancel);
        await one.Creators.UpdateCreatorAsync(new() { Creator = new() { Name = creator, Etag = "*", DisplayName = "Another name" } }, cancellationToken: Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while ((await two.Stories.GetStoryAsync(new() { Name = story.Name }, cancellationToken: limit.Token)).CreatorDisplayName != "Another name")
        {
        }
    }
}
