using DuckDB.NET.Data;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Analytics.Storage;

/// <summary>Ready only while the store can be read and there is room to write. Content need not be there: events wait for it.</summary>
internal sealed class StoreHealthCheck(AnalyticsStore store, StoreWriter writer) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            store.CheckRoom();
            if (store.IsBroken)
            {
                // Nobody may be writing; an empty transaction opens the database anew.
                await writer.WriteAsync(0, _ => true).WaitAsync(cancellationToken);
            }

            await store.ReadAsync(connection => connection.Scalar<string>("select cursor from feed"), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (RpcException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Status.Detail);
        }
        catch (Exception exception) when (exception is DuckDBException or IOException)
        {
            return HealthCheckResult.Unhealthy("the analytics store can't be used", exception);
        }
    }
}
