namespace Broadsheet.Cli.Up;

/// <summary>How <c>up</c> runs the suite.</summary>
/// <param name="Data">Folder of all data.</param>
/// <param name="Samples">Import the samples into an empty suite.</param>
/// <param name="HttpPort">Gateway: JSON, gRPC-Web and pages.</param>
/// <param name="GrpcPort">Gateway: gRPC.</param>
/// <param name="ContentPort">Content; health and metrics ten above.</param>
/// <param name="QueryPort">Query; health and metrics ten above.</param>
/// <param name="AnalyticsPort">Analytics; health and metrics ten above.</param>
internal sealed record UpOptions(DirectoryInfo Data, bool Samples, int HttpPort, int GrpcPort, int ContentPort, int QueryPort, int AnalyticsPort)
{
    /// <summary>Distance from a service's port to that of its health and metrics.</summary>
    public const int HealthOffset = 10;

    /// <summary>The option that moves a port.</summary>
    public string OptionOf(int port) =>
        port == HttpPort ? "--http-port"
        : port == GrpcPort ? "--grpc-port"
        : port == ContentPort ? "--content-port"
        : port == QueryPort ? "--query-port"
        : port == AnalyticsPort ? "--analytics-port"
        : port == ContentPort + HealthOffset ? "--content-port (health and metrics are ten above)"
        : port == QueryPort + HealthOffset ? "--query-port (health and metrics are ten above)"
        : "--analytics-port (health and metrics are ten above)";

    /// <summary>The four processes, in the order in which they stop.</summary>
    public IReadOnlyList<ServiceSpec> Services =>
    [
        new("gateway", "Broadsheet.Gateway", HttpPort, [HttpPort, GrpcPort], new()
        {
            ["Broadsheet__GrpcPort"] = $"{GrpcPort}",
            ["Broadsheet__HttpPort"] = $"{HttpPort}",
            ["Broadsheet__Gateway__ContentAddress"] = $"http://127.0.0.1:{ContentPort}",
            ["Broadsheet__Gateway__QueryAddress"] = $"http://127.0.0.1:{QueryPort}",
            ["Broadsheet__Gateway__ContentHealthAddress"] = $"http://127.0.0.1:{ContentPort + HealthOffset}",
            ["Broadsheet__Gateway__QueryHealthAddress"] = $"http://127.0.0.1:{QueryPort + HealthOffset}",
            ["Broadsheet__Gateway__AnalyticsAddress"] = $"http://127.0.0.1:{AnalyticsPort}",
            ["Broadsheet__Gateway__AnalyticsHealthAddress"] = $"http://127.0.0.1:{AnalyticsPort + HealthOffset}",
        }),
        new("query", "Broadsheet.Query", QueryPort + HealthOffset, [QueryPort, QueryPort + HealthOffset], new()
        {
            ["Broadsheet__GrpcPort"] = $"{QueryPort}",
            ["Broadsheet__HttpPort"] = $"{QueryPort + HealthOffset}",
            ["Broadsheet__Query__DataPath"] = Path.Combine(Data.FullName, "query"),
            ["Broadsheet__Query__ContentAddress"] = $"http://127.0.0.1:{ContentPort}",
            ["Broadsheet__Query__AnalyticsAddress"] = $"http://127.0.0.1:{AnalyticsPort}",
        }),
        new("analytics", "Broadsheet.Analytics", AnalyticsPort + HealthOffset, [AnalyticsPort, AnalyticsPort + HealthOffset], new()
        {
            ["Broadsheet__GrpcPort"] = $"{AnalyticsPort}",
            ["Broadsheet__HttpPort"] = $"{AnalyticsPort + HealthOffset}",
            ["Broadsheet__Analytics__DataPath"] = Path.Combine(Data.FullName, "analytics"),
            ["Broadsheet__Analytics__ContentAddress"] = $"http://127.0.0.1:{ContentPort}",
        }),
        new("content", "Broadsheet.Content", ContentPort + HealthOffset, [ContentPort, ContentPort + HealthOffset], new()
        {
            ["Broadsheet__GrpcPort"] = $"{ContentPort}",
            ["Broadsheet__HttpPort"] = $"{ContentPort + HealthOffset}",
            ["Broadsheet__Content__DataPath"] = Path.Combine(Data.FullName, "content"),
        }),
    ];
}

/// <summary>A process of the suite.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Project">Project and assembly.</param>
/// <param name="HealthPort">Where <c>/readyz</c> is.</param>
/// <param name="Ports">Every port that it listens on.</param>
/// <param name="Settings">Its environment variables.</param>
internal sealed record ServiceSpec(string Name, string Project, int HealthPort, IReadOnlyList<int> Ports, Dictionary<string, string> Settings);
