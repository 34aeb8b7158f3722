using System.Net;
using System.Net.Sockets;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Query.Tests;

/// <summary>The real query service on loopback sockets, following a feed, with its index in a folder of its own.</summary>
public sealed class QueryFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private QueryFixture(WebApplication app, string folder, int[] ports)
    {
        _app = app;
        Folder = folder;
        HealthAddress = new Uri($"http://127.0.0.1:{ports[1]}");
        Address = new Uri($"http://127.0.0.1:{ports[0]}");
        _channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Searching = new(_channel);
        Exploring = new(_channel);
        Asking = new(_channel);
        Timeline = new(_channel);
        Claims = new(_channel);
        Entities = new(_channel);
        Index = new(_channel);
        Texts = new(_channel);
    }

    public string Folder { get; }

    public Uri Address { get; }

    public Uri HealthAddress { get; }

    public SearchService.SearchServiceClient Searching { get; }

    public ExploreService.ExploreServiceClient Exploring { get; }

    public AskService.AskServiceClient Asking { get; }

    public TimelineService.TimelineServiceClient Timeline { get; }

    public ClaimService.ClaimServiceClient Claims { get; }

    public EntityService.EntityServiceClient Entities { get; }

    public IndexService.IndexServiceClient Index { get; }

    public TextService.TextServiceClient Texts { get; }

    public static Metadata Editor => new() { { "x-broadsheet-caller", "creators/ed;roles=editor" } };

    public static string NewFolder() => Directory.CreateTempSubdirectory("broadsheet-query-").FullName;

    public static async Task<QueryFixture> StartAsync(Uri feed, string? folder = null, bool wait = true, Uri? analytics = null, TimeProvider? circuitClock = null)
    {
        var path = folder ?? NewFolder();
        var ports = FreePorts(2);
        var app = QueryHost.Build(
        [
            "--environment=Development",
            "--Broadsheet:BindAddress=127.0.0.1",
            $"--Broadsheet:GrpcPort={ports[0]}",
            $"--Broadsheet:HttpPort={ports[1]}",
            $"--Broadsheet:Query:DataPath={path}",
            $"--Broadsheet:Query:ContentAddress={feed}",
            "--Logging:LogLevel:Default=Critical",
            .. analytics is null ? (string[])[] : [$"--Broadsheet:Query:AnalyticsAddress={analytics}"],
        ], circuitClock);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var query = new QueryFixture(app, path, ports);
        if (wait)
        {
            await query.UntilAsync(status => status.State == IndexState.Following && status is { ChangesBehind: 0, FeedError: "" });
        }

        return query;
    }

    /// <summary>Waits until the index is as it should be.</summary>
    public async Task<IndexStatus> UntilAsync(Func<IndexStatus, bool> condition, int seconds = 30)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(seconds));
        IndexStatus status;
        do
        {
            // The keeper offers no event for "the status has changed"; its refresh is the nearest.
            await _app.Services.GetRequiredService<IndexKeeper>().Current.Index.NextRefresh
                .WaitAsync(TimeSpan.FromMilliseconds(20), timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            status = await Index.GetIndexStatusAsync(new GetIndexStatusRequest(), cancellationToken: timeout.Token);
        }
        while (!condition(status));
        return status;
    }

    /// <summary>Waits until all that the feed has can be found.</summary>
    public async Task<IndexStatus> CaughtUpAsync(FeedServer feed, int seconds = 30)
    {
        var cursor = $"{feed.FeedId}:{feed.Count}";
        return await UntilAsync(status => status.Cursor == cursor && status.State == IndexState.Following, seconds);
    }

    public async Task<SearchResponse> SearchAsync(string query, Action<SearchRequest>? change = null)
    {
        var request = new SearchRequest { Query = query };
        change?.Invoke(request);
        return await Searching.SearchAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    public async Task<string[]> FoundAsync(string query, Action<SearchRequest>? change = null) =>
        [.. (await SearchAsync(query, change)).Results.Select(result => result.Story["stories/".Length..])];

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
