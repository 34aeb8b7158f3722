using System.Diagnostics;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Indexing;

public sealed class IndexTests : IAsyncLifetime
{
    private readonly string _folder = QueryFixture.NewFolder();
    private FeedServer _feed = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _feed = await FeedServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Restart_goes_on_from_where_the_index_stands()
    {
        Publish("a", "b", "c");
        string digest;
        await using (var query = await QueryFixture.StartAsync(_feed.Address, _folder))
        {
            digest = (await query.CaughtUpAsync(_feed)).Digest;
        }

        Publish("d");
        _feed.Remove("stories/a");
        await using var again = await QueryFixture.StartAsync(_feed.Address, _folder);
        var status = await again.CaughtUpAsync(_feed);
        Assert.Equal(3, status.StoryCount);
        Assert.Equal("", status.Recovery);
        Assert.NotEqual(digest, status.Digest);
        Assert.Empty(await again.FoundAsync("storya"));
        Assert.Equal(["d"], await again.FoundAsync("storyd"));
    }

    [Fact]
    public async Task Copy_taken_midway_opens_and_ends_equal()
    {
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var copies = new List<string>();
        for (var round = 0; round < 6; round++)
        {
            Publish([.. Enumerable.Range(0, 40).Select(i => $"r{round}n{i}")]);
            await query.CaughtUpAsync(_feed);
            copies.Add(QueryFixture.NewFolder());
            CopyFolder(_folder, copies[^1]);
        }

        var digest = (await query.CaughtUpAsync(_feed)).Digest;
        foreach (var copy in copies)
        {
            await using (var killed = await QueryFixture.StartAsync(_feed.Address, copy))
            {
                Assert.Equal(digest, (await killed.CaughtUpAsync(_feed)).Digest);
            }

            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public async Task Damaged_commit_falls_back_to_the_one_before()
    {
        var digest = await FillTwoCommitsAsync();
        Damage(CommitFiles()[^1]);

        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var status = await query.CaughtUpAsync(_feed);
        Assert.StartsWith("fell back to the commit before", status.Recovery, StringComparison.Ordinal);
        Assert.Equal(digest, status.Digest);
    }

    [Fact]
    public async Task Damaged_segment_of_the_newest_commit_falls_back()
    {
        var digest = await FillTwoCommitsAsync();
        Damage(Directory.EnumerateFiles(Path.Combine(_folder, "index-1"), "_*").OrderBy(File.GetLastWriteTimeUtc).Last(file => new FileInfo(file).Length > 1_000));

        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var status = await query.CaughtUpAsync(_feed);
        Assert.NotEqual("", status.Recovery);
        Assert.Equal(digest, status.Digest);
    }

    [Fact]
    public async Task Damaged_commits_are_rebuilt_from_the_beginning()
    {
        var digest = await FillTwoCommitsAsync();
        foreach (var commit in CommitFiles())
        {
            Damage(commit);
        }

        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var status = await query.CaughtUpAsync(_feed);
        Assert.StartsWith("rebuilt: no sound commit was left", status.Recovery, StringComparison.Ordinal);
        Assert.Equal(digest, status.Digest);
    }

    [Fact]
    public async Task Folder_in_use_is_a_clear_error()
    {
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => QueryFixture.StartAsync(_feed.Address, _folder, wait: false));
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuild_needs_an_editor_and_gives_the_same()
    {
        Publish([.. Enumerable.Range(0, 100).Select(i => $"n{i}")]);
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var before = await query.CaughtUpAsync(_feed);
        await RpcAssert.FailsAsync(
            StatusCode.PermissionDenied, "PERMISSION_MISSING", async () => await query.Index.RebuildAsync(new RebuildRequest(), cancellationToken: Cancel));

        await query.Index.RebuildAsync(new RebuildRequest(), QueryFixture.Editor, cancellationToken: Cancel);
        // While it is built and switched, nothing that could be found gets lost.
        IndexStatus status;
        do
        {
            Assert.Equal(100, (await query.SearchAsync("story")).TotalSize);
            status = await query.Index.GetIndexStatusAsync(new GetIndexStatusRequest(), cancellationToken: Cancel);
            Assert.Equal(before.Digest, status.Digest);
        }
        while (status.State == IndexState.Rebuilding);

        Assert.Equal("index-2\n", await File.ReadAllTextAsync(Path.Combine(_folder, "current"), Cancel));
        Assert.False(Directory.Exists(Path.Combine(_folder, "index-1")));
        Publish("later");
        await query.CaughtUpAsync(_feed);
        Assert.Equal(["later"], await query.FoundAsync("storylater"));
    }

    [Fact]
    public async Task Feed_of_another_database_replaces_what_was_there()
    {
        Publish("a", "b");
        await using (await QueryFixture.StartAsync(_feed.Address, _folder))
        {
        }

        _feed.Clear();
        _feed.FeedId = "b";
        Publish("c");
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder, wait: false);
        var status = await query.CaughtUpAsync(_feed);
        Assert.Equal(1, status.StoryCount);
        Assert.StartsWith("rebuilt", status.Recovery, StringComparison.Ordinal);
        Assert.Empty(await query.FoundAsync("\"storya\""));
        Assert.Equal(["c"], await query.FoundAsync("storyc"));
    }

    [Fact]
    public async Task Parked_change_stops_nothing_is_counted_and_retried()
    {
        Publish("a");
        var broken = Stories.Simple("broken", "Broken", "Its offsets are wrong.");
        broken.Sections[0].Blocks[0].End = 1_000;
        _feed.Publish(broken);
        _feed.Add(new Change { Resource = "polls/1" });
        Publish("b");
        ParkedChange[] parked;
        await using (var query = await QueryFixture.StartAsync(_feed.Address, _folder))
        {
            var status = await query.CaughtUpAsync(_feed);
            Assert.Equal((2, 2), (status.StoryCount, status.ParkedCount));
            parked = [.. status.Parked];
            Assert.Equal([("stories/broken", 2L), ("polls/1", 3L)], parked.Select(change => (change.Resource, change.Version)).OrderBy(change => change.Version));
            Assert.Contains("does not fit", parked.Single(change => change.Version == 2).Reason, StringComparison.Ordinal);
            Assert.Contains("is not known", parked.Single(change => change.Version == 3).Reason, StringComparison.Ordinal);
            Assert.All(parked, change => Assert.True(change.ParkTime.ToDateTimeOffset() > DateTimeOffset.UnixEpoch));
        }

        await using var again = await QueryFixture.StartAsync(_feed.Address, _folder);
        // Tried again at the start, and still parked since the same moment.
        Assert.Equal(parked, (await again.CaughtUpAsync(_feed)).Parked);
        // A newer version that can be applied replaces the parked one.
        Publish("broken");
        Assert.Equal(1, (await again.CaughtUpAsync(_feed)).ParkedCount);
        await again.Index.RebuildAsync(new RebuildRequest(), QueryFixture.Editor, cancellationToken: Cancel);
        Assert.Equal(1, (await again.UntilAsync(status => status.State == IndexState.Following)).ParkedCount);
    }

    [Fact]
    public async Task Comments_are_neither_found_nor_parked_and_their_end_is_not_their_storys()
    {
        Publish("a");
        _feed.Add(new Change { Resource = "stories/a/comments/1", Comment = new Comment { Name = "stories/a/comments/1", Text = "Commentword" } });
        _feed.Add(new Change { Resource = "stories/a/comments/1", Tombstone = new Tombstone() });
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);

        var status = await query.CaughtUpAsync(_feed);
        Assert.Equal((1, 0), (status.StoryCount, status.ParkedCount));
        Assert.Empty(await query.FoundAsync("commentword"));
        Assert.Equal(["a"], await query.FoundAsync("storya"));
    }

