using System.ComponentModel;
using System.Diagnostics;

namespace Broadsheet.Cli.Up;

/// <summary>
/// Keeps one service running: starts it, writes its output to its log, and starts it again, later each time, when it
/// dies. The service holds our standard input pipe and drains when that closes, so it ends with us whatever happens.
/// </summary>
internal sealed class ServiceProcess(ServiceSpec spec, string assembly, string logPath, TimeProvider time, Action<string> say) : IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(35);

    private readonly CancellationTokenSource _stopping = new();
    private volatile Process? _process;
    private Task _running = Task.CompletedTask;

    public ServiceSpec Spec => spec;

    /// <summary>Completes with an exit code if the service dies before it was ever ready: then its settings are wrong, not its luck.</summary>
    public TaskCompletionSource<int> DiedEarly { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set once the service was ready.</summary>
    public bool WasReady { get; set; }

    public void Start() => _running = RunAsync();

    /// <summary>Throws what keeps the service from being run at all, such as a log that can't be written.</summary>
    public Task ThrowIfFaultedAsync() => _running.IsFaulted ? _running : Task.CompletedTask;

    /// <summary>Lets the service drain, and ends it if it does not.</summary>
    public async Task StopAsync(CancellationToken atOnce)
    {
        await _stopping.CancelAsync();
        if (_process is { } process)
        {
            try
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync(atOnce).WaitAsync(DrainTime, time, atOnce);
            }
            catch (InvalidOperationException)
            {
                // It ended in this moment, by itself.
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException or IOException)
            {
                say(atOnce.IsCancellationRequested ? $"{spec.Name} killed" : $"{spec.Name} does not end within {DrainTime.TotalSeconds:0} s; killed");
                Kill(process);
            }
        }

        // What made it fail was told when it failed.
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The delay before the restart that follows this many quick deaths in a row.</summary>
    public static TimeSpan DelayAfter(int deaths)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(deaths, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    /// <summary>The end of the service's log, for when it does not start.</summary>
    public IEnumerable<string> LastLines(int count) => File.Exists(logPath) ? File.ReadLines(logPath).TakeLast(count) : [];

    public void Dispose()
    {
        _process?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var deaths = 0;
        while (!_stopping.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            var code = await RunOnceAsync();
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (!WasReady && DiedEarly.TrySetResult(code))
            {
                return;
            }

            deaths = time.GetElapsedTime(started) > Settled ? 0 : deaths;
            var delay = DelayAfter(deaths++);
            say($"{spec.Name} died (exit code {code}); starting it again in {delay.TotalSeconds:0.#} s");
            await Task.Delay(delay, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> RunOnceAsync()
    {
        var start = new ProcessStartInfo(DotnetHost(), [assembly])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in spec.Settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Broadsheet__BindAddress"] = "127.0.0.1";
        start.Environment["Broadsheet__ExitWithParent"] = "true";
        await using var log = OpenLog();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Write;
        process.ErrorDataReceived += Write;
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new UpException($"{spec.Name} can't be started: {error.Message}");
        }

        _process = process;
        if (_stopping.IsCancellationRequested)
        {
            // Whoever stops us may have looked just before there was a process to stop.
            process.StandardInput.Close();
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        _process = null;
        return process.ExitCode;

        void Write(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
            {
                lock (log)
                {
                    log.WriteLine(line.Data);
                }
            }
        }
    }

    private StreamWriter OpenLog()
    {
        try
        {
            return new StreamWriter(new FileStream(logPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UpException($"the log of {spec.Name} can't be written: {error.Message}");
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in this moment, by itself.
        }
    }

    /// <summary>The host that runs us, so that a private SDK runs its services too.</summary>
    public static string DotnetHost() =>
        Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet"
            ? own
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
