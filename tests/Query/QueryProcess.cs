using System.Diagnostics;
using System.Text.RegularExpressions;
using Broadsheet.Query.V1;
using Grpc.Net.Client;

namespace Broadsheet.Query.Tests;

/// <summary>The query service as a process of its own, which can be killed.</summary>
internal sealed partial class QueryProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private QueryProcess(Process process, Uri address)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress(address);
        Index = new(_channel);
        Searching = new(_channel);
    }

    public IndexService.IndexServiceClient Index { get; }

    public SearchService.SearchServiceClient Searching { get; }

    public static async Task<QueryProcess> StartAsync(Uri feed, string folder)
    {
        var process = Run(
            "--environment=Development", "--Broadsheet:BindAddress=127.0.0.1", "--Broadsheet:GrpcPort=0", "--Broadsheet:HttpPort=0",
            $"--Broadsheet:Query:DataPath={folder}", $"--Broadsheet:Query:ContentAddress={feed}");
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("query ended at its start");
            if (Listening().Match(line) is { Success: true } match)
            {
                // A full pipe would stop the process. The gRPC port is the first that it tells.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new QueryProcess(process, new Uri(match.Groups[1].Value));
            }
        }
    }

    /// <summary>Starts the service's program with these arguments.</summary>
    public static Process Run(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "Broadsheet.Query.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public async Task<IndexStatus> StatusAsync() => await Index.GetIndexStatusAsync(new GetIndexStatusRequest(), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

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
