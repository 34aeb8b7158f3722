using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Broadsheet.Benchmarks;

/// <summary>A host in a process of its own, whose processor time and memory can be read.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string? _folder;

    private readonly int _httpPort;

    private Server(Process process, int port, string? folder, int httpPort)
    {
        _process = process;
        _folder = folder;
        _httpPort = httpPort;
        Address = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
    }

    public Uri Address { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long WorkingSetMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024 * 1024);
        }
    }

    /// <summary>The content service as <c>broadsheet up</c> starts it, on a store of its own.</summary>
    public static async Task<Server> StartContentAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("broadsheet-benchmark-").FullName;
        var ports = (Grpc: FreePort(), Http: FreePort());
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var assembly = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Broadsheet.Content", configuration, "Broadsheet.Content.dll"));
        return await StartAsync(
            [
                assembly, "--environment=Development", $"--Broadsheet:GrpcPort={ports.Grpc}", $"--Broadsheet:HttpPort={ports.Http}",
                $"--Broadsheet:Content:DataPath={folder}",
            ],
            ports.Grpc,
            folder,
            cancellationToken,
            ports.Http);
    }

    /// <summary>
    /// The analytics service as <c>broadsheet up</c> starts it, without content: on a store of its own, or on <paramref name="dataPath"/>,
    /// which stays.
    /// </summary>
    public static async Task<Server> StartAnalyticsAsync(CancellationToken cancellationToken, string? dataPath = null, string[]? settings = null)
    {
        var folder = dataPath is null ? Directory.CreateTempSubdirectory("broadsheet-benchmark-").FullName : null;
        var ports = (Grpc: FreePort(), Http: FreePort());
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var assembly = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Broadsheet.Analytics", configuration, "Broadsheet.Analytics.dll"));
        return await StartAsync(
            [
                assembly, "--environment=Development", $"--Broadsheet:GrpcPort={ports.Grpc}", $"--Broadsheet:HttpPort={ports.Http}",
                $"--Broadsheet:Analytics:DataPath={dataPath ?? folder}", $"--Broadsheet:Analytics:ContentAddress=http://127.0.0.1:{FreePort()}",
                .. settings ?? [],
            ],
            ports.Grpc,
            folder,
            cancellationToken,
            ports.Http);
    }

    /// <summary>The query service as <c>broadsheet up</c> starts it, following a feed; its data folder is the caller's.</summary>
    public static async Task<Server> StartQueryAsync(Uri feed, string dataPath, CancellationToken cancellationToken)
    {
        var ports = (Grpc: FreePort(), Http: FreePort());
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var assembly = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Broadsheet.Query", configuration, "Broadsheet.Query.dll"));
        return await StartAsync(
            [
                assembly, "--environment=Development", $"--Broadsheet:GrpcPort={ports.Grpc}", $"--Broadsheet:HttpPort={ports.Http}",
                $"--Broadsheet:Query:DataPath={dataPath}", $"--Broadsheet:Query:ContentAddress={feed}",
            ],
            ports.Grpc,
            null,
            cancellationToken,
            ports.Http);
    }

    /// <summary>Waits until the service says that it is ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_httpPort.ToString(CultureInfo.InvariantCulture)}") };
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It does not listen yet.
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Waits until the query service has made so many stories, and all that its feed has, durable.</summary>
    public async Task CaughtUpAsync(long stories, CancellationToken cancellationToken)
    {
        using var channel = Connect();
        var index = new Query.V1.IndexService.IndexServiceClient(channel);
        while (true)
        {
            var status = await index.GetIndexStatusAsync(new Query.V1.GetIndexStatusRequest(), cancellationToken: cancellationToken);
            if (status is { State: Query.V1.IndexState.Following, ChangesBehind: 0, FeedError: "" } && status.StoryCount >= stories)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(0.5), cancellationToken);
        }
    }

    /// <summary>The bare host that answers the encoded story in the file.</summary>
    public static Task<Server> StartBareAsync(string storyFile, CancellationToken cancellationToken)
    {
        var port = FreePort();
        return StartAsync(
            [typeof(Server).Assembly.Location, "bare", "--port", port.ToString(CultureInfo.InvariantCulture), "--story", storyFile], port, null, cancellationToken);
    }

    /// <summary>Until when a call may take that is measured whatever it takes.</summary>
    public static DateTime Patience => TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1);

    public GrpcChannel Connect() => GrpcChannel.ForAddress(Address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
        MaxReceiveMessageSize = null,
    });

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<Server> StartAsync(string[] arguments, int port, string? folder, CancellationToken cancellationToken, int httpPort = 0)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet")
        {
            start.FileName = "dotnet";
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new Server(process, port, folder, httpPort);
            }
            catch (SocketException) when (!process.HasExited)
            {
                // It does not listen yet.
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
