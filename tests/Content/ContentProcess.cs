using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Broadsheet.Content.V1;
using Grpc.Net.Client;

namespace Broadsheet.Content.Tests;

/// <summary>The content service as a process of its own on SQLite: it can be killed, and its memory is its own.</summary>
internal sealed partial class ContentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private ContentProcess(Process process, Uri address)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Imports = new(_channel);
        Stories = new(_channel);
    }

    public ImportService.ImportServiceClient Imports { get; }

    public StoryService.StoryServiceClient Stories { get; }

    public static async Task<ContentProcess> StartAsync(string folder)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Broadsheet.Content.dll"),
            "--environment=Development", "--Broadsheet:BindAddress=127.0.0.1", "--Broadsheet:GrpcPort=0", "--Broadsheet:HttpPort=0", $"--Broadsheet:Content:DataPath={folder}",
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("content ended at its start");
            if (Listening().Match(line) is { Success: true } match)
            {
                // A full pipe would stop the process. The gRPC port is the first that it tells.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ContentProcess(process, new Uri(match.Groups[1].Value));
            }
        }
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Processor time used so far, on all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory in MiB: now, and the most so far. Linux only; 0 elsewhere.</summary>
    public (long Now, long Most) Memory()
    {
        var status = $"/proc/{_process.Id}/status";
        if (!File.Exists(status))
        {
            return (0, 0);
        }

        var text = File.ReadAllText(status);
        return (Kilobytes("VmRSS") / 1024, Kilobytes("VmHWM") / 1024);

        long Kilobytes(string name) => long.Parse(Regex.Match(text, $@"{name}:\s+([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
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
