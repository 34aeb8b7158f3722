using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Hosting.Health;

/// <summary><c>/livez</c>: the process answers. <c>/readyz</c>: it can do its work, and what is missing if it can't.</summary>
internal static class HealthEndpoints
{
    private static readonly HttpMethodMetadata ReadOnly = new(["GET", "HEAD"]);
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        // A liveness that looked at dependencies would restart a healthy process because its store is down.
        endpoints.MapHealthChecks("/livez", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(ReadOnly);
        endpoints.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync }).WithMetadata(ReadOnly);
    }

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Readable);
        json.WriteStartObject();
        json.WriteString("status", report.Status == HealthStatus.Healthy ? "ready" : "not ready");
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteString(name, entry.Status == HealthStatus.Healthy ? "ok" : entry.Description ?? "failed");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>Not ready from the moment that the host drains.</summary>
internal sealed class DrainHealthCheck(Drain.Drain drain) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(drain.Begun.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
}
