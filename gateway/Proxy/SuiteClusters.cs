using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace Broadsheet.Gateway.Proxy;

/// <summary>The services behind the gateway.</summary>
internal static class SuiteClusters
{
    /// <summary>Name of content's cluster.</summary>
    public const string Content = "content";

    /// <summary>Name of query's cluster.</summary>
    public const string Query = "query";

    /// <summary>Name of the cluster of analytics, which a suite may go without.</summary>
    public const string Analytics = "analytics";

    /// <summary>All clusters of the contracts.</summary>
    public static IReadOnlyList<string> Names { get; } = [Content, Query, Analytics];

    /// <summary>The clusters that this suite has.</summary>
    public static IReadOnlyList<ClusterConfig> Of(GatewayOptions options) =>
    [
        Cluster(Content, options.ContentAddress, options.ContentHealthAddress, options),
        Cluster(Query, options.QueryAddress, options.QueryHealthAddress, options),
        .. options.AnalyticsAddress.Length == 0 && options.AnalyticsHealthAddress.Length == 0
            ? (ClusterConfig[])[]
            : [Cluster(Analytics, options.AnalyticsAddress, options.AnalyticsHealthAddress, options)],
    ];

    private static ClusterConfig Cluster(string name, string addresses, string healthAddresses, GatewayOptions options) => new()
    {
        ClusterId = name,
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        HttpRequest = new ForwarderRequestConfig
        {
            // Without TLS there is nothing to negotiate: h2c has to be known beforehand.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = options.ActivityTimeout,
        },
        HttpClient = new HttpClientConfig { EnableMultipleHttp2Connections = true },
        HealthCheck = new HealthCheckConfig
        {
            // With nobody known to be well, trying is better than refusing: it is how a lone replica comes back at once.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate,
                ReactivationPeriod = TimeSpan.FromSeconds(10),
            },
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                Interval = options.HealthInterval,
                Timeout = TimeSpan.FromSeconds(1),
                Path = "/readyz",
            },
        },
        Destinations = Destinations(name, addresses, healthAddresses),
    };

    private static Dictionary<string, DestinationConfig> Destinations(string name, string addresses, string healthAddresses)
    {
        var calls = Addresses(name, addresses);
        var health = Addresses(name, healthAddresses);
        return calls.Count == health.Count
            ? calls.Zip(health).Select((pair, i) => ($"{name}-{i}", new DestinationConfig { Address = pair.First, Health = pair.Second })).ToDictionary()
            : throw new InvalidOperationException($"Broadsheet:Gateway: {name} has {calls.Count} addresses and {health.Count} health addresses; each address needs its own.");
    }

    private static List<string> Addresses(string name, string list)
    {
        var addresses = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        foreach (var address in addresses)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new InvalidOperationException($"Broadsheet:Gateway: '{address}' is not an address of {name}, such as http://127.0.0.1:5101.");
            }
        }

        return addresses.Count > 0 ? addresses : throw new InvalidOperationException($"Broadsheet:Gateway: {name} has no address.");
    }
}
