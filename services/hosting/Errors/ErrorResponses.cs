using System.IO.Pipelines;
using System.Text;
using Broadsheet.Errors.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;
using HttpResponse = Microsoft.AspNetCore.Http.HttpResponse;

namespace Broadsheet.Hosting.Errors;

/// <summary>
/// The errors that no handler made — broken JSON, bad base64, an unknown path or method, a body that is too
/// large, a proxy without a destination — leave in the same form as all others: for gRPC the status details are
/// added, for JSON the body is a <c>google.rpc.Status</c>. Stands outside routing and inside gRPC-Web.
/// </summary>
internal sealed partial class ErrorResponses(RequestDelegate next, ILogger<ErrorResponses> logger)
{
    /// <summary>The messages that an error's details may hold, for JSON.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false).WithTypeRegistry(Details));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithTypeRegistry(Details));

    public Task InvokeAsync(HttpContext context) =>
        IsGrpc(context.Request) ? InvokeGrpcAsync(context) : InvokeJsonAsync(context);

    /// <summary>True for gRPC and gRPC-Web requests.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private async Task InvokeGrpcAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            SetTrailersOnly(context, ForException(exception, context));
            return;
        }

        var response = context.Response;
        if (!response.HasStarted && response.StatusCode != StatusCodes.Status200OK)
        {
            SetTrailersOnly(context, ForHttpStatus(response.StatusCode, context));
        }
        else if (TryGetBareStatus(response, out var code, out var message))
        {
            var status = RpcError.StatusOf(RpcError.ReasonFor(code), message);
            status.Code = (int)code;
            Append(response, "grpc-status-details-bin", Convert.ToBase64String(status.ToByteArray()));
        }
    }

    private async Task InvokeJsonAsync(HttpContext context)
    {
        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new ErrorBody(inner, context.Response);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            var status = ForException(exception, context);
            context.Response.StatusCode = HttpStatusOf(status);
            context.Features.Set(inner);
            await WriteJsonAsync(context, status);
            return;
        }

        context.Features.Set(inner);
        if (context.Response.HasStarted || context.Response.StatusCode < 400)
        {
            return;
        }

        var made = body.Length > 0 ? TryParse(body.Text) : null;
        if (made is null && body.Length > 0)
        {
            // Not an error of ours and not the transcoder's (a readiness report, say): it passes as it is.
            await context.Response.BodyWriter.WriteAsync(body.Bytes, context.RequestAborted);
            return;
        }

        made ??= ForHttpStatus(context.Response.StatusCode, context);
        if (!made.Details.Any(detail => detail.Is(ErrorInfo.Descriptor)))
        {
            var typed = RpcError.StatusOf(RpcError.ReasonFor((StatusCode)made.Code), made.Message);
            typed.Code = made.Code;
            typed.Details.Add(made.Details);
            made = typed;
        }

        if (made.Details.Any(detail => detail.TryUnpack<ErrorInfo>(out var info) && info.Reason == RpcError.NameOf(ErrorReason.RequestTooLarge)))
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        }

        await WriteJsonAsync(context, made);
    }

    private static async Task WriteJsonAsync(HttpContext context, Google.Rpc.Status status)
    {
        var bytes = Encoding.UTF8.GetBytes(Formatter.Format(status));
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static Google.Rpc.Status? TryParse(string json)
    {
        try
        {
            return Parser.Parse<Google.Rpc.Status>(json);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
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
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ForHttpStatus(StatusCodes.Status413PayloadTooLarge, context);
            case BadHttpRequestException bad:
                return RpcError.StatusOf(ErrorReason.MalformedRequest, bad.Message);
            case OperationCanceledException when context.Items.ContainsKey(Deadlines.DeadlineMiddleware.PassedKey):
                return RpcError.StatusOf(ErrorReason.DeadlineExceeded, "the deadline passed");
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return RpcError.StatusOf(ErrorReason.Cancelled, "the caller went away");
            default:
                LogUnhandled(logger, exception, context.Request.Path);
                return RpcError.StatusOf(ErrorReason.Internal, "internal error");
        }
    }

    private static Google.Rpc.Status ForHttpStatus(int httpStatus, HttpContext context) => httpStatus switch
    {
        StatusCodes.Status404NotFound when IsGrpc(context.Request) => RpcError.StatusOf(ErrorReason.MethodUnknown, $"no such method: {context.Request.Path}"),
        StatusCodes.Status404NotFound => RpcError.StatusOf(ErrorReason.PathUnknown, $"no such path: {context.Request.Path}"),
        StatusCodes.Status405MethodNotAllowed => RpcError.StatusOf(ErrorReason.MethodUnknown, $"{context.Request.Method} is not possible on {context.Request.Path}"),
        StatusCodes.Status413PayloadTooLarge => RpcError.StatusOf(ErrorReason.RequestTooLarge, "a request may have 32 MiB at most"),
        StatusCodes.Status429TooManyRequests => RpcError.StatusOf(ErrorReason.Overloaded, "too many requests"),
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => RpcError.StatusOf(ErrorReason.ServiceUnavailable, "the service behind this path can't be reached"),
        StatusCodes.Status504GatewayTimeout => RpcError.StatusOf(ErrorReason.DeadlineExceeded, "the service behind this path did not answer in time"),
        >= 400 and < 500 => RpcError.StatusOf(ErrorReason.MalformedRequest, $"the request can't be read (HTTP status {httpStatus})"),
        _ => RpcError.StatusOf(ErrorReason.Internal, "internal error"),
    };

    private static int HttpStatusOf(Google.Rpc.Status status) => (StatusCode)status.Code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        StatusCode.ResourceExhausted => StatusCodes.Status413PayloadTooLarge,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static void SetTrailersOnly(HttpContext context, Google.Rpc.Status status)
    {
        var response = context.Response;
        var contentType = context.Request.ContentType!;
        response.Clear();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers["grpc-status"] = status.Code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }

    private static bool TryGetBareStatus(HttpResponse response, out StatusCode code, out string message)
    {
        code = StatusCode.OK;
        message = "";
        var headers = Holder(response);
        if (headers is null
            || !headers.TryGetValue("grpc-status", out var text)
            || !int.TryParse(text, out var number)
            || number == 0
            || headers.ContainsKey("grpc-status-details-bin"))
        {
            return false;
        }

        code = (StatusCode)number;
        message = Uri.UnescapeDataString(headers["grpc-message"].ToString());
        return true;
    }

    private static void Append(HttpResponse response, string name, string value)
    {
        if (Holder(response) is { IsReadOnly: false } headers)
        {
            headers[name] = value;
        }
    }

    // The status stands in the trailers once the response has begun, in the headers if there is nothing else.
    private static IHeaderDictionary? Holder(HttpResponse response)
    {
        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        if (trailers?.ContainsKey("grpc-status") == true)
        {
            return trailers;
        }

        return !response.HasStarted && response.Headers.ContainsKey("grpc-status") ? response.Headers : null;
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "{Path} failed outside a handler")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, string path);

    /// <summary>Lets a success through untouched and holds an error back, so that it can be completed.</summary>
    private sealed class ErrorBody(IHttpResponseBodyFeature inner, HttpResponse response) : IHttpResponseBodyFeature
    {
        private MemoryStream? _held;
        private PipeWriter? _heldWriter;

        public long Length => _held?.Length ?? 0;

        public ReadOnlyMemory<byte> Bytes => _held is null ? default : _held.GetBuffer().AsMemory(0, (int)_held.Length);

        public string Text => Encoding.UTF8.GetString(Bytes.Span);

        public Stream Stream => Holds ? Held : inner.Stream;

        public PipeWriter Writer => Holds ? _heldWriter ??= PipeWriter.Create(Held, new StreamPipeWriterOptions(leaveOpen: true)) : inner.Writer;

        private bool Holds => !response.HasStarted && response.StatusCode >= 400;

        private MemoryStream Held => _held ??= new MemoryStream();

        public Task StartAsync(CancellationToken cancellationToken = default) => Holds ? Task.CompletedTask : inner.StartAsync(cancellationToken);

        public async Task CompleteAsync()
        {
            if (_heldWriter is not null)
            {
                await _heldWriter.FlushAsync();
            }

            if (!Holds)
            {
                await inner.CompleteAsync();
            }
        }

        public void DisableBuffering() => inner.DisableBuffering();

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            inner.SendFileAsync(path, offset, count, cancellationToken);
    }
}
