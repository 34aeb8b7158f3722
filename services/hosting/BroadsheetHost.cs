using System.Net;
using System.Reflection;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Deadlines;
using Broadsheet.Hosting.Drain;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Health;
using Broadsheet.Hosting.Proxying;
using Broadsheet.Hosting.Telemetry;
using Broadsheet.Hosting.Validation;
using Broadsheet.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Broadsheet.Hosting;

/// <summary>
/// What every host shares, in one call each for building and running: telemetry, health, reflection, deadlines,
/// typed errors, validation, the caller and draining.
/// </summary>
public static class BroadsheetHost
{
    /// <summary>The largest message that any host takes, in bytes.</summary>
    public const int MaxMessageBytes = 32 * 1024 * 1024;

    /// <summary>Room for the frame around the largest message, so that gRPC's own limit is the one that speaks.</summary>
    internal const int MaxRequestBytes = MaxMessageBytes + (64 * 1024);

    private static readonly Dictionary<string, string?> QuietLogging = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Grpc"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
    };

    /// <summary>
    /// A builder for the named service (<c>content</c>). It listens for gRPC and JSON over h2c on
    /// <c>Broadsheet:GrpcPort</c> and over HTTP/1.1 on <c>Broadsheet:HttpPort</c>, on the address
    /// <c>Broadsheet:BindAddress</c> (default: all; in Development 127.0.0.1).
    /// Validators are taken from <paramref name="validators"/>, else from the calling assembly.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, string service, int grpcPort, int httpPort, Assembly? validators = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var configuration = builder.Configuration;
        // A line or two per request is the framework's default, and costs more than many a call. Lowest in order,
        // so that configuration can turn it on again.
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogging });
        // In Development callers are believed, so nobody outside this machine may be one.
        var address = IPAddress.Parse(configuration["Broadsheet:BindAddress"] ?? (builder.Environment.IsDevelopment() ? "127.0.0.1" : "0.0.0.0"));
        var ports = new HostPorts(
            configuration.GetValue("Broadsheet:GrpcPort", grpcPort),
            configuration.GetValue("Broadsheet:HttpPort", httpPort));

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(address, ports.Grpc, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(address, ports.Http, listen => listen.Protocols = HttpProtocols.Http1);
        });

        builder.AddTelemetry(service);
        var services = builder.Services;
        services.AddSingleton(ports);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(configuration.GetSection("Broadsheet:Deadlines").Get<DeadlineOptions>() ?? new DeadlineOptions());
        services.Configure<DrainOptions>(configuration.GetSection("Broadsheet"));
        services.AddSingleton<Drain.Drain>();
        services.AddSingleton<IHostLifetime, DrainingLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));

        services.AddGrpc(grpc =>
            {
                grpc.MaxReceiveMessageSize = MaxMessageBytes;
                grpc.MaxSendMessageSize = MaxMessageBytes;
                // Its catch-all route would match every path of two segments, and hide a wrong method (405) there.
                grpc.IgnoreUnknownServices = true;
                grpc.Interceptors.Add<ErrorInterceptor>();
                grpc.Interceptors.Add<CallerInterceptor>();
                grpc.Interceptors.Add<ValidationInterceptor>();
            })
            .AddJsonTranscoding(json => json.TypeRegistry = ErrorResponses.Details);
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<CallerInterceptor>();
        services.AddSingleton<ValidationInterceptor>();
        ValidationInterceptor.AddValidators(services, validators ?? Assembly.GetCallingAssembly());
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<DrainHealthCheck>("drain");
        return builder;
    }

    /// <summary>
    /// Builds the pipeline around the services that <paramref name="map"/> adds. On the HTTP port a service
    /// answers health and metrics only; a gateway (<paramref name="publicHttp"/>) answers everything there.
    /// </summary>
    public static WebApplication BuildBroadsheet(this WebApplicationBuilder builder, Action<IEndpointRouteBuilder> map, bool publicHttp = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        var app = builder.Build();
        if (publicHttp)
        {
            app.UseGrpcWebText();
            app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
            app.UseMiddleware<ProxiedCallMetrics>();
        }
        else
        {
            // Each port speaks one protocol, so HTTP/1.1 tells the port of health and metrics from that of the calls.
            app.MapWhen(
                context => !HttpProtocol.IsHttp2(context.Request.Protocol),
                operations =>
                {
                    operations.UseMiddleware<ErrorResponses>();
                    operations.UseRouting();
                    operations.UseEndpoints(MapOperations);
                });
        }

        app.UseMiddleware<ErrorResponses>();
        app.UseRouting();
        app.UseMiddleware<DeadlineMiddleware>();
        app.UseMiddleware<JsonDiagnosis>();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService();
        if (publicHttp)
        {
            MapOperations(app);
        }

        map(app);
        return app;
    }

    private static void MapOperations(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealth();
        endpoints.MapPrometheusScrapingEndpoint("/metrics");
    }
}

/// <summary>The ports that a host listens on.</summary>
/// <param name="Grpc">h2c: gRPC, and JSON from the gateway.</param>
/// <param name="Http">HTTP/1.1.</param>
public sealed record HostPorts(int Grpc, int Http);
