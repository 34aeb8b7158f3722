using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Polly;
using Polly.CircuitBreaker;

namespace Broadsheet.Clients;

/// <summary>
/// Stops calling a service that does not answer: first a limit on calls at once, then a circuit breaker over calls
/// that end in UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL or RESOURCE_EXHAUSTED. What the caller did wrong is no
/// fault of the service, and streams, which live long, are left to their readers.
/// </summary>
internal sealed class CircuitBreakerInterceptor : Interceptor
{
    private readonly ResiliencePipeline _circuit;
    private readonly BroadsheetClientOptions _options;
    private int _running;

    public CircuitBreakerInterceptor(BroadsheetClientOptions options)
    {
        _options = options;
        _circuit = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = options.BreakDuration,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is RpcException
                {
                    StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.ResourceExhausted,
                }),
            })
            .Build();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        AsyncUnaryCall<TResponse>? call = null;
        var response = RunAsync();
        // Without a call (the circuit is open) there are no headers and no status of a server.
        return new AsyncUnaryCall<TResponse>(
            response,
            call?.ResponseHeadersAsync ?? Task.FromResult(new Metadata()),
            () => call?.GetStatus() ?? new Grpc.Core.Status(StatusCode.Unavailable, "the circuit is open"),
            () => call?.GetTrailers() ?? [],
            () => call?.Dispose());

        async Task<TResponse> RunAsync()
        {
            if (Interlocked.Increment(ref _running) > _options.MaxConcurrentCalls)
            {
                Interlocked.Decrement(ref _running);
                throw Refused("too many calls at once", StatusCode.ResourceExhausted, "OVERLOADED");
            }

            try
            {
                return await _circuit.ExecuteAsync(
                    async _ =>
                    {
                        call = continuation(request, context);
                        return await call.ResponseAsync;
                    },
                    context.Options.CancellationToken);
            }
            catch (BrokenCircuitException)
            {
                throw Refused($"{context.Method.ServiceName} does not answer; not called", StatusCode.Unavailable, "SERVICE_UNAVAILABLE");
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private RpcException Refused(string message, StatusCode code, string reason) => new Google.Rpc.Status
    {
        Code = (int)code,
        Message = message,
        Details =
        {
            Any.Pack(new ErrorInfo { Domain = "broadsheet", Reason = reason }),
            Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(_options.BreakDuration) }),
        },
    }.ToRpcException();
}
