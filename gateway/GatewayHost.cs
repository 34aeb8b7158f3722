using Broadsheet.Gateway.Cors;
using Broadsheet.Gateway.Health;
using Broadsheet.Gateway.Index;
using Broadsheet.Gateway.Proxy;
using Broadsheet.Gateway.Reflection;
using Broadsheet.Hosting;

namespace Broadsheet.Gateway;

/// <summary>The only door to the suite: gRPC on one port, JSON and gRPC-Web on the other. It holds no business rules.</summary>
internal static class GatewayHost
{
    /// <summary>Builds the gateway; configuration comes from arguments, environment and <c>appsettings.json</c>.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = BroadsheetHost.CreateBuilder(args, "gateway", 8081, 8080);
        var options = builder.Configuration.GetSection("Broadsheet:Gateway").Get<GatewayOptions>() ?? new GatewayOptions();
        builder.AddSuiteProxy(options);
        builder.Services.AddSuiteHealth(options);
        builder.Services.AddSuiteReflection();
        builder.Services.AddBrowserAccess(options);

        var app = builder.BuildBroadsheet(
            endpoints =>
            {
                endpoints.MapSuiteProxy();
                endpoints.MapIndex();
            },
            publicHttp: true);
        app.UseBrowserAccess(options);
        return app;
    }
}

/// <summary>Where the services are, and who may call from a browser. Section <c>Broadsheet:Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    /// <summary>Addresses of content's gRPC port, separated by commas. Each host name stands for all of its addresses.</summary>
    /// <value>http://127.0.0.1:5101.</value>
    public string ContentAddress { get; set; } = "http://127.0.0.1:5101";

    /// <summary>Addresses of content's health port, in the order of <see cref="ContentAddress"/>.</summary>
    /// <value>http://127.0.0.1:5111.</value>
    public string ContentHealthAddress { get; set; } = "http://127.0.0.1:5111";

    /// <summary>Addresses of query's gRPC port.</summary>
    /// <value>http://127.0.0.1:5102.</value>
    public string QueryAddress { get; set; } = "http://127.0.0.1:5102";

    /// <summary>Addresses of query's health port, in the order of <see cref="QueryAddress"/>.</summary>
    /// <value>http://127.0.0.1:5112.</value>
    public string QueryHealthAddress { get; set; } = "http://127.0.0.1:5112";

    /// <summary>Addresses of analytics' gRPC port; empty if the suite has no analytics.</summary>
    /// <value>Empty.</value>
    public string AnalyticsAddress { get; set; } = "";

    /// <summary>Addresses of analytics' health port, in the order of <see cref="AnalyticsAddress"/>.</summary>
    /// <value>Empty.</value>
    public string AnalyticsHealthAddress { get; set; } = "";

    /// <summary>Origins whose pages may call, separated by commas; <c>*</c> for any.</summary>
    /// <value>None.</value>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>How long a call may stand still before it is given up. Above the 15 s between a stream's checkpoints.</summary>
    /// <value>60 s.</value>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often host names are looked up again.</summary>
    /// <value>10 s.</value>
    public TimeSpan DnsRefresh { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often each destination is asked whether it is ready.</summary>
    /// <value>2 s.</value>
    public TimeSpan HealthInterval { get; set; } = TimeSpan.FromSeconds(2);
}
