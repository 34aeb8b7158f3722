using Google.Protobuf.Collections;
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
                MinimumThroughput = options.MinimumCalls,
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
        RpcException? refusal = null;
        var response = RunAsync();
        // A call that was refused here has no headers and no status of a server.
        return new AsyncUnaryCall<TResponse>(
            response,
            call?.ResponseHeadersAsync ?? Task.FromResult(new Metadata()),
            () => refusal?.Status ?? call!.GetStatus(),
            () => refusal?.Trailers ?? call!.GetTrailers(),
            () => call?.Dispose());

        async Task<TResponse> RunAsync()
        {
            try
            {
                Enter();
                try
                {
                    // The call ends by its own token, with a status; the circuit would end it without one.
                    return await _circuit.ExecuteAsync(
                        async _ =>
                        {
                            call = continuation(request, context);
                            return await call.ResponseAsync;
                        },
                        CancellationToken.None);
                }
                finally
                {
                    Leave();
                }
            }
            catch (BrokenCircuitException open)
            {
                throw refusal = DoesNotAnswer(context.Method, open);
            }
            catch (RpcException tooMany) when (call is null)
            {
                refusal = tooMany;
                throw;
            }
        }
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        Enter();
        try
        {
            return _circuit.Execute(() => continuation(request, context));
        }
        catch (BrokenCircuitException open)
        {
            throw DoesNotAnswer(context.Method, open);
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        if (Interlocked.Increment(ref _running) > _options.MaxConcurrentCalls)
        {
            Leave();
            throw Refused("too many calls at once", StatusCode.ResourceExhausted, "OVERLOADED", TimeSpan.FromMilliseconds(100));
        }
    }

    private void Leave() => Interlocked.Decrement(ref _running);

    private RpcException DoesNotAnswer(IMethod method, BrokenCircuitException open) => Refused(
        $"{method.ServiceName} does not answer; not called",
        StatusCode.Unavailable,
        "SERVICE_UNAVAILABLE",
        open.RetryAfter ?? _options.BreakDuration,
        new MapField<string, string> { [RpcFailure.CircuitKey] = "open" });

    private static RpcException Refused(string message, StatusCode code, string reason, TimeSpan retryDelay, MapField<string, string>? metadata = null) => new Google.Rpc.Status
    {
        Code = (int)code,
        Message = message,
        Details =
        {
            Any.Pack(new ErrorInfo { Domain = "broadsheet", Reason = reason, Metadata = { metadata ?? [] } }),
            Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryDelay) }),
        },
    }.ToRpcException();
}
