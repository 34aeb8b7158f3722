using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Broadsheet.Hosting.Telemetry;

/// <summary>
/// Traces, metrics and logs. OTLP is on when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, spans also go to the
/// console with <c>Broadsheet:Telemetry:Console</c>; metrics can always be scraped. Sampling follows
/// <c>OTEL_TRACES_SAMPLER</c> (default: every trace, as the parent decided).
/// </summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        var otlp = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var console = string.Equals(builder.Configuration["Broadsheet:Telemetry:Console"], "true", StringComparison.OrdinalIgnoreCase);
        builder.Services.AddSingleton<RpcMetrics>();

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                $"broadsheet-{service}", serviceVersion: Assembly.GetEntryAssembly()?.GetName().Version?.ToString()))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Broadsheet.*").AddRuntimeInstrumentation().AddPrometheusExporter();
                if (otlp)
                {
                    metrics.AddOtlpExporter();
                }
            });

        // Without anywhere to send them, spans are not made: context still flows from call to call, and a call
        // costs no more than on a bare host.
        if (otlp || console)
        {
            telemetry.WithTracing(tracing =>
            {
                tracing.AddSource("Broadsheet.*").AddSource("Yarp.ReverseProxy")
                    .AddAspNetCoreInstrumentation(options => options.Filter = static context => !IsOperation(context.Request.Path.Value))
                    .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = static request => !IsOperation(request.RequestUri?.AbsolutePath));
                if (otlp)
                {
                    tracing.AddOtlpExporter();
                }

                if (console)
                {
                    tracing.AddConsoleExporter(options => options.Targets = ConsoleExporterOutputTargets.Console);
                }
            });
        }

        if (otlp)
        {
            builder.Logging.AddOpenTelemetry(logging => logging.AddOtlpExporter());
        }
    }

    // Asked every second or two, by orchestrators, scrapers and the gateway: they would bury the calls.
    private static bool IsOperation(string? path) => path is "/livez" or "/readyz" or "/metrics";
}
