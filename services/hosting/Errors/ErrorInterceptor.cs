using System.Diagnostics;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Deadlines;
using Broadsheet.Hosting.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Hosting.Errors;

/// <summary>Turns what a service's own code or driver throws into a typed error; null leaves it to be an internal error.</summary>
public delegate RpcException? ErrorMapping(Exception exception);

/// <summary>
/// Outermost interceptor: whatever a call ends with leaves as a typed error, and is measured once, by method and
/// status. Driver text and stack traces stay in the log.
/// </summary>
internal sealed partial class ErrorInterceptor(IEnumerable<ErrorMapping> mappings, RpcMetrics metrics, ILogger<ErrorInterceptor> logger) : Interceptor
{
    private readonly ErrorMapping[] _mappings = [.. mappings];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var started = Start(context);
        try
        {
            var response = await continuation(request, context);
            metrics.Record(context.Method, StatusCode.OK, started);
            return response;
        }
        catch (Exception exception)
        {
            throw Map(exception, context, started);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var started = Start(context);
        try
        {
            await continuation(request, responseStream, context);
            metrics.Record(context.Method, StatusCode.OK, started);
        }
        catch (Exception exception)
        {
            throw Map(exception, context, started);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var started = Start(context);
        try
        {
            var response = await continuation(requestStream, context);
            metrics.Record(context.Method, StatusCode.OK, started);
            return response;
        }
        catch (Exception exception)
        {
            throw Map(exception, context, started);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var started = Start(context);
        try
        {
            await continuation(requestStream, responseStream, context);
            metrics.Record(context.Method, StatusCode.OK, started);
        }
        catch (Exception exception)
        {
            throw Map(exception, context, started);
        }
    }

    private static long Start(ServerCallContext context)
    {
        context.GetHttpContext().Features.Set(RequestRead.Mark);
        return Stopwatch.GetTimestamp();
    }

    private RpcException Map(Exception exception, ServerCallContext context, long started)
    {
        var error = exception switch
        {
            // Called services already answer with typed errors.
            RpcException rpc when rpc.Trailers.Get("grpc-status-details-bin") is not null => rpc,
            _ when EndedByCancellation(exception, context) => CallCancellation.ErrorFor(ReasonOf(context)),
            RpcException rpc => OfClientLibrary(rpc),
            _ => Mapped(exception),
        };
        if (error is null)
        {
            LogFailed(logger, exception, context.Method);
            error = RpcError.Internal();
        }

        metrics.Record(context.Method, error.StatusCode, started);
        return error;
    }

    // A bare status is made by the client library or by a library's own service. Where it speaks of the
    // connection or of a fault, its text is for the log only.
    private RpcException? OfClientLibrary(RpcException rpc)
    {
        switch (rpc.StatusCode)
        {
            case StatusCode.Unavailable:
                var error = RpcError.Retryable(ErrorReason.ServiceUnavailable, "a service that this one needs can't be reached", TimeSpan.FromSeconds(1));
                LogDependency(logger, rpc, error.Status.Detail);
                return error;
            case StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss:
                return null;
            default:
                return RpcError.Of(RpcError.ReasonFor(rpc.StatusCode), rpc.Status.Detail is { Length: > 0 } detail ? detail : rpc.StatusCode.ToString());
        }
    }

    // Writing to a stream after its end is an InvalidOperationException, and a cancelled client call may be an
    // RpcException of its own.
    private static bool EndedByCancellation(Exception exception, ServerCallContext context) =>
        exception is OperationCanceledException or InvalidOperationException or IOException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded }
        && context.CancellationToken.IsCancellationRequested;

    private static ErrorReason ReasonOf(ServerCallContext context) =>
        context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime ? ErrorReason.DeadlineExceeded : CallCancellation.ReasonOf(context.GetHttpContext());

    private RpcException? Mapped(Exception exception)
    {
        foreach (var mapping in _mappings)
        {
            if (mapping(exception) is { } error)
            {
                LogDependency(logger, exception, error.Status.Detail);
                return error;
            }
        }

        return null;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Answered with an error: {Error}")]
    private static partial void LogDependency(ILogger logger, Exception exception, string error);
}

/// <summary>Feature of a request whose message could be read: what fails from then on is not the message's fault.</summary>
internal sealed class RequestRead
{
    public static readonly RequestRead Mark = new();
}
