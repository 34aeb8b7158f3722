using System.Diagnostics;
using System.Net;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Indexing;

/// <summary>Processes that are killed, disks that are full and folders that go away.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Rounds = 5;

    private readonly string _folder = QueryFixture.NewFolder();
    private FeedServer _feed = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _feed = await FeedServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Killed_at_any_moment_it_ends_equal_to_a_rebuild()
    {
        _feed.BatchSize = 20;
        var random = new Random(7);
        for (var round = 0; round < Rounds; round++)
        {
            Publish(round * 150, 300, random);
            await using var query = await QueryProcess.StartAsync(_feed.Address, _folder);
            // From the first changes on to after the last.
            await Task.Delay(random.Next(100, 1_500), Cancel);
            await query.KillAsync();
        }

        await using var last = await QueryFixture.StartAsync(_feed.Address, _folder);
        output.WriteLine((await last.CaughtUpAsync(_feed)).Recovery);
        await AssertEqualToARebuildAsync(last);
    }

    [Fact]
    public async Task Rebuild_that_dies_half_way_leaves_the_one_in_use()
    {
        Publish(0, 200, new Random(1));
        string digest;
        await using (var query = await QueryProcess.StartAsync(_feed.Address, _folder))
        {
            while ((await query.StatusAsync()) is not { State: IndexState.Following, ChangesBehind: 0 })
            {
                await Task.Delay(20, Cancel);
            }

            digest = (await query.StatusAsync()).Digest;
            var gate = new TaskCompletionSource();
            (_feed.Gate, _feed.GateFrom, _feed.BatchSize) = (gate.Task, 100, 20);
            await query.Index.RebuildAsync(new RebuildRequest(), QueryFixture.Editor, cancellationToken: Cancel);
            IndexStatus status;
            do
            {
                status = await query.StatusAsync();
                Assert.Equal(digest, status.Digest);
            }
            // How many are left is said a moment after how many were applied.
            while (status.Rebuild is not { ChangesApplied: 100, ChangesBehind: 100 });

            Assert.Equal(IndexState.Rebuilding, status.State);
            Assert.True(Directory.Exists(Path.Combine(_folder, "index-2")));
            var found = await query.Searching.SearchAsync(new SearchRequest { Query = "harbour" }, cancellationToken: Cancel);
            Assert.Equal(status.StoryCount, found.TotalSize);
            await query.KillAsync();
            gate.SetResult();
        }

        await using var again = await QueryFixture.StartAsync(_feed.Address, _folder);
        var after = await again.CaughtUpAsync(_feed);
        Assert.Equal((digest, ""), (after.Digest, after.Recovery));
        Assert.Null(after.Rebuild);
        Assert.False(Directory.Exists(Path.Combine(_folder, "index-2")));
    }

    [Fact]
    public async Task Full_disk_is_said_and_over_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(mebibytes: 24);
        Publish(0, 50, new Random(1));
        await using var query = await QueryFixture.StartAsync(_feed.Address, disk.Path);
        var before = await query.CaughtUpAsync(_feed);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[Math.Max(0, disk.Free - (200 * 1024))], Cancel);

        for (var at = 50; await ReadinessAsync(query) == HttpStatusCode.OK; at += 100)
        {
            Publish(at, 100, new Random(at));
            await Task.Delay(100, Cancel);
        }

        Assert.Contains("space", (await query.UntilAsync(status => status.FeedError.Length > 0)).FeedError, StringComparison.OrdinalIgnoreCase);
        Assert.True((await query.SearchAsync("harbour")).TotalSize >= before.StoryCount);

        File.Delete(ballast);
        await UntilReadyAsync(query);
        await query.CaughtUpAsync(_feed);
        await AssertEqualToARebuildAsync(query);
    }

    [Theory]
    [InlineData("index-1")]
    [InlineData("")]
    public async Task Folder_that_goes_away_is_made_again_and_meanwhile_nothing_is_missing(string removed)
    {
        Publish(0, 200, new Random(1));
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var stories = (await query.CaughtUpAsync(_feed)).StoryCount;
        Directory.Delete(Path.Combine(_folder, removed), recursive: true);
        _feed.Publish(Stories.Simple("later", "Later", "This harbour came later."));

        IndexStatus status;
        do
        {
            Assert.True((await query.SearchAsync("harbour")).TotalSize >= stories);
            status = await query.Index.GetIndexStatusAsync(new GetIndexStatusRequest(), cancellationToken: Cancel);
        }
        while (status.Recovery.Length == 0);

        await UntilReadyAsync(query);
        Assert.Equal(["later"], await query.FoundAsync("\"came later\""));
        await AssertEqualToARebuildAsync(query);
        Assert.True(File.Exists(Path.Combine(_folder, "current")));
    }

    /// <summary>Stories, new versions of stories and ends of stories.</summary>
    private void Publish(int from, int count, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            var id = $"s{from + random.Next(count)}";
            if (random.Next(10) == 0)
            {
                _feed.Remove($"stories/{id}");
            }
            else
            {
                _feed.Publish(Stories.Simple(
                    id, $"The harbour in {1900 + random.Next(100)}", [.. Enumerable.Range(0, 1 + random.Next(8)).Select(_ => $"The harbour grew in {1800 + random.Next(200)}. Queen Anna said that it was deep in May {1900 + random.Next(99)}.")]));
            }
        }
    }

    private async Task AssertEqualToARebuildAsync(QueryFixture query)
    {
        var status = await query.CaughtUpAsync(_feed);
        await using var whole = await QueryFixture.StartAsync(_feed.Address);
        var built = await whole.CaughtUpAsync(_feed);
        Assert.Equal((built.Digest, built.StoryCount, built.SentenceCount, built.DatedEventCount), (status.Digest, status.StoryCount, status.SentenceCount, status.DatedEventCount));
        Assert.Equal(await EventsAsync(whole), await EventsAsync(query));
        Assert.Equal(await ClaimsAsync(whole), await ClaimsAsync(query));
        Assert.Equal(await FoundAsync(whole), await FoundAsync(query));
    }

    /// <summary>What is found, without scores: those count stories that are gone until their segments are merged.</summary>
    private static async Task<List<SearchResult>> FoundAsync(QueryFixture query)
    {
        var found = (await query.SearchAsync("harbour", request => (request.PageSize, request.Order) = (100, SearchOrder.Newest))).Results.ToList();
        found.ForEach(result => result.Score = 0);
        return found;
    }

    private static async Task<List<DatedEvent>> EventsAsync(QueryFixture query)
    {
        var (events, token) = (new List<DatedEvent>(), "");
        do
        {
            var page = await query.Timeline.ListDatedEventsAsync(new ListDatedEventsRequest { PageSize = 100, PageToken = token }, cancellationToken: Cancel);
            events.AddRange(page.Events);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return events;
    }

    private static async Task<List<Claim>> ClaimsAsync(QueryFixture query)
    {
        var (claims, token) = (new List<Claim>(), "");
        do
        {
            var page = await query.Claims.ListClaimsAsync(new ListClaimsRequest { PageSize = 100, PageToken = token }, cancellationToken: Cancel);
            claims.AddRange(page.Claims);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.NotEmpty(claims);
        return claims;
    }

    private static async Task<HttpStatusCode> ReadinessAsync(QueryFixture query)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(query.HealthAddress, "readyz"), Cancel);
        return response.StatusCode;
    }

    private static async Task UntilReadyAsync(QueryFixture query)
    {
        var started = Stopwatch.GetTimestamp();
        while (await ReadinessAsync(query) != HttpStatusCode.OK)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "not ready again after 30 s");
            await Task.Delay(50, Cancel);
        }
    }
}
