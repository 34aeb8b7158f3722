using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Privacy;

/// <summary>
/// Has the store take what was erased out of its files: right after an erasure, once for those that came meanwhile, and again later if
/// it could not be done or the service ended before it was.
/// </summary>
internal sealed partial class ErasurePurge(IAnalyticsStore store, ILogger<ErasurePurge> logger) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _wanted = new(0);

    /// <summary>Says that something was erased.</summary>
    public void Want() => _wanted.Release();

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before the service has started.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await store.PurgeErasedAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, exception);
            }

            await _wanted.WaitAsync(Again, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "what was erased could not be taken out of the files; tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
