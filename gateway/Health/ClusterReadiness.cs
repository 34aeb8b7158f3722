using System.Net;
using Broadsheet.Gateway.Proxy;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Broadsheet.Gateway.Health;

/// <summary>
/// Whether a service has a replica that is ready, asked of the replicas themselves, all at once. An answer is kept
/// for a second, so that being asked often costs the services nothing.
/// </summary>
internal sealed class ClusterReadiness(string cluster, IProxyStateLookup proxy, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { ConnectTimeout = Patience, PooledConnectionLifetime = TimeSpan.FromMinutes(1), ActivityHeadersPropagator = null });
    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _probe;
    private long _probed;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_probe is null || (_probe.IsCompleted && time.GetElapsedTime(_probed) > Age))
            {
                _probe = ProbeAsync();
                _probed = time.GetTimestamp();
            }

            return _probe.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<HealthCheckResult> ProbeAsync()
    {
        if (!proxy.TryGetCluster(cluster, out var state) || state.DestinationsState.AllDestinations is not { Count: > 0 } destinations)
        {
            return HealthCheckResult.Unhealthy("has no address");
        }

        var problems = await Task.WhenAll(destinations.Select(destination => ProblemAsync(destination.Model)));
        return problems.Contains(null) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", problems));
    }

    // Null if the replica is ready.
    private async Task<string?> ProblemAsync(DestinationModel destination)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var request = ReadinessProbe.Create(destination);
        var address = request.RequestUri!.Authority;
        try
        {
            using var response = await _client.SendAsync(request, timeout.Token);
            return response.StatusCode == HttpStatusCode.OK ? null : $"{address} is not ready";
        }
        catch (HttpRequestException)
        {
            return $"{address} can't be reached";
        }
        catch (OperationCanceledException)
        {
            return $"{address} does not answer";
        }
    }
}
