using System.Net;
using System.Net.Sockets;

namespace Broadsheet.Cli.Up;

/// <summary>The running suite.</summary>
internal sealed class Suite : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly List<ServiceProcess> _processes;

    /// <summary>Checks that everything needed is there and starts all processes at once.</summary>
    public Suite(UpOptions options, TimeProvider time, Action<string> say)
    {
        _time = time;
        _say = say;
        var logs = options.Data.CreateSubdirectory("logs");
        CheckPorts(options);

        _processes = [.. options.Services.Select(spec => new ServiceProcess(spec, FindAssembly(spec), Path.Combine(logs.FullName, $"{spec.Name}.log"), time, say))];
        _processes.ForEach(process => process.Start());
    }

    /// <summary>Says when each service becomes ready; returns when all are.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        await Task.WhenAll(_processes.Select(async process =>
        {
            while (!await IsReadyAsync(process, cancel))
            {
                await process.ThrowIfFaultedAsync();
                if (process.DiedEarly.Task.IsCompletedSuccessfully)
                {
                    var lines = string.Join(Environment.NewLine, process.LastLines(15).Select(line => $"  {line}"));
                    throw new UpException($"{process.Spec.Name} does not start (exit code {process.DiedEarly.Task.Result}):{Environment.NewLine}{lines}");
                }

                await Task.Delay(PollInterval, _time, cancel);
            }

            process.WasReady = true;
            _say($"{process.Spec.Name,-8} ready after {_time.GetElapsedTime(started).TotalSeconds:0.0} s");
        }));
    }

    /// <summary>Says when a service stops or starts being ready, until cancelled.</summary>
    public async Task WatchReadinessAsync(CancellationToken cancel)
    {
        var ready = _processes.ToDictionary(process => process, _ => true);
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancel);
            foreach (var process in _processes)
            {
                await process.ThrowIfFaultedAsync();
                var now = await IsReadyAsync(process, cancel);
                if (now != ready[process])
                {
                    ready[process] = now;
                    _say($"{process.Spec.Name,-8} {(now ? "ready again" : "not ready")}");
                }
            }
        }
    }

    /// <summary>Stops the services one after the other, the gateway first, so that no call loses what it needs.</summary>
    public async Task StopAsync(CancellationToken atOnce)
    {
        foreach (var process in _processes)
        {
            await process.StopAsync(atOnce);
            _say($"{process.Spec.Name,-8} stopped");
        }
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _http.Dispose();
    }

    private async Task<bool> IsReadyAsync(ServiceProcess process, CancellationToken cancel)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri($"http://127.0.0.1:{process.Spec.HealthPort}/readyz"), cancel);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static void CheckPorts(UpOptions options)
    {
        var seen = new HashSet<int>();
        foreach (var (service, port) in options.Services.SelectMany(spec => spec.Ports.Select(port => (spec.Name, port))))
        {
            if (!seen.Add(port))
            {
                throw new UpException($"port {port} ({service}) is wanted twice; choose another with {options.OptionOf(port)}");
            }

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
            catch (SocketException)
            {
                throw new UpException($"port {port} ({service}) is taken; stop what uses it or choose another with {options.OptionOf(port)}");
            }
        }
    }

    /// <summary>Services are built beside this program: artifacts/bin/{project}/{configuration}/.</summary>
    public static string FindAssembly(ServiceSpec spec)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(own.Parent!.Parent!.FullName, spec.Project, own.Name, $"{spec.Project}.dll");
        return File.Exists(assembly) ? assembly : throw new UpException($"{spec.Project} is not built ({assembly}); build the solution first: dotnet build");
    }
}
