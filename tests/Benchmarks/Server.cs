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

    private Server(Process process, int port, string? folder)
    {
        _process = process;
        _folder = folder;
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
            cancellationToken);
    }

    /// <summary>The bare host that answers the encoded story in the file.</summary>
    public static Task<Server> StartBareAsync(string storyFile, CancellationToken cancellationToken)
    {
        var port = FreePort();
        return StartAsync(
            [typeof(Server).Assembly.Location, "bare", "--port", port.ToString(CultureInfo.InvariantCulture), "--story", storyFile], port, null, cancellationToken);
    }

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

    private static async Task<Server> StartAsync(string[] arguments, int port, string? folder, CancellationToken cancellationToken)
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
                return new Server(process, port, folder);
            }
            catch (SocketException) when (!process.HasExited)
            {
                // It does not listen yet.
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
