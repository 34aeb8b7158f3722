using Broadsheet.Content.Creators;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Storage.Postgres;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Broadsheet.Content.Tests.Feed;

/// <summary>What the feed promises, with writers that take their time, change their mind and die, and readers in between.</summary>
public abstract class FeedProofTests(StoreKind kind)
{
    private const int Writers = 8;
    private const int Resources = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected StoreKind Kind => kind;

    [Fact]
    public async Task Each_committed_change_is_seen_once_in_the_order_of_its_resource_and_nothing_else_is()
    {
        await using var content = await ContentFixture.StartAsync(kind);
        var names = await CreatorsAsync(content);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watching = WatchAsync(content, () => false, reading.Token);
        var disturbing = DisturbAsync(content, reading.Token);

        var committed = await WriteAsync(content, names, writes: 40);

        await reading.CancelAsync();
        await disturbing;
        var watched = await watching;
        var paged = (await content.ReadAllAsync(FeedView.All, pageSize: 7)).Where(change => change.PayloadCase == Change.PayloadOneofCase.Creator).ToList();
        var created = paged.Take(Resources).Select(change => (change.Resource, change.Version)).ToList();
        Assert.Equal(committed.Concat(created).Order(), paged.Select(change => (change.Resource, change.Version)).Order());
        AssertOrder(paged);
        AssertOrder(watched);
        // The watcher was stopped somewhere on the way; up to there it has seen the same.
        Assert.Equal(paged.Take(watched.Count).Select(change => change.Cursor), watched.Select(change => change.Cursor));
        Assert.DoesNotContain(paged, change => change.Creator.DisplayName == "never");
    }

    [Fact]
    public async Task With_compaction_running_a_reader_ends_with_what_is_there()
    {
        await using var content = await ContentFixture.StartAsync(kind, settings: ["--Broadsheet:Content:Feed:CompactionHorizon=00:00:00", "--Broadsheet:Content:Feed:CompactionInterval=01:00:00"]);
        var names = await CreatorsAsync(content);
        var compaction = content.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<FeedCompaction>().Single();
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var compacting = Task.Run(
            async () =>
            {
                while (!running.IsCancellationRequested)
                {
                    await compaction.CompactAsync(Cancel);
                }
            },
            Cancel);
        var disturbing = DisturbAsync(content, running.Token);
        var done = false;
        var watching = WatchAsync(content, () => Volatile.Read(ref done), Cancel);

        await WriteAsync(content, names, writes: 40);

        await running.CancelAsync();
        await disturbing;
        await compacting;
        await content.NumberedAsync();
        await compaction.CompactAsync(Cancel);
        Volatile.Write(ref done, true);
        await content.CreateAsync("communities/last", names[0], "The last");
        var watched = await watching;
        var paged = (await content.ReadAllAsync(FeedView.All, pageSize: 5)).Where(change => change.PayloadCase == Change.PayloadOneofCase.Creator).ToList();
        var now = (await content.Creators.ListCreatorsAsync(new(), cancellationToken: Cancel)).Creators.ToDictionary(creator => creator.Name, StringComparer.Ordinal);
        AssertOrder(watched);
        foreach (var seen in new[] { watched, paged })
        {
            var last = seen.GroupBy(change => change.Resource, StringComparer.Ordinal).ToDictionary(changes => changes.Key, changes => changes.Last().Creator, StringComparer.Ordinal);
            Assert.Equal(now, last);
        }

        // Compacted: of each one there is the newest only.
        Assert.Equal(Resources, paged.Count);
    }

    /// <summary>On an engine where that can be: kills whoever numbers the feed, again and again.</summary>
    protected abstract Task DisturbAsync(ContentFixture content, CancellationToken cancellationToken);

    private static async Task<List<string>> CreatorsAsync(ContentFixture content)
    {
        await content.Communities.CreateCommunityAsync(new() { Community = new() { Name = "communities/last", DisplayName = "Last" } }, cancellationToken: Cancel);
        var names = new List<string>();
        for (var i = 0; i < Resources; i++)
        {
            names.Add((await content.Creators.CreateCreatorAsync(new() { Creator = new() { DisplayName = $"Creator {i}" } }, cancellationToken: Cancel)).Name);
        }

        await content.NumberedAsync();
        return names;
    }

