using System.Diagnostics;
using System.Text.RegularExpressions;
using Broadsheet.Analytics.V1;
using Grpc.Net.Client;

namespace Broadsheet.Analytics.Tests;

/// <summary>The analytics service as a process of its own: it can be killed.</summary>
internal sealed partial class AnalyticsProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private AnalyticsProcess(Process process, Uri address)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Ingest = new(_channel);
        Reports = new(_channel);
    }

    public IngestService.IngestServiceClient Ingest { get; }

    public ReportService.ReportServiceClient Reports { get; }

    /// <summary>Its data are in the folder, or where the running test's class has them.</summary>
    public static async Task<AnalyticsProcess> StartAsync(string folder) =>
        await StartAsync(folder, await AnalyticsFixture.StoreOfAsync(folder));

    public static async Task<AnalyticsProcess> StartAsync(string folder, string[] store)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Broadsheet.Analytics.dll"),
            "--environment=Development", "--Broadsheet:BindAddress=127.0.0.1", "--Broadsheet:GrpcPort=0", "--Broadsheet:HttpPort=0",
            $"--Broadsheet:Analytics:DataPath={folder}", "--Broadsheet:Analytics:ContentAddress=http://127.0.0.1:9", "--Logging:LogLevel:Broadsheet=Error",
            .. store,
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("analytics ended at its start");
            if (Listening().Match(line) is { Success: true } match)
            {
                // A full pipe would stop the process. The gRPC port is the first that it tells.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new AnalyticsProcess(process, new Uri(match.Groups[1].Value));
            }
        }
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to end, as an orchestrator does.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
