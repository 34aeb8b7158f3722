using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Content.Storage;

/// <summary>Ready only while the store can be read, and written to.</summary>
internal sealed class StoreHealthCheck(ContentStore store) : IHealthCheck
{
    private const int RoomNeeded = 1024 * 1024;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.ReadAsync(content => content.ScalarAsync("select 1 from feed"), cancellationToken);
            if (store.IsFull)
            {
                // Tried before anyone has to lose a write to find out. Bytes that can't be compressed, for more than what is left over.
                await store.WriteAsync(
                    content => content.ExecuteAsync("update room set filler = @filler", ("@filler", RandomNumberGenerator.GetBytes(RoomNeeded))), cancellationToken);
                await store.WriteAsync(content => content.ExecuteAsync("update room set filler = null"), cancellationToken);
            }

            return HealthCheckResult.Healthy();
        }
        catch (DbException exception) when (store.IsFull)
        {
            return HealthCheckResult.Unhealthy("the content store is full", exception);
        }
        catch (DbException exception)
        {
            return HealthCheckResult.Unhealthy("the content store can't be used", exception);
        }
    }
}
