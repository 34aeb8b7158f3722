using System.Reflection;
using System.Text.Json.Serialization;

namespace Broadsheet.Gateway.Index;

/// <summary><c>GET /</c>: what this is and where to go from here.</summary>
internal static class IndexEndpoint
{
    private static readonly GatewayIndex Content = new(
        "Broadsheet",
        typeof(IndexEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
        new Dictionary<string, string>
        {
            ["stories"] = "/v1/stories",
            ["search"] = "/v1/search?query=",
            ["explore"] = "/v1/explore",
            ["ask"] = "/v1/ask?question=",
            ["timeline"] = "/v1/timeline",
            ["changes"] = "/v1/changes",
            ["indexStatus"] = "/v1/index/status",
            ["ready"] = "/readyz",
            ["metrics"] = "/metrics",
        });

    public static void MapIndex(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/", static () => Results.Json(Content, IndexJson.Default.GatewayIndex));
}

/// <summary>The index.</summary>
internal sealed record GatewayIndex(string Name, string Version, IReadOnlyDictionary<string, string> Links);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatewayIndex))]
internal sealed partial class IndexJson : JsonSerializerContext;
