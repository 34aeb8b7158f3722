using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Proxying;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Broadsheet.Gateway.Proxy;

/// <summary>
/// Says what went wrong in the proxy in the contract's words, so that it leaves as a typed error like any other;
/// left to itself the proxy answers 502 or cuts the stream, and clients then take a shutdown for a fault.
/// </summary>
internal sealed partial class ProxyErrors(RequestDelegate next, ILogger<ProxyErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var reset = new HeldReset(context.Features.Get<IHttpResetFeature>());
        context.Features.Set<IHttpResetFeature>(reset);
        await next(context);
        context.Features.Set(reset.Inner);
        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure)
        {
            return;
        }

        if (!context.Response.HasStarted)
        {
            if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            {
                throw ErrorFor(failure, context);
            }
        }
        else if (reset.Code is { } code)
        {
            if (CanEndWithError(context))
            {
                throw ErrorFor(failure, context);
            }

            reset.Perform(code, context);
        }
    }

    // gRPC has trailers for it and a stream of JSON lines a last line; a JSON document that breaks off has neither.
    private static bool CanEndWithError(HttpContext context) =>
        SuiteProxy.IsGrpc(context.Request)
        || context.GetEndpoint()?.Metadata.GetMetadata<ProxiedCall>()?.Method?.IsServerStreaming == true;

    private Exception ErrorFor(IForwarderErrorFeature failure, HttpContext context)
    {
        // The reason is known where the deadline or the drain cancelled it, or the caller did.
        if (context.RequestAborted.IsCancellationRequested)
        {
            return new OperationCanceledException(context.RequestAborted);
        }

        // A service that dies while it is being sent a body looks the same from here as a body that can't be read; only the
        // server's own verdict on the body makes it the caller's fault.
        if (failure.Error == ForwarderError.RequestBodyClient && IsRefusedBody(failure.Exception))
        {
            return new BadHttpRequestException("the request's body failed", context.Response.StatusCode);
        }

        var feature = context.Features.Get<IReverseProxyFeature>();
        var service = feature?.Cluster.Config.ClusterId ?? "the service";
        LogFailed(logger, context.Request.Method, context.Request.Path, feature?.ProxiedDestination?.DestinationId ?? service, failure.Error, failure.Exception?.Message);
        return failure.Error switch
        {
            ForwarderError.RequestTimedOut when failure.Exception is OperationCanceledException { InnerException: not TimeoutException } =>
                RpcError.Of(ErrorReason.DeadlineExceeded, $"{service} did not answer in time"),
            _ => RpcError.Retryable(ErrorReason.ServiceUnavailable, $"{service} can't be reached", TimeSpan.FromSeconds(1)),
        };
    }

    private static bool IsRefusedBody(Exception? exception) => exception switch
    {
        null => false,
        BadHttpRequestException => true,
        AggregateException several => several.InnerExceptions.Any(IsRefusedBody),
        _ => IsRefusedBody(exception.InnerException),
    };

    // One line without a stack: while a service is down there may be many.
    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "{Method} {Path} failed at {Destination}: {Error}, {Cause}")]
    private static partial void LogFailed(ILogger logger, string method, string path, string destination, ForwarderError error, string? cause);

    /// <summary>Notes that the proxy wants to break the response off, instead of doing it.</summary>
    private sealed class HeldReset(IHttpResetFeature? inner) : IHttpResetFeature
    {
        public IHttpResetFeature? Inner => inner;

        public int? Code { get; private set; }

        public void Reset(int errorCode) => Code = errorCode;

        public void Perform(int errorCode, HttpContext context)
        {
            if (inner is null)
            {
                context.Abort();
            }
            else
            {
                inner.Reset(errorCode);
            }
        }
    }
}
