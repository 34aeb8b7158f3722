using System.Net;
using Broadsheet.Analytics.V1;
using Broadsheet.Clients;
using Broadsheet.Query.Tests;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests.ClickHouse;

/// <summary>A ClickHouse server that goes away, and replicas of the service that share one.</summary>
public sealed class ServerFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_that_is_away_is_said_and_nothing_acknowledged_is_lost()
    {
        await using var server = await ClickHouseServer.StartAsync();
        var database = server.NewDatabase();
        await server.KillAsync();
        // It need not be there when the service starts.
        await using var analytics = await AnalyticsFixture.StartAsync(settings: AnalyticsFixture.StoreOf(database));
        await AwayAsync(analytics);
        await server.RestartAsync();
        await ReadyAsync(analytics);
        Assert.Equal(1, (await analytics.RecordAsync(analytics.View("stories/a"))).Counted);

        await server.KillAsync();
        var view = await AwayAsync(analytics);
        await server.RestartAsync();
        await ReadyAsync(analytics);
        // Nobody knew whether it was written; sent again it counts, once.
        Assert.Equal(1, (await analytics.RecordAsync(view)).Counted);
        Assert.Equal(NotCountedReason.Duplicate, Assert.Single((await analytics.RecordAsync(view)).NotCounted).Reason);
        Assert.Equal(2, await analytics.CountedAsync());
    }

    [Fact]
    public async Task Server_killed_under_load_with_retries_that_switch_replica_the_totals_equal_the_ledger()
    {
        var (ledger, counted) = await RunAsync(rounds: 20, new RetryingClients());
        Assert.True(ledger > 4_000, $"only {ledger} events");
        Assert.All(counted, total => Assert.Equal(ledger, total));
    }

    [Fact]
    public async Task Control_that_acknowledges_before_the_write_does_not_equal_the_ledger()
    {
        var (ledger, counted) = await RunAsync(rounds: 5, new RetryingClients(acknowledgeBeforeWriting: true));
        Assert.All(counted, total => Assert.True(total < ledger, $"{total} of {ledger}: nothing was lost"));
    }

    [Fact]
    public async Task Events_that_two_replicas_take_are_counted_once()
    {
        var server = await ClickHouseServer.SharedAsync();
        var store = AnalyticsFixture.StoreOf(server.NewDatabase());
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await using var one = await AnalyticsFixture.StartAsync(feed.Address, settings: store);
        await using var other = await AnalyticsFixture.StartAsync(feed.Address, settings: store);
        await one.KnowsAsync("stories/a");
        await other.KnowsAsync("stories/a");
        ReadingEvent[] events = [.. one.Read("stories/a", "v1", "readers/ann"), .. one.Read("stories/a", "v2", "readers/bo"), one.View("stories/a"), one.View("stories/a", "v3")];
        // At once: neither knows what the other has.
        await Task.WhenAll(Enumerable.Range(0, 3).SelectMany(_ => new[] { one.RecordAsync(events), other.RecordAsync(events) }));
        foreach (var replica in (AnalyticsFixture[])[one, other])
        {
            Assert.Equal(events.Length, await replica.CountedAsync());
            var report = await replica.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = "stories/a" }, cancellationToken: Cancel);
            Assert.Equal((4, 2, 70.0, 2), (report.Views, report.Reads, report.EngagedSeconds, report.SignedInReaders));
        }
    }

    [Fact]
    public async Task Backup_is_the_servers_matter()
    {
        var server = await ClickHouseServer.SharedAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(settings: AnalyticsFixture.StoreOf(server.NewDatabase()));
        await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition, "STORE_NOT_EMBEDDED", () => analytics.Stores.BackUpStoreAsync(new BackUpStoreRequest(), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal("clickhouse", (await analytics.Stores.GetStoreStatusAsync(new GetStoreStatusRequest(), cancellationToken: Cancel)).Engine);
    }

    // Two replicas stay up while the server is killed; each try goes to either of them.
    private static async Task<(long Ledger, long[] Counted)> RunAsync(int rounds, RetryingClients clients)
    {
        await using var server = await ClickHouseServer.StartAsync();
        var store = AnalyticsFixture.StoreOf(server.NewDatabase());
        await using var one = await AnalyticsFixture.StartAsync(settings: store);
        await using var other = await AnalyticsFixture.StartAsync(settings: store);
        using var stopping = new CancellationTokenSource();
        var sending = clients.SendAsync(Either, stopping.Token);
        for (var round = 0; round < rounds; round++)
        {
            var enough = clients.Acknowledged + Random.Shared.Next(200, 1_000);
            while (clients.Acknowledged < enough)
            {
                await Task.Delay(1, Cancel);
            }

            await Task.Delay(Random.Shared.Next(20), Cancel);
            await server.KillAsync();
            await server.RestartAsync();
        }

        await stopping.CancelAsync();
        await sending;
        await clients.FinishAsync(Either);
        return (clients.Acknowledged, [await one.CountedAsync(), await other.CountedAsync()]);

        IngestService.IngestServiceClient Either() => Random.Shared.Next(2) == 0 ? one.Ingest : other.Ingest;
    }

    private static async Task<ReadingEvent> AwayAsync(AnalyticsFixture analytics)
    {
        var view = analytics.View("stories/a");
        var error = await Assert.ThrowsAsync<RpcException>(() => analytics.RecordAsync(view));
        Assert.Equal("STORE_UNAVAILABLE", RpcFailure.From(error).Reason);
        Assert.Equal("STORE_UNAVAILABLE", RpcFailure.From(await Assert.ThrowsAsync<RpcException>(() => analytics.CountedAsync())).Reason);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri(analytics.HealthAddress, "/readyz"), Cancel)).StatusCode);
        return view;
    }

    private static async Task ReadyAsync(AnalyticsFixture analytics)
    {
        using var http = new HttpClient();
        for (var tries = 0; (await http.GetAsync(new Uri(analytics.HealthAddress, "/readyz"), Cancel)).StatusCode != HttpStatusCode.OK; tries++)
        {
            Assert.True(tries < 100, "does not become ready again");
            await Task.Delay(100, Cancel);
        }
    }
}
