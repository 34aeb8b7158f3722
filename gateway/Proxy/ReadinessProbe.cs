using System.Net;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Broadsheet.Gateway.Proxy;

/// <summary>Asks destinations over HTTP/1.1, which is what their health port speaks; the proxy's own probes would use the h2c of the calls.</summary>
internal sealed class ReadinessProbe : IProbingRequestFactory
{
    public HttpRequestMessage CreateRequest(ClusterModel cluster, DestinationModel destination) => Create(destination);

    /// <summary>The question whether a destination is ready.</summary>
    public static HttpRequestMessage Create(DestinationModel destination) =>
        new(HttpMethod.Get, new Uri(new Uri(destination.Config.Health ?? destination.Config.Address), "/readyz"))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
}
