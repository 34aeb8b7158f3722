using System.Diagnostics;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Broadsheet.Hosting.Proxying;

/// <summary>
/// Measures the calls that are handed on, by method and status like those that a host answers itself. Stands outside
/// of what makes the errors, where the status is final.
/// </summary>
internal sealed class ProxiedCallMetrics(RequestDelegate next, RpcMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        await next(context);
        if (context.GetEndpoint()?.Metadata.GetMetadata<ProxiedCall>() is not { } call)
        {
            return;
        }

        // Paths come from callers: only those of the contracts may become a label.
        var path = call.GrpcPath ?? context.Request.Path.Value ?? "";
        if (call.Method is not null || ContractMethods.Find(path) is not null)
        {
            var status = ErrorResponses.IsGrpc(context.Request) ? GrpcStatus.Of(context) : HttpErrors.CodeOf(context.Response.StatusCode);
            metrics.Record(path, status, started);
        }
    }
}
