using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Content.Storage;

/// <summary>Ready only while the store can be read.</summary>
internal sealed class StoreHealthCheck(ContentStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.ReadAsync(content => content.ScalarAsync("select 1 from feed"), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (DbException exception)
        {
            return HealthCheckResult.Unhealthy("the content store can't be used", exception);
        }
    }
}
