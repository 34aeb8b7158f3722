using Broadsheet.Analytics.Stories;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Analytics.Storage;

/// <summary>Ready only while the store can be read and there is room to write. Content need not be there: events wait for it.</summary>
internal sealed class StoreHealthCheck(IAnalyticsStore store, StoreWriter writer) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            store.CheckRoom();
            try
            {
                await ReadAsync(cancellationToken);
            }
            catch (Exception exception) when (store.MapError(exception) is not null && !cancellationToken.IsCancellationRequested)
            {
                // Nobody may be writing; an empty batch brings back a store that does not come back by itself.
                await writer.WriteAsync(0, _ => true).WaitAsync(cancellationToken);
                await ReadAsync(cancellationToken);
            }

            return HealthCheckResult.Healthy();
        }
        catch (RpcException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Status.Detail);
        }
        catch (Exception exception) when (store.MapError(exception) is { } known)
        {
            return HealthCheckResult.Unhealthy(known.Status.Detail, exception);
        }
    }

    private Task<string> ReadAsync(CancellationToken cancellationToken) => StoryKnowledge.CursorAsync(store, cancellationToken);
}
