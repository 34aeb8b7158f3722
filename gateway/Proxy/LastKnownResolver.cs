using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Broadsheet.Gateway.Proxy;

/// <summary>
/// Turns the host names of destinations into all of their addresses, again and again. The proxy's own resolver
/// fails the start when a name has no address yet (a service that is scaled to none); here a name that can't be
/// resolved keeps the addresses it had, and the gateway starts.
/// </summary>
internal sealed partial class LastKnownResolver(GatewayOptions options, ILogger<LastKnownResolver> logger) : IDestinationResolver
{
    private readonly ConcurrentDictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, DestinationConfig>();
        var anyNames = false;
        foreach (var (id, destination) in destinations)
        {
            var uri = new Uri(destination.Address);
            if (IPAddress.TryParse(uri.DnsSafeHost, out _))
            {
                resolved[id] = destination;
                continue;
            }

            anyNames = true;
            foreach (var address in await AddressesAsync(uri.DnsSafeHost, cancellationToken))
            {
                resolved[$"{id}[{address}]"] = destination with
                {
                    Host = uri.Authority,
                    Address = With(destination.Address, address),
                    Health = destination.Health is { Length: > 0 } health ? With(health, address) : null,
                };
            }
        }

        return new ResolvedDestinationCollection(resolved, anyNames ? new CancellationChangeToken(new CancellationTokenSource(options.DnsRefresh).Token) : null);
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return _known[host] = await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException exception)
        {
            LogUnresolved(logger, exception, host);
            return _known.GetValueOrDefault(host, []);
        }
    }

    private static string With(string address, IPAddress host) => new UriBuilder(address) { Host = host.ToString() }.Uri.ToString();

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "{Host} can't be resolved; its last known addresses stay in use")]
    private static partial void LogUnresolved(ILogger logger, Exception exception, string host);
}
