using System.Globalization;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Proxying;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Broadsheet.Hosting.Deadlines;

/// <summary>
/// No unary call runs for ever: one that comes without a deadline (<c>grpc-timeout</c>, over JSON too) gets the
/// default one, one that asks for more than the cap gets the cap. gRPC keeps the deadlines of its own handlers;
/// those of JSON and proxied calls are kept here. Streams have none: they end by themselves, or when the host drains.
/// </summary>
internal sealed class DeadlineMiddleware(RequestDelegate next, DeadlineOptions options, Drain.Drain drain, TimeProvider time)
{
    private const string Header = "grpc-timeout";

    public Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        var local = metadata?.GetMetadata<GrpcMethodMetadata>()?.Method;
        var proxied = metadata?.GetMetadata<ProxiedCall>();
        if (local is null && proxied is null)
        {
            return next(context);
        }

        var method = proxied?.Method ?? ContractMethods.Find(local?.FullName ?? context.Request.Path.Value ?? "");
        if (method is null ? local is { Type: not MethodType.Unary } : method.IsClientStreaming || method.IsServerStreaming)
        {
            return InvokeStreamAsync(context);
        }

        return method is null ? next(context) : InvokeUnaryAsync(context, method, enforced: local is not null);
    }

    private Task InvokeUnaryAsync(HttpContext context, MethodDescriptor method, bool enforced)
    {
        var headers = context.Request.Headers;
        var isStated = TryParse(headers[Header], out var timeout);
        if (!isStated || timeout > options.Cap)
        {
            timeout = isStated ? options.Cap : method.IsRead() ? options.Read : options.Write;
            headers[Header] = Format(timeout);
        }

        return enforced && Errors.ErrorResponses.IsGrpc(context.Request) ? next(context) : InvokeWithDeadlineAsync(context, timeout);
    }

    private async Task InvokeWithDeadlineAsync(HttpContext context, TimeSpan timeout)
    {
        using var cancellation = CallCancellation.AtDeadline(context, timeout, time);
        await next(context);
    }

    private async Task InvokeStreamAsync(HttpContext context)
    {
        using var cancellation = CallCancellation.AtDrain(context, drain.StreamsEnd);
        await next(context);
    }

    private static string Format(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $"{(long)timeout.TotalMilliseconds}m");

    private static bool TryParse(StringValues header, out TimeSpan timeout)
    {
        timeout = default;
        if (header.Count != 1
            || header[0] is not { Length: > 1 and <= 20 } text
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        var seconds = text[^1] switch { 'H' => 3600d, 'M' => 60d, 'S' => 1d, 'm' => 1e-3, 'u' => 1e-6, 'n' => 1e-9, _ => double.NaN };
        timeout = double.IsNaN(seconds) ? default : TimeSpan.FromSeconds(Math.Min(count * seconds, 1e8));
        return !double.IsNaN(seconds);
    }
}

/// <summary>How long calls may take. Section <c>Broadsheet:Deadlines</c>.</summary>
public sealed class DeadlineOptions
{
    /// <summary>Deadline of a read that states none.</summary>
    /// <value>2 s.</value>
    public TimeSpan Read { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of a write that states none; an import of the largest document has to fit in.</summary>
    /// <value>30 s.</value>
    public TimeSpan Write { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest deadline that a call may ask for.</summary>
    /// <value>60 s.</value>
    public TimeSpan Cap { get; set; } = TimeSpan.FromSeconds(60);
}
