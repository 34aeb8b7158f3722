using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Ready once the index has caught up since the start. Later it stays ready: stale answers are better than none, and
/// the status says how stale.
/// </summary>
internal sealed class IndexHealthCheck(IndexKeeper keeper) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        keeper.IsReady
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(keeper.Error is { } error ? $"catching up: {error}" : "catching up"));
}