    /// <summary>Writers that wait inside their transactions, and roll some of them back. Returns what was committed.</summary>
    private static async Task<List<(string Resource, long Version)>> WriteAsync(ContentFixture content, List<string> names, int writes)
    {
        var store = content.Services.GetRequiredService<ContentStore>();
        var committed = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var random = new Random(writer);
                var own = new List<(string, long)>();
                for (var i = 0; i < writes; i++)
                {
                    var name = names[random.Next(names.Count)];
                    var rollback = random.Next(4) == 0;
                    var (before, after) = (random.Next(4), random.Next(4));
                    try
                    {
                        var version = await store.WriteAsync(
                            async transaction =>
                            {
                                await Task.Delay(before, Cancel);
                                var changed = await CreatorRpc.Table.UpdateAsync(
                                    transaction, new Creator { Name = name, Etag = "*", DisplayName = rollback ? "never" : $"{writer}.{i}" }, null, ["display_name"]);
                                await Task.Delay(after, Cancel);
                                return rollback ? throw new ChangedMindException() : changed.Etag;
                            },
                            Cancel);
                        Assert.True(Contracts.Etag.TryGetVersion(version, out var number));
                        own.Add((name, number));
                    }
                    catch (ChangedMindException)
                    {
                        // Rolled back, as meant.
                    }
                }

                return own;
            },
            Cancel)));
        return [.. committed.SelectMany(own => own)];
    }

    /// <summary>Reads the feed as a consumer does: watches, and resumes by cursor when it is cut off. Ends when cancelled, or with the first story if told so.</summary>
    private static async Task<List<Change>> WatchAsync(ContentFixture content, Func<bool> endsWithStory, CancellationToken cancellationToken)
    {
        var seen = new List<Change>();
        var cursor = "";
        while (true)
        {
            try
            {
                using var call = content.Feed.WatchChanges(new() { View = FeedView.All, Cursor = cursor }, ContentFixture.Editor, cancellationToken: cancellationToken);
                await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    seen.AddRange(response.Changes.Where(change => change.PayloadCase == Change.PayloadOneofCase.Creator));
                    cursor = response.NextCursor;
                    if (endsWithStory() && response.Changes.Any(change => change.PayloadCase == Change.PayloadOneofCase.Story))
                    {
                        return seen;
                    }
                }
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
            {
                return seen;
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable)
            {
                // Its connection to the store was cut; it goes on where it was.
            }
        }
    }

    private static void AssertOrder(IEnumerable<Change> changes)
    {
        foreach (var versions in changes.GroupBy(change => change.Resource, change => change.Version))
        {
            Assert.Equal(versions.Order().Distinct(), versions);
        }
    }

    private sealed class ChangedMindException : Exception;
}

public sealed class FeedProofOnSqliteTests() : FeedProofTests(StoreKind.Sqlite)
{
    // Nothing numbers the feed but the writers themselves.
    protected override Task DisturbAsync(ContentFixture content, CancellationToken cancellationToken) => Task.CompletedTask;
}

public sealed class FeedProofOnPostgresTests() : FeedProofTests(StoreKind.Postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_that_goes_by_the_number_taken_in_the_transaction_loses_a_late_commit_and_the_feed_does_not()
    {
        await using var content = await ContentFixture.StartAsync(Kind);
        await content.SeedAsync();
        await content.NumberedAsync();
        var server = await PostgresServer.GetAsync();
        await using var naive = NpgsqlDataSource.Create(server.ConnectionString(content.Data));
        await ExecuteAsync(naive, "create table naive (id bigint primary key)");
        var cursor = (await content.ReadAllAsync(FeedView.All))[^1].Cursor;

        var store = content.Services.GetRequiredService<ContentStore>();
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = WriteAsync("creators/slow", async id =>
        {
            taken.TrySetResult(id);
            await slow.Task;
        });
        var early = await taken.Task;
        var late = await WriteAsync("creators/quick", _ => Task.CompletedTask);
        Assert.True(early < late);
        await content.NumberedAsync();

        // The naive reader: everything above the highest number that it has seen.
        var seen = await NaiveAsync(0);
        var (feed, next) = await FeedAsync(cursor);
        Assert.Equal(["creators/quick"], feed);
        slow.SetResult();
        Assert.Equal(early, await first);
        await content.NumberedAsync();

        seen.AddRange(await NaiveAsync(seen.Max()));
        Assert.DoesNotContain(early, seen);
        (feed, _) = await FeedAsync(next);
        Assert.Equal(["creators/slow"], feed);

        Task<long> WriteAsync(string name, Func<long, Task> meanwhile) => store.WriteAsync(
            async transaction =>
            {
                var created = await CreatorRpc.Table.CreateAsync(transaction, new Creator { Name = name, DisplayName = name });
                Assert.True(Contracts.Etag.TryGetVersion(created.Etag, out var id));
                await transaction.ExecuteAsync("insert into naive (id) values (@id)", ("@id", id));
                await meanwhile(id);
                return id;
            },
            Cancel);

        async Task<List<long>> NaiveAsync(long after)
        {
            var ids = new List<long>();
            await using var command = naive.CreateCommand("select id from naive where id > $1 order by id");
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            await using var rows = await command.ExecuteReaderAsync(Cancel);
            while (await rows.ReadAsync(Cancel))
            {
                ids.Add(rows.GetInt64(0));
            }

            return ids;
        }

        async Task<(IEnumerable<string> Resources, string Cursor)> FeedAsync(string after)
        {
            var page = await content.Feed.ListChangesAsync(new() { View = FeedView.All, Cursor = after }, ContentFixture.Editor, cancellationToken: Cancel);
            return (page.Changes.Select(change => change.Resource), page.NextCursor);
        }
    }

    protected override async Task DisturbAsync(ContentFixture content, CancellationToken cancellationToken)
    {
        // A second replica sequences too. Whoever holds the lock of the sequencer is cut off from the database.
        await using var replica = await ContentFixture.StartAsync(Kind, data: content.Data);
        await using var source = NpgsqlDataSource.Create((await PostgresServer.GetAsync()).ConnectionString(content.Data));
        var killed = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            await using var command = source.CreateCommand(
                $"select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and classid = {AdvisoryLocks.Sequencer >> 32} and objid = {AdvisoryLocks.Sequencer & 0xffffffff} and granted");
            killed += (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
            await Task.Delay(10, CancellationToken.None);
        }

        Assert.True(killed > 0, "no sequencer was killed, so nothing was shown");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
