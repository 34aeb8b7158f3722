using System.Diagnostics;

namespace Broadsheet.Query.Tests.Indexing;

public sealed class FreshnessTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Rounds = 200;

    private readonly string _folder = QueryFixture.NewFolder();
    private FeedServer _feed = null!;

    public async ValueTask InitializeAsync() => _feed = await FeedServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Published_story_is_found_within_a_second()
    {
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var delays = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var version = _feed.Publish(Stories.Simple($"s{round}", $"Story {round}", $"This is story{round}. It was told in {1500 + round}."));
            var published = Stopwatch.GetTimestamp();
            var found = await query.SearchAsync(
                $"story{round}", request => request.AtLeastAsFresh = new() { Story = $"stories/s{round}", Etag = $"v{version}" });
            delays.Add(Stopwatch.GetElapsedTime(published).TotalMilliseconds);
            Assert.Equal(1, found.TotalSize);
        }

        var sorted = delays.Order().ToArray();
        output.WriteLine($"publish → found: first {delays[0]:0} ms, p50 {sorted[Rounds / 2]:0.0} ms, p99 {sorted[Rounds * 99 / 100]:0.0} ms, longest {sorted[^1]:0} ms");
        Assert.True(sorted[Rounds * 99 / 100] < 1_000);
    }
}
