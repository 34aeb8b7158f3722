using System.Text;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Deadlines;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;

namespace Broadsheet.Hosting.Errors;

/// <summary>
/// The errors that no handler made — broken JSON, bad base64, an unknown path or method, a body that is too
/// large, a proxy without a destination — leave in the same form as all others: for gRPC the status details are
/// added, for JSON the body is a <c>google.rpc.Status</c>. Middleware may throw an <see cref="RpcException"/>.
/// Stands outside routing and inside gRPC-Web.
/// </summary>
internal sealed partial class ErrorResponses(RequestDelegate next, ILogger<ErrorResponses> logger)
{
    /// <summary>The messages that an error's details may hold, for JSON.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false).WithTypeRegistry(Details));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithTypeRegistry(Details));
    private static readonly Func<object, Task> CompleteStatus = static state =>
    {
        GrpcStatus.Complete((HttpContext)state);
        return Task.CompletedTask;
    };

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentLength > BroadsheetHost.MaxRequestBytes)
        {
            return RefuseTooLargeAsync(context);
        }

        return IsGrpc(context.Request) ? InvokeGrpcAsync(context) : InvokeJsonAsync(context);
    }

    /// <summary>True for gRPC and gRPC-Web requests.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    // The server reads the rest of a body that was not taken before it closes, for a few seconds and without
    // keeping it, unless the limit makes it close at once: then a client that is still sending would lose the answer.
    private static Task RefuseTooLargeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (!IsGrpc(context.Request))
        {
            return WriteJsonAsync(context, HttpErrors.TooLarge(), StatusCodes.Status413PayloadTooLarge);
        }

        GrpcStatus.End(context, HttpErrors.TooLarge());
        return Task.CompletedTask;
    }

    private async Task InvokeGrpcAsync(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            GrpcStatus.End(context, RpcError.StatusOf(ErrorReason.MalformedRequest, "gRPC needs HTTP/2; over HTTP/1.1 speak gRPC-Web or JSON"));
            return;
        }

        // When its deadline passes, gRPC ends the response itself, before the call comes back here.
        context.Response.OnStarting(CompleteStatus, context);
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted || exception is RpcException or OperationCanceledException)
        {
            GrpcStatus.End(context, ForException(exception, context));
            return;
        }

        if (!context.Response.HasStarted && context.Response.StatusCode != StatusCodes.Status200OK)
        {
            GrpcStatus.End(context, HttpErrors.ForHttpStatus(context.Response.StatusCode, context));
        }
        else
        {
            GrpcStatus.Complete(context);
        }
    }

    private async Task InvokeJsonAsync(HttpContext context)
    {
        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new HeldErrorBody(inner, context.Response);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var status = ForException(exception, context);
            context.Response.Clear();
            context.Features.Set(inner);
            await WriteJsonAsync(context, status, HttpErrors.HttpStatusOf(status));
            return;
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // A stream of JSON lines ends with the error as its last line.
            context.Features.Set(inner);
            await inner.Writer.WriteAsync(Encoding.UTF8.GetBytes("\n" + Formatter.Format(ForException(exception, context)) + "\n"));
            return;
        }

        context.Features.Set(inner);
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < StatusCodes.Status400BadRequest)
        {
            return;
        }

        await body.EndAsync();
        var made = body.Bytes.IsEmpty ? HttpErrors.ForHttpStatus(response.StatusCode, context) : TryParse(body.Bytes, context);
        if (made is null)
        {
            // Neither an error of ours nor the transcoder's (a readiness report, say): it passes as it is.
            await response.BodyWriter.WriteAsync(body.Bytes, context.RequestAborted);
            return;
        }

        if (RpcError.ReasonOf(made) is null)
        {
            made = context.Features.Get<JsonDiagnosis.Result>()?.Status ?? WithReason(made);
        }

        // A status keeps the HTTP status that it came with, 405 and 415 among them, but for these.
        var httpStatus = HttpErrors.HttpStatusOf(made) is var own and (StatusCodes.Status413PayloadTooLarge or StatusCodes.Status499ClientClosedRequest) ? own : response.StatusCode;
        await WriteJsonAsync(context, made, httpStatus);
    }

    private static Google.Rpc.Status WithReason(Google.Rpc.Status bare)
    {
        var typed = RpcError.StatusOf(RpcError.ReasonFor((StatusCode)bare.Code), bare.Message);
        typed.Code = bare.Code;
        typed.Details.Add(bare.Details);
        return typed;
    }

    private static async Task WriteJsonAsync(HttpContext context, Google.Rpc.Status status, int httpStatus)
    {
        var bytes = Encoding.UTF8.GetBytes(Formatter.Format(status));
        var response = context.Response;
        response.StatusCode = httpStatus;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(bytes);
        }
    }

    private static Google.Rpc.Status? TryParse(ReadOnlyMemory<byte> json, HttpContext context)
    {
        try
        {
            return Parser.Parse<Google.Rpc.Status>(Encoding.UTF8.GetString(json.Span)) is { Code: not 0 } status ? status : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
        catch (InvalidJsonException)
        {
            // The transcoder quotes what it could not read, broken surrogates included.
            return HttpErrors.ForHttpStatus(context.Response.StatusCode, context);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private Google.Rpc.Status ForException(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case RpcException rpc:
                return rpc.GetRpcStatus() ?? RpcError.StatusOf(RpcError.ReasonFor(rpc.StatusCode), rpc.Status.Detail);
            case BadHttpRequestException bad:
                return HttpErrors.ForHttpStatus(bad.StatusCode, context);
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested || CancelledFor(context) is not null:
                return CallCancellation.ErrorFor(CancelledFor(context) ?? ErrorReason.Cancelled).GetRpcStatus()!;
            default:
                LogUnhandled(logger, exception, context.Request.Path);
                return RpcError.InternalStatus();
        }
    }

    private static ErrorReason? CancelledFor(HttpContext context) => context.Items.TryGetValue(CallCancellation.ReasonKey, out var reason) ? (ErrorReason)reason! : null;

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "{Path} failed outside a handler")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, string path);
}
