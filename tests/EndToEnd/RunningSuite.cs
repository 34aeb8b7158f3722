using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Broadsheet.Cli.Up;
using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Grpc.Core;

namespace Broadsheet.EndToEnd;

/// <summary>
/// The services as processes of their own, started as <c>up</c> starts them, on free loopback ports and a data
/// folder of their own; each can be killed and started again.
/// </summary>
public sealed class RunningSuite : IAsyncDisposable
{
    private readonly HttpClient _health = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Dictionary<string, string> _settings;
    private readonly UpOptions _options;
    private readonly Dictionary<string, Process> _processes = [];

    private RunningSuite(UpOptions options, Dictionary<string, string> settings)
    {
        _options = options;
        _settings = settings;
        Channel = new BroadsheetChannel(new Uri($"http://127.0.0.1:{options.GrpcPort}"), new BroadsheetClientOptions
        {
            Caller = "creators/test;roles=editor",
            // A killed service is what these tests are about; the circuit must not hide its return.
            FailureRatio = 1,
            BreakDuration = TimeSpan.FromMilliseconds(500),
            ReadDeadline = TimeSpan.FromSeconds(10),
            WriteDeadline = TimeSpan.FromSeconds(10),
        });
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{options.HttpPort}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public BroadsheetChannel Channel { get; }

    /// <summary>The gateway's JSON port.</summary>
    public HttpClient Http { get; }

    public Uri Grpc => Channel.Address;

    public DirectoryInfo Data => _options.Data;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RunningSuite> StartAsync(Dictionary<string, string>? settings = null)
    {
        var data = Directory.CreateTempSubdirectory("broadsheet-suite-");
        var ports = FreePorts();
        var suite = new RunningSuite(new UpOptions(data, Samples: false, ports[0], ports[1], ports[2], ports[3], ports[4]), settings ?? []);
        data.CreateSubdirectory("logs");
        foreach (var spec in suite._options.Services)
        {
            suite.Start(spec.Name);
        }

        await suite.WaitUntilReadyAsync();
        return suite;
    }

    /// <summary>Ends a service without any chance to tidy up.</summary>
    public void Kill(string service)
    {
        using var process = _processes[service];
        process.Kill();
        process.WaitForExit();
    }

    public void Start(string service) => _processes[service] = StartProcess(_options.Services.Single(spec => spec.Name == service), []);

    public async Task WaitUntilReadyAsync()
    {
        var deadline = Stopwatch.StartNew();
        foreach (var spec in _options.Services)
        {
            await WaitForAsync(spec.HealthPort, spec.Name, _processes[spec.Name], deadline);
        }
    }

    /// <summary>Waits until the shared channel has found the gateway again.</summary>
    public async Task WaitUntilAnsweringAsync()
    {
        var client = new IndexService.IndexServiceClient(Channel.Invoker);
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await client.GetIndexStatusAsync(new(), cancellationToken: Cancel);
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable && waited.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(100, Cancel);
            }
        }
    }

    /// <summary>The digest of an index that another query process builds from the beginning of the feed.</summary>
    public async Task<IndexStatus> RebuildElsewhereAsync(int stories)
    {
        var ports = FreePorts();
        var elsewhere = Directory.CreateTempSubdirectory("broadsheet-rebuild-");
        var spec = (_options with { QueryPort = ports[3], Data = elsewhere }).Services.Single(service => service.Name == "query");
        using var process = StartProcess(spec, []);
        try
        {
            await WaitForAsync(spec.HealthPort, "query", process, Stopwatch.StartNew());
            using var channel = new BroadsheetChannel(new Uri($"http://127.0.0.1:{ports[3]}"));
            return await CaughtUpAsync(channel, stories);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            elsewhere.Delete(recursive: true);
        }
    }

    /// <summary>Waits until the index has caught up and holds that many stories.</summary>
    public static async Task<IndexStatus> CaughtUpAsync(BroadsheetChannel channel, int stories)
    {
        var index = new IndexService.IndexServiceClient(channel.Invoker);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var status = await index.GetIndexStatusAsync(new(), cancellationToken: Cancel);
            if (status is { ChangesBehind: 0, State: IndexState.Following } && status.StoryCount == stories)
            {
                return status;
            }

            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"the index does not catch up: {status}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
    }

    /// <summary>Every story there is, drafts included.</summary>
    public async Task<List<Story>> AllStoriesAsync()
    {
        var client = new StoryService.StoryServiceClient(Channel.Invoker);
        var stories = new List<Story>();
        var token = "";
        do
        {
            var page = await client.ListStoriesAsync(new ListStoriesRequest { PageSize = 200, PageToken = token }, cancellationToken: Cancel);
            stories.AddRange(page.Stories);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return stories;
    }

    public string Log(string service) => Path.Combine(_options.Data.FullName, "logs", $"{service}.log");

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        _health.Dispose();
        foreach (var process in _processes.Values)
        {
            try
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
            }
            catch (Exception error) when (error is InvalidOperationException or TimeoutException or IOException)
            {
                process.Kill();
            }

            process.Dispose();
        }

        _options.Data.Delete(recursive: true);
    }

    private Process StartProcess(ServiceSpec spec, Dictionary<string, string> more)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "../..", spec.Project, new DirectoryInfo(AppContext.BaseDirectory).Name, $"{spec.Project}.dll");
        var start = new ProcessStartInfo("dotnet", [assembly]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in spec.Settings.Concat(_settings).Concat(more))
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Broadsheet__BindAddress"] = "127.0.0.1";
        start.Environment["Broadsheet__ExitWithParent"] = "true";
        var process = Process.Start(start)!;
        var log = TextWriter.Synchronized(new StreamWriter(new FileStream(Log(spec.Name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitForAsync(int port, string name, Process process, Stopwatch waited)
    {
        while (true)
        {
            try
            {
                using var response = await _health.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"), Cancel);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !Cancel.IsCancellationRequested)
            {
                // Not up yet.
            }

            Assert.False(process.HasExited, $"{name} ended: {(File.Exists(Log(name)) ? string.Join('\n', File.ReadLines(Log(name)).TakeLast(20)) : "")}");
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"{name} does not become ready");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
    }

    // Services take their health port ten above the other, so runs of ports are looked for.
    private static int[] FreePorts()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var first = Random.Shared.Next(20_000, 30_000) / 20 * 20;
            int[] ports = [first, first + 1, first + 2, first + 3, first + 4];
            if (ports.Concat(ports.Select(port => port + UpOptions.HealthOffset)).All(IsFree))
            {
                return ports;
            }
        }

        throw new InvalidOperationException("no free ports");

        static bool IsFree(int port)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
