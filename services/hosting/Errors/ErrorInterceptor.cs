using System.Diagnostics;
using Broadsheet.Errors.V1;
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
        var started = Stopwatch.GetTimestamp();
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
        var started = Stopwatch.GetTimestamp();
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
        var started = Stopwatch.GetTimestamp();
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
        var started = Stopwatch.GetTimestamp();
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

    private RpcException Map(Exception exception, ServerCallContext context, long started)
    {
        var error = exception switch
        {
            // Called services already answer with typed errors; what comes bare is the client library's own.
            RpcException rpc when rpc.Trailers.Get("grpc-status-details-bin") is not null => rpc,
            RpcException rpc => RpcError.Of(RpcError.ReasonFor(rpc.StatusCode), rpc.Status.Detail),
            OperationCanceledException when DeadlinePassed(context) => RpcError.Of(ErrorReason.DeadlineExceeded, "the deadline passed"),
            OperationCanceledException when context.CancellationToken.IsCancellationRequested => RpcError.Of(ErrorReason.Cancelled, "the caller went away"),
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

    private static bool DeadlinePassed(ServerCallContext context) =>
        context.GetHttpContext().Items.ContainsKey(Deadlines.DeadlineMiddleware.PassedKey)
        || (context.Deadline != DateTime.MaxValue && context.CancellationToken.IsCancellationRequested && context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Answered with an error: {Error}")]
    private static partial void LogDependency(ILogger logger, Exception exception, string error);
}
