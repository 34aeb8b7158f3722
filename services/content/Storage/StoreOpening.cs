using System.Data.Common;

namespace Broadsheet.Content.Storage;

/// <summary>
/// Opens the store before anything else starts, so that a locked folder or an old schema ends the start with its
/// reason. A database server that does not answer yet is waited for.
/// </summary>
internal sealed partial class StoreOpening(ContentStore store, ContentOptions options, TimeProvider time, ILogger<StoreOpening> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var migrate = options.MigrateAtStart ?? options.Store == StoreKind.Sqlite;
        while (true)
        {
            try
            {
                await store.OpenAsync(migrate, cancellationToken);
                return;
            }
            catch (DbException exception) when (exception.IsTransient)
            {
                LogWaiting(logger, exception.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "waiting for the content store: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);
}