    [Fact]
    public async Task Profiles_and_the_site_are_passed_over_not_parked()
    {
        _feed.Add(new Change { Resource = "site", Site = new() { Name = "site", DisplayName = "Broadsheet" } });
        _feed.Add(new Change { Resource = "communities/geeks", Community = new() { Name = "communities/geeks" } });
        _feed.Add(new Change { Resource = "creators/ada", Creator = new() { Name = "creators/ada" } });
        _feed.Add(new Change { Resource = "creators/ada", Tombstone = new() });
        Publish("a");
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        var status = await query.CaughtUpAsync(_feed);
        Assert.Equal((1, 0), (status.StoryCount, status.ParkedCount));
    }

    [Fact]
    public async Task Content_down_leaves_the_replica_ready_and_says_so()
    {
        Publish("a");
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        using var http = new HttpClient { BaseAddress = query.HealthAddress };
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel)).StatusCode);
        var port = _feed.Address.Port;
        await _feed.DisposeAsync();

        var status = await query.UntilAsync(status => status.FeedError.Length > 0);
        Assert.Null(status.Lag);
        Assert.Equal(["a"], await query.FoundAsync("storya"));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel)).StatusCode);

        _feed = await FeedServer.StartAsync(port);
        Publish("a", "b");
        await query.CaughtUpAsync(_feed);
        Assert.Equal(["b"], await query.FoundAsync("storyb"));
    }

    [Fact]
    public async Task Replica_is_not_ready_before_it_has_caught_up()
    {
        var gate = new TaskCompletionSource();
        _feed.Gate = gate.Task;
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder, wait: false);
        using var http = new HttpClient { BaseAddress = query.HealthAddress };
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(new Uri("/livez", UriKind.Relative), Cancel)).StatusCode);
        Assert.Equal(IndexState.CatchingUp, (await query.Index.GetIndexStatusAsync(new GetIndexStatusRequest(), cancellationToken: Cancel)).State);

        gate.SetResult();
        await query.CaughtUpAsync(_feed);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Applying_continues_the_trace_of_the_change()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Broadsheet.Query",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (seen)
                {
                    seen.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        _feed.Publish(Stories.Simple("traced", "Traced", "A story."), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
        await query.CaughtUpAsync(_feed);

        lock (seen)
        {
            var activity = Assert.Single(seen, activity => activity.GetTagItem("broadsheet.resource") as string == "stories/traced");
            Assert.Equal("0af7651916cd43dd8448eb211c80319c", activity.TraceId.ToHexString());
            Assert.Equal("b7ad6b7169203331", activity.ParentSpanId.ToHexString());
        }
    }

    private void Publish(params string[] ids)
    {
        foreach (var id in ids)
        {
            _feed.Publish(Stories.Simple(id, $"Story {id}", $"This is story{id}. It was told in 1949."));
        }
    }

    private async Task<string> FillTwoCommitsAsync()
    {
        foreach (var part in (string[])["x", "y", "z"])
        {
            Publish([.. Enumerable.Range(0, 60).Select(i => $"{part}{i}")]);
            await using var query = await QueryFixture.StartAsync(_feed.Address, _folder);
            await query.CaughtUpAsync(_feed);
        }

        Assert.Equal(2, CommitFiles().Length);
        await using var whole = await QueryFixture.StartAsync(_feed.Address);
        return (await whole.CaughtUpAsync(_feed)).Digest;
    }

    private string[] CommitFiles() => [.. Directory.EnumerateFiles(Path.Combine(_folder, "index-1"), "segments_*").Order(StringComparer.Ordinal)];

    private static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.WriteAllBytes(file, bytes);
    }

    private static void CopyFolder(string from, string to)
    {
        // As a crash would leave it: whatever is there at the moment, without any order. A file that is gone meanwhile is gone.
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).OrderByDescending(file => file.Contains("segments", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = OpenIfThere(file);
            if (source is not null)
            {
                using var copy = File.Create(target);
                source.CopyTo(copy);
            }
        }
    }

    private static FileStream? OpenIfThere(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
