using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Broadsheet.Hosting.Drain;

/// <summary>
/// Stops a host without failing a call: SIGTERM (or Ctrl-C, or the parent's end) → not ready → keep serving →
/// end streams → stop. A second signal stops at once.
/// </summary>
internal sealed partial class DrainingLifetime(
    Drain drain, IOptions<DrainOptions> options, IHostEnvironment environment, IHostApplicationLifetime application, TimeProvider time, ILogger<DrainingLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _signalled;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        if (options.Value.ExitWithParent)
        {
            new Thread(WatchParent) { IsBackground = true, Name = "parent watch" }.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (signal.Signal != PosixSignal.SIGINT || !options.Value.ExitWithParent)
        {
            Stop(signal.Signal.ToString());
        }
    }

    // Blocking reads of standard input can't be cancelled, hence a thread of its own that dies with the process.
    private void WatchParent()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> buffer = stackalloc byte[64];
        try
        {
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException exception)
        {
            LogInputFailed(logger, exception);
        }

        Stop("end of the parent process");
    }

    /// <summary>Begins the drain; a second time, ends it at once.</summary>
    internal void Stop(string reason)
    {
        if (Interlocked.Increment(ref _signalled) > 1)
        {
            application.StopApplication();
            return;
        }

        var delay = options.Value.DrainDelay ?? (environment.IsDevelopment() ? TimeSpan.Zero : TimeSpan.FromSeconds(15));
        LogDraining(logger, reason, delay);
        drain.Begin();
        _ = DrainAsync(delay);
    }

    private async Task DrainAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, application.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            // A second signal: stop now.
        }

        drain.EndStreams();
        application.StopApplication();
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Draining because of {Reason}; serving for another {Delay}")]
    private static partial void LogDraining(ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "Standard input failed; taken as the end of the parent process")]
    private static partial void LogInputFailed(ILogger logger, Exception exception);
}
