using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.Tests.ClickHouse;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit.v3;

namespace Broadsheet.Analytics.Tests;

/// <summary>The real analytics service on loopback sockets, with its data in a folder of its own.</summary>
public sealed class AnalyticsFixture : IAsyncDisposable
{
    // A service that is started again on a folder finds its data again, wherever they are.
    private static readonly ConcurrentDictionary<string, string> Databases = new(StringComparer.Ordinal);

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _time;
    private int _stopped;

    private AnalyticsFixture(WebApplication app, string folder, int[] ports, TimeProvider time)
    {
        _app = app;
        _time = time;
        Folder = folder;
        Address = new Uri($"http://127.0.0.1:{ports[0]}");
        HealthAddress = new Uri($"http://127.0.0.1:{ports[1]}");
        _channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Ingest = new(_channel);
        Insights = new(_channel);
        Reports = new(_channel);
        Privacy = new(_channel);
        Stores = new(_channel);
    }

    public string Folder { get; }

    public Uri Address { get; }

    public Uri HealthAddress { get; }

    public IServiceProvider Services => _app.Services;

    public IngestService.IngestServiceClient Ingest { get; }

    public InsightService.InsightServiceClient Insights { get; }

    public ReportService.ReportServiceClient Reports { get; }

    public PrivacyService.PrivacyServiceClient Privacy { get; }

    public StoreService.StoreServiceClient Stores { get; }

    public static Metadata As(string caller) => new() { { "x-broadsheet-caller", caller } };

    public static string NewFolder() => Directory.CreateTempSubdirectory("broadsheet-analytics-").FullName;

    public static async Task<AnalyticsFixture> StartAsync(Uri? content = null, string? folder = null, TimeProvider? time = null, params string[] settings)
    {
        var path = folder ?? NewFolder();
        var ports = FreePorts(2);
        var app = AnalyticsHost.Build(
            [
                "--environment=Development",
                "--Broadsheet:BindAddress=127.0.0.1",
                $"--Broadsheet:GrpcPort={ports[0]}",
                $"--Broadsheet:HttpPort={ports[1]}",
                $"--Broadsheet:Analytics:DataPath={path}",
                // Nobody listens there: analytics takes events in without content.
                $"--Broadsheet:Analytics:ContentAddress={content ?? new Uri("http://127.0.0.1:9")}",
                // These tests ask what figures are, not how soon they come; others use the machine too.
                "--Broadsheet:Deadlines:Read=00:00:30",
                "--Logging:LogLevel:Default=Warning",
                .. await StoreOfAsync(path),
                .. settings,
            ],
            time);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new AnalyticsFixture(app, path, ports, time ?? TimeProvider.System);
    }

    /// <summary>Settings of the store that the running test's class is about (<see cref="IOnClickHouse"/>).</summary>
    internal static async Task<string[]> StoreOfAsync(string folder)
    {
        if (TestContext.Current.TestClass is not IXunitTestClass { Class: { } tests } || !typeof(IOnClickHouse).IsAssignableFrom(tests))
        {
            return [];
        }

        var server = await ClickHouseServer.SharedAsync();
        return StoreOf(Databases.GetOrAdd(folder, _ => server.NewDatabase()));
    }

    /// <summary>Settings of a service whose data are in this ClickHouse database.</summary>
    internal static string[] StoreOf(string database) => ["--Broadsheet:Analytics:Store=clickhouse", $"--Broadsheet:Analytics:ClickHouse={database}"];

    /// <summary>Waits until the story is known, in this revision.</summary>
    public async Task KnowsAsync(string story, int revision = 1, Action? meanwhile = null)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        var stories = Services.GetRequiredService<StoryKnowledge>();
        while (true)
        {
            var grown = stories.Grown;
            if (stories.Find(story) is { } facts && facts.Revision >= revision)
            {
                // Known before it is written; what is written after it comes later.
                await Services.GetRequiredService<StoreWriter>().WriteAsync(0, _ => true);
                return;
            }

            meanwhile?.Invoke();
            await grown.WaitAsync(TimeSpan.FromMilliseconds(20), timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            timeout.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A story with a lead and three sections: two sections and 30 s (or half of it) make a read.</summary>
    public static Story Explainer(string id, int words = 1_000) => new(Query.Tests.Stories.Of(
        id, $"How {id} works", "", ("", ["A lead."]), ("One", ["First."]), ("Two", ["Second."]), ("Three", ["Third."])))
    {
        WordCount = words,
    };

    /// <summary>An event that happened so many seconds ago.</summary>
    public ReadingEvent Event(string story, string visit = "", double ago = 0, string reader = "") => new()
    {
        EventId = Guid.CreateVersion7().ToString(),
        Story = story,
        Visit = visit,
        Reader = reader,
        OccurredAt = Timestamp.FromDateTimeOffset(_time.GetUtcNow() - TimeSpan.FromSeconds(ago)),
    };

    public ReadingEvent View(string story, string visit = "", double ago = 0, string reader = "")
    {
        var view = Event(story, visit, ago, reader);
        view.View = new View();
        return view;
    }

    public ReadingEvent Heartbeat(string story, string visit, double ago, double engaged, params string[] sections)
    {
        var heartbeat = Event(story, visit, ago);
        heartbeat.Heartbeat = new Heartbeat { EngagedSeconds = engaged, Sections = { sections } };
        return heartbeat;
    }

    /// <summary>A visit that is a read of <see cref="Explainer"/>: its view and one heartbeat.</summary>
    public ReadingEvent[] Read(string story, string visit, string reader = "", double ago = 60)
    {
        var heartbeat = Heartbeat(story, visit, ago - 40, 35, "lead", "section-1");
        heartbeat.Reader = reader;
        return [View(story, visit, ago, reader), heartbeat];
    }

    public async Task<RecordEventsResponse> RecordAsync(params ReadingEvent[] events) =>
        await Ingest.RecordEventsAsync(new RecordEventsRequest { Events = { events } }, cancellationToken: TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<IngestTotals>> TotalsAsync() =>
        (await Ingest.ListIngestTotalsAsync(new ListIngestTotalsRequest(), cancellationToken: TestContext.Current.CancellationToken)).Hours;

    /// <summary>How many events are counted, over all hours of the last day.</summary>
    public async Task<long> CountedAsync() => (await TotalsAsync()).Sum(hour => hour.Counted);

    /// <summary>How many are not, for this reason.</summary>
    public async Task<long> NotCountedAsync(NotCountedReason reason) =>
        (await TotalsAsync()).SelectMany(hour => hour.NotCounted).Where(total => total.Reason == reason).Sum(total => total.Count);

    /// <summary>Stops the service and leaves its data.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

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
