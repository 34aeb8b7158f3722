using System.Net;
using System.Net.Sockets;
using Broadsheet.Content.Storage.Postgres;
using Broadsheet.Content.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Content.Tests;

/// <summary>The real content service on loopback sockets, with its data in a folder of its own.</summary>
public sealed class ContentFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly bool _ownsData;
    private int _stopped;

    private ContentFixture(WebApplication app, StoreKind store, string data, int[] ports, bool ownsData)
    {
        _app = app;
        _ownsData = ownsData;
        Store = store;
        Data = data;
        Address = new Uri($"http://127.0.0.1:{ports[0]}");
        HealthAddress = new Uri($"http://127.0.0.1:{ports[1]}");
        _channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Stories = new(_channel);
        Imports = new(_channel);
        Communities = new(_channel);
        Creators = new(_channel);
        Comments = new(_channel);
        Feed = new(_channel);
        Follows = new(_channel);
        Site = new(_channel);
        Readers = new(_channel);
    }

    public StoreKind Store { get; }

    /// <summary>Where the data is: the folder, or the database's name. Start another instance with it; it goes with the instance that made it.</summary>
    public string Data { get; }

    /// <summary>What runs in the service.</summary>
    public IServiceProvider Services => _app.Services;

    public Uri HealthAddress { get; }

    public Uri Address { get; }

    public StoryService.StoryServiceClient Stories { get; }

    public ImportService.ImportServiceClient Imports { get; }

    public CommunityService.CommunityServiceClient Communities { get; }

    public CreatorService.CreatorServiceClient Creators { get; }

    public CommentService.CommentServiceClient Comments { get; }

    public ChangeFeedService.ChangeFeedServiceClient Feed { get; }

    public FollowService.FollowServiceClient Follows { get; }

    public SiteService.SiteServiceClient Site { get; }

    public ReaderService.ReaderServiceClient Readers { get; }

    public static Metadata Editor => As("creators/ed;roles=editor");

    /// <summary>A call made as this caller, <c>readers/ann</c> or <c>creators/ed;roles=editor</c>.</summary>
    public static Metadata As(string caller) => new() { { "x-broadsheet-caller", caller } };

    /// <summary>
    /// Starts the service. <paramref name="data"/> is the <see cref="Data"/> of another instance: on SQLite after that
    /// has stopped, on PostgreSQL also beside it, as another replica. <paramref name="settings"/> are further
    /// configuration arguments, <c>--Broadsheet:Content:Feed:PollInterval=00:00:01</c>.
    /// </summary>
    public static async Task<ContentFixture> StartAsync(
        StoreKind store = StoreKind.Sqlite, TimeProvider? time = null, string? data = null, string environment = "Development", params string[] settings)
    {
        string[] storage;
        string path;
        if (store == StoreKind.Postgres)
        {
            var server = await PostgresServer.GetAsync();
            path = data ?? $"content_{Guid.NewGuid():n}";
            if (data is null)
            {
                await server.CreateDatabaseAsync(path);
            }

            storage = ["--Broadsheet:Content:Store=postgres", "--Broadsheet:Content:MigrateAtStart=true", $"--Broadsheet:Content:ConnectionString={server.ConnectionString(path)}"];
        }
        else
        {
            path = data ?? Directory.CreateTempSubdirectory("broadsheet-content-").FullName;
            storage = [$"--Broadsheet:Content:DataPath={path}"];
        }

        var ports = FreePorts(2);
        var app = ContentHost.Build(
            [
                $"--environment={environment}",
                "--Broadsheet:BindAddress=127.0.0.1",
                $"--Broadsheet:GrpcPort={ports[0]}",
                $"--Broadsheet:HttpPort={ports[1]}",
                .. storage,
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

        return new ContentFixture(app, store, path, ports, data is null);
    }

    /// <summary>A community and a creator to write in.</summary>
    public async Task<(string Community, string Creator)> SeedAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        var community = await Communities.CreateCommunityAsync(new() { Community = new() { DisplayName = "Geeks" } }, cancellationToken: cancel);
        var creator = await Creators.CreateCreatorAsync(new() { Creator = new() { DisplayName = "Ada Example" } }, cancellationToken: cancel);
        return (community.Name, creator.Name);
    }

    public async Task<Story> CreateAsync(string community, string creator, string title = "A title", string text = "A paragraph.") =>
        await Stories.CreateStoryAsync(
            new CreateStoryRequest
            {
                Story = new Story { Title = title, Community = community, Creator = creator, Sections = { new Section { Blocks = { new Block { Text = text } } } } },
            },
            cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Everything in the feed of a view.</summary>
    public async Task<List<Change>> ReadAllAsync(FeedView view, int pageSize = 0)
    {
        await NumberedAsync();
        var changes = new List<Change>();
        var cursor = "";
        while (true)
        {
            var page = await Feed.ListChangesAsync(
                new ListChangesRequest { View = view, Cursor = cursor, PageSize = pageSize }, Editor, cancellationToken: TestContext.Current.CancellationToken);
            changes.AddRange(page.Changes);
            cursor = page.NextCursor;
            if (page.Head.ChangesBehind == 0)
            {
                return changes;
            }
        }
    }

    /// <summary>Waits until every change made so far is in the feed, which on PostgreSQL comes after the commit.</summary>
    public async Task NumberedAsync()
    {
        if (Services.GetService<PostgresStore>() is not { } store)
        {
            return;
        }

        var grown = store.Grown.Next;
        await using var command = store.Source.CreateCommand("select count(*) from outbox");
        while ((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0)
        {
            await grown.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            grown = store.Grown.Next;
        }
    }

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

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!_ownsData)
        {
            return;
        }

        if (Store == StoreKind.Sqlite)
        {
            Directory.Delete(Data, recursive: true);
        }
        else
        {
            await (await PostgresServer.GetAsync()).DropDatabaseAsync(Data);
        }
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

/// <summary>The engines that content runs on.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}
