using System.Net;
using System.Net.Sockets;
using Broadsheet.Content.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;

namespace Broadsheet.Content.Tests;

/// <summary>The real content service on loopback sockets, with its data in a folder of its own.</summary>
public sealed class ContentFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly bool _ownsFolder;

    private ContentFixture(WebApplication app, string folder, int port, bool ownsFolder)
    {
        _app = app;
        _ownsFolder = ownsFolder;
        Folder = folder;
        Address = new Uri($"http://127.0.0.1:{port}");
        _channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Stories = new(_channel);
        Imports = new(_channel);
        Communities = new(_channel);
        Creators = new(_channel);
        Feed = new(_channel);
    }

    public string Folder { get; }

    public Uri Address { get; }

    public StoryService.StoryServiceClient Stories { get; }

    public ImportService.ImportServiceClient Imports { get; }

    public CommunityService.CommunityServiceClient Communities { get; }

    public CreatorService.CreatorServiceClient Creators { get; }

    public ChangeFeedService.ChangeFeedServiceClient Feed { get; }

    public static Metadata Editor => new() { { "x-broadsheet-caller", "creators/ed;roles=editor" } };

    public static async Task<ContentFixture> StartAsync(string? folder = null, string environment = "Development")
    {
        var path = folder ?? Directory.CreateTempSubdirectory("broadsheet-content-").FullName;
        var ports = FreePorts(2);
        var app = ContentHost.Build(
        [
            $"--environment={environment}",
            "--Broadsheet:BindAddress=127.0.0.1",
            $"--Broadsheet:GrpcPort={ports[0]}",
            $"--Broadsheet:HttpPort={ports[1]}",
            $"--Broadsheet:Content:DataPath={path}",
        ]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ContentFixture(app, path, ports[0], folder is null);
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

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
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
