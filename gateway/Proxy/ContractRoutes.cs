using Broadsheet.Contracts;
using Google.Api;
using Google.Protobuf.Reflection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Broadsheet.Gateway.Proxy;

/// <summary>
/// The routes, from the contracts' descriptors: one gRPC route for each service, one JSON route for each HTTP
/// binding of a method. A path may have several services behind it (<c>/v1/stories/{id}/…</c>).
/// </summary>
internal static class ContractRoutes
{
    /// <summary>A route with the method it calls; gRPC routes hold all methods of a service.</summary>
    public sealed record Route(RouteConfig Config, MethodDescriptor? Method);

    /// <summary>All routes.</summary>
    public static IReadOnlyList<Route> All { get; } = [.. ContractMethods.Services.SelectMany(Of)];

    /// <summary>The cluster that serves a service: the area in its package (<c>broadsheet.content.v1</c> → <c>content</c>).</summary>
    public static string ClusterOf(ServiceDescriptor service) => service.File.Package.Split('.')[1];

    private static IEnumerable<Route> Of(ServiceDescriptor service)
    {
        var cluster = ClusterOf(service);
        var path = $"/{service.FullName}/{{method}}";
        yield return new Route(Config(path, cluster, "POST", path), null);
        foreach (var method in service.Methods)
        {
            if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
            {
                continue;
            }

            foreach (var binding in rule.AdditionalBindings.Prepend(rule))
            {
                var (httpMethod, template) = RouteTemplate.Of(binding);
                var config = Config($"{httpMethod} {template}", cluster, httpMethod, template);
                yield return new Route(httpMethod == "GET" && !method.IsServerStreaming ? WithHead(config) : config, method);
            }
        }
    }

    private static RouteConfig Config(string id, string cluster, string httpMethod, string template) => new()
    {
        RouteId = id,
        ClusterId = cluster,
        Match = new RouteMatch { Path = template, Methods = [httpMethod] },
    };

    // A HEAD is answered as the GET that it stands for; the server leaves the body out.
    private static RouteConfig WithHead(RouteConfig config) =>
        (config with { Match = new RouteMatch { Path = config.Match.Path, Methods = ["GET", "HEAD"] } }).WithTransformHttpMethodChange("HEAD", "GET");
}
