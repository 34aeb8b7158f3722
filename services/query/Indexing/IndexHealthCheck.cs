using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Ready once the index has caught up since the start. Later it stays ready while content can't be reached: stale answers
/// are better than none, and the status says how stale. While its own folder can't be written it is not: another replica's
/// can.
/// </summary>
internal sealed class IndexHealthCheck(IndexKeeper keeper) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        keeper.IsReady
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(keeper.Error is { } error ? $"not up to date: {error}" : "catching up"));
}
