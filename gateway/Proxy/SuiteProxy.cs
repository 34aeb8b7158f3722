using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Proxying;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.ServiceDiscovery;
using Yarp.ReverseProxy.Transforms;

namespace Broadsheet.Gateway.Proxy;

/// <summary>Hands calls on to the services.</summary>
internal static class SuiteProxy
{
    public static void AddSuiteProxy(this WebApplicationBuilder builder, GatewayOptions options)
    {
        var isDevelopment = builder.Environment.IsDevelopment();
        var clusters = SuiteClusters.Of(options);
        // What no service of this suite answers is as unknown as what no contract has.
        var routes = ContractRoutes.All.Select(route => route.Config).Where(route => clusters.Any(cluster => cluster.ClusterId == route.ClusterId));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IProbingRequestFactory, ReadinessProbe>();
        builder.Services.AddReverseProxy()
            .LoadFromMemory([.. routes], clusters)
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
                handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
            })
            .AddTransforms(transforms =>
            {
                if (!isDevelopment)
                {
                    transforms.AddRequestHeaderRemove(CallerContext.Header);
                }

                // gRPC servers may insist on it, and browsers can't send it.
                transforms.AddRequestTransform(static request =>
                {
                    if (IsGrpc(request.HttpContext.Request) && !request.ProxyRequest.Headers.Contains(HeaderNames.TE))
                    {
                        request.ProxyRequest.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
                    }

                    return ValueTask.CompletedTask;
                });
            });
        builder.Services.AddSingleton<IDestinationResolver, LastKnownResolver>();

        // Session affinity, which is not used, brings a key ring that would be made and written to disk at every first start.
        var keyRing = builder.Services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService");
        builder.Services.Remove(keyRing);
    }

    /// <summary>True for gRPC, and for gRPC-Web, which has become gRPC by the time that it comes here.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    public static void MapSuiteProxy(this IEndpointRouteBuilder endpoints)
    {
        var methods = ContractRoutes.All.ToDictionary(route => route.Config.RouteId, route => new ProxiedCall(route.Method));
        endpoints
            .MapReverseProxy(proxy =>
            {
                proxy.UseMiddleware<ProxyErrors>();
                proxy.UseLoadBalancing();
                proxy.UsePassiveHealthChecks();
            })
            .ConfigureEndpoints((endpoint, route) => endpoint.WithMetadata(methods[route.RouteId]));
    }
}
