using Broadsheet.Query.V1;
using CsCheck;

namespace Broadsheet.Query.Tests.Explore;

/// <summary>The rule of two in a row, over pages of any size, against a plain reading of it.</summary>
public sealed class DiverseOrderTests : IAsyncLifetime
{
    private const int Feeds = 60;

    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Fact]
    public async Task Any_feed_in_pages_of_any_size_is_the_whole_feed_in_the_order_of_the_rule()
    {
        // Long runs by one creator are what the rule is about.
        var creators = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 9], (creator, run) => Enumerable.Repeat($"c{creator}", run))
            .Array[1, 12].Select(runs => runs.SelectMany(run => run).ToArray());
        var feeds = 0;
        await Gen.Select(creators, Gen.Int[1, 12].Array[1, 8]).SampleAsync(
            async (by, sizes) =>
            {
                var feed = feeds++;
                for (var i = 0; i < by.Length; i++)
                {
                    _feed.Publish(FeedStories.Of($"f{feed}-{i}", 1_000 - i, by[i], community: $"f{feed}"));
                }

                await _query.CaughtUpAsync(_feed);
                var expected = InOrder(by);
                Assert.Equal(expected.Select(i => $"f{feed}-{i}"), await WalkAsync(feed, sizes));
                AssertRule(expected.ConvertAll(i => by[i]));
            },
            iter: Feeds,
            threads: 1);
    }

    [Fact]
    public async Task Stories_that_arrive_between_pages_change_nothing_of_those_that_follow()
    {
        var creators = "ada ada ada ada ada bob ada ada ada cleo bob bob bob bob bob bob ada".Split(' ');
        for (var i = 0; i < creators.Length; i++)
        {
            _feed.Publish(FeedStories.Of($"f0-{i}", 1_000 - i, creators[i], community: "f0"));
        }

        await _query.CaughtUpAsync(_feed);
        var arrived = 0;
        var shown = await WalkAsync(0, [2], async () =>
        {
            _feed.Publish(FeedStories.Of($"new{arrived}", 2_000 + arrived, arrived++ % 2 == 0 ? "ada" : "dan", community: "f0"));
            await _query.CaughtUpAsync(_feed);
        });

        Assert.Equal(InOrder(creators).Select(i => $"f0-{i}"), shown);
    }

    /// <summary>The rule as it is written down: of what is left, the first that is not by the creator of the last two; else the first.</summary>
    private static List<int> InOrder(string[] creators)
    {
        var left = Enumerable.Range(0, creators.Length).ToList();
        var order = new List<int>();
        while (left.Count > 0)
        {
            var blocked = order.Count >= 2 && creators[order[^1]] == creators[order[^2]] ? creators[order[^1]] : "";
            var next = left.FindIndex(i => creators[i] != blocked);
            order.Add(left[Math.Max(next, 0)]);
            left.RemoveAt(Math.Max(next, 0));
        }

        return order;
    }

    private static void AssertRule(List<string> shown)
    {
        for (var i = 2; i < shown.Count; i++)
        {
            Assert.True(shown[i] != shown[i - 1] || shown[i] != shown[i - 2] || shown[i..].TrueForAll(creator => creator == shown[i]));
        }
    }

    private async Task<List<string>> WalkAsync(int feed, int[] sizes, Func<Task>? between = null)
    {
        var request = new ExploreRequest { Community = $"communities/f{feed}" };
        var names = new List<string>();
        for (var page = 0; page == 0 || request.PageToken.Length > 0; page++)
        {
            request.PageSize = sizes[page % sizes.Length];
            var response = await _query.Exploring.ExploreAsync(request, cancellationToken: Cancel);
            Assert.True(response.Stories.Count == request.PageSize || response.NextPageToken.Length == 0);
            names.AddRange(FeedStories.Names(response));
            request.PageToken = response.NextPageToken;
            await (between?.Invoke() ?? Task.CompletedTask);
        }

        return names;
    }
}
