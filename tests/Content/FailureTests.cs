using System.Diagnostics;
using System.Net;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Storage.Sqlite;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Broadsheet.Content.Tests;

/// <summary>Stores that are full, gone and back.</summary>
public sealed class FailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_server_that_dies_is_said_to_be_down_and_after_its_return_nothing_is_missing()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await server.CreateDatabaseAsync("content");
        await using var content = await ContentFixture.StartAsync(StoreKind.Postgres, settings: $"--Broadsheet:Content:ConnectionString={server.ConnectionString("content")}");
        var (community, creator) = await content.SeedAsync();
        var acknowledged = new List<Story>();
        for (var i = 0; i < 5; i++)
        {
            acknowledged.Add(await content.CreateAsync(community, creator, $"Story {i}"));
        }

        server.Crash();

        foreach (var call in new Func<Task>[]
        {
            () => content.CreateAsync(community, creator),
            () => content.Stories.GetStoryAsync(new() { Name = acknowledged[0].Name }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync,
            () => content.Feed.ListChangesAsync(new(), cancellationToken: Cancel).ResponseAsync,
        })
        {
            await RpcAssert.FailsAsync(StatusCode.Unavailable, "STORE_UNAVAILABLE", call);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(content));
        server.Restart();
        await UntilReadyAsync(content);

        acknowledged.Add(await content.CreateAsync(community, creator, "After"));
        var stories = await content.Stories.ListStoriesAsync(new(), ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal(acknowledged.Select(story => story.Name).Order(StringComparer.Ordinal), stories.Stories.Select(story => story.Name).Order(StringComparer.Ordinal));
        Assert.Equal(acknowledged.Count, (await content.ReadAllAsync(FeedView.All)).Count(change => change.PayloadCase == Change.PayloadOneofCase.Story));
    }

    [Fact]
    public async Task Embedded_database_that_is_taken_away_takes_no_writes_with_it_and_is_used_again_when_it_is_back()
    {
        await using var content = await ContentFixture.StartAsync();
        var (community, creator) = await content.SeedAsync();
        var before = await content.CreateAsync(community, creator, "Before");
        var away = Directory.CreateDirectory(Path.Combine(content.Data, "away")).FullName;
        Move(content.Data, away);

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "STORE_UNAVAILABLE", () => content.CreateAsync(community, creator, "Lost"));
        await RpcAssert.FailsAsync(StatusCode.Unavailable, "STORE_UNAVAILABLE", () => content.Stories.GetStoryAsync(new() { Name = before.Name }, ContentFixture.Editor, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(content));

        Move(away, content.Data);
        await UntilReadyAsync(content);
        var after = await content.CreateAsync(community, creator, "After");
        var stories = await content.Stories.ListStoriesAsync(new(), ContentFixture.Editor, cancellationToken: Cancel);
        Assert.Equal([after.Name, before.Name], stories.Stories.Select(story => story.Name));

        static void Move(string from, string to)
        {
            foreach (var file in Directory.GetFiles(from, "content.db*"))
            {
                File.Move(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Full_disk_is_said_loses_nothing_acknowledged_and_is_over_when_there_is_room(StoreKind kind)
    {
        using var disk = SmallDisk.Mount();
        await using var server = kind == StoreKind.Postgres ? await PostgresServer.StartOwnAsync() : null;
        if (server is not null)
        {
            await using var postgres = NpgsqlDataSource.Create(server.ConnectionString("postgres"));
            foreach (var sql in new[] { $"create tablespace small location '{disk.Path}'", "create database content tablespace small" })
            {
                await using var command = postgres.CreateCommand(sql);
                await command.ExecuteNonQueryAsync(Cancel);
            }
        }

        var ballast = Path.Combine(disk.Path, "ballast");
        await using var content = server is null
            ? await ContentFixture.StartAsync(kind, data: disk.Path)
            : await ContentFixture.StartAsync(kind, settings: $"--Broadsheet:Content:ConnectionString={server.ConnectionString("content")}");
        var (community, creator) = await content.SeedAsync();
        await File.WriteAllBytesAsync(ballast, new byte[Math.Max(0, disk.Free - (400 * 1024))], Cancel);

        var acknowledged = new List<string>();
        // What is stored is compressed on one of the engines, so the text is of the kind that can't be.
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                acknowledged.Add((await content.CreateAsync(community, creator, "Filling", Convert.ToBase64String(Random.Shared.GetItems(Enumerable.Range(0, 256).Select(i => (byte)i).ToArray(), 40_000)))).Name);
            }
        });
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal("STORE_FULL", Clients.RpcFailure.From(error).Reason);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(content));
        Assert.Equal(acknowledged.Count, (await content.Stories.ListStoriesAsync(new(), ContentFixture.Editor, cancellationToken: Cancel)).Stories.Count);

        File.Delete(ballast);
        await UntilReadyAsync(content);
        acknowledged.Add((await content.CreateAsync(community, creator, "There is room")).Name);
        Assert.Equal(
            acknowledged.Order(StringComparer.Ordinal),
            (await content.Stories.ListStoriesAsync(new() { PageSize = 200 }, ContentFixture.Editor, cancellationToken: Cancel)).Stories.Select(story => story.Name).Order(StringComparer.Ordinal));
        Assert.Equal(acknowledged.Count, (await content.ReadAllAsync(FeedView.All)).Count(change => change.PayloadCase == Change.PayloadOneofCase.Story));
    }

    [Fact]
    public async Task Backup_made_while_writing_holds_what_was_acknowledged_before_and_is_another_feed()
    {
        await using var content = await ContentFixture.StartAsync();
        var (community, creator) = await content.SeedAsync();
        var cursor = (await content.Feed.ListChangesAsync(new(), cancellationToken: Cancel)).NextCursor;
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var acknowledged = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                while (!writing.IsCancellationRequested)
                {
                    acknowledged.Enqueue((await content.CreateAsync(community, creator, $"Story of {writer}")).Name);
                }
            },
            Cancel)).ToList();
        while (acknowledged.Count < 50)
        {
            await Task.Yield();
        }

        var before = acknowledged.ToArray();
        var folder = Directory.CreateTempSubdirectory("broadsheet-content-backup-").FullName;
        await ((SqliteStore)content.Services.GetRequiredService<ContentStore>()).BackUpAsync(Path.Combine(folder, "content.db"), Cancel);
        await writing.CancelAsync();
        await Task.WhenAll(writers);

        await using (var restored = await ContentFixture.StartAsync(data: folder))
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            var token = "";
            do
            {
                var page = await restored.Stories.ListStoriesAsync(new() { PageSize = 200, PageToken = token }, ContentFixture.Editor, cancellationToken: Cancel);
                names.UnionWith(page.Stories.Select(story => story.Name));
                token = page.NextPageToken;
            }
            while (token.Length > 0);

            Assert.Superset(before.ToHashSet(StringComparer.Ordinal), names);
            Assert.Subset(acknowledged.ToHashSet(StringComparer.Ordinal), names);
            Assert.Equal(names.Order(StringComparer.Ordinal), (await restored.ReadAllAsync(FeedView.All)).Where(change => change.PayloadCase == Change.PayloadOneofCase.Story).Select(change => change.Resource).Order(StringComparer.Ordinal));
            await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CURSOR_EXPIRED", () => restored.Feed.ListChangesAsync(new() { Cursor = cursor }, cancellationToken: Cancel).ResponseAsync);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<HttpStatusCode> ReadinessAsync(ContentFixture content)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(content.HealthAddress, "readyz"), Cancel);
        return response.StatusCode;
    }

    private static async Task UntilReadyAsync(ContentFixture content)
    {
        var started = Stopwatch.GetTimestamp();
        while (await ReadinessAsync(content) != HttpStatusCode.OK)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "not ready again after 30 s");
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>A file system of its own of 24 MiB in memory. Skips the test where that may not be mounted.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public long Free => new DriveInfo(Path).AvailableFreeSpace;

        public static SmallDisk Mount()
        {
            var path = Directory.CreateTempSubdirectory("broadsheet-disk-").FullName;
            using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", path]) { RedirectStandardError = true })!;
            mount.WaitForExit();
            if (mount.ExitCode != 0)
            {
                Directory.Delete(path);
                Assert.Skip("a small file system can't be mounted here");
            }

            using var chown = Process.Start("chown", ["nobody", path]);
            chown.WaitForExit();
            return new SmallDisk(path);
        }

        public void Dispose()
        {
            using var unmount = Process.Start("umount", ["-l", Path]);
            unmount.WaitForExit();
            Directory.Delete(Path);
        }
    }
}
