using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Broadsheet.Clients;

/// <summary>
/// Gives a mutation that has no request id one, above the retry layer, so that all attempts of a call are one call
/// to the server. The caller's message is left as it is.
/// </summary>
internal sealed class RequestIdInterceptor(TimeProvider time) : Interceptor
{
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor?> Fields = new();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(WithRequestId(request), context);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(WithRequestId(request), context);

    private TRequest WithRequestId<TRequest>(TRequest request)
        where TRequest : class
    {
        if (request is not IMessage message
            || Fields.GetOrAdd(message.Descriptor, static descriptor => descriptor.FindFieldByName("request_id")) is not { } field
            || field.Accessor.GetValue(message) is string { Length: > 0 })
        {
            return request;
        }

        var copy = (IMessage)((IDeepCloneable<TRequest>)request).Clone();
        field.Accessor.SetValue(copy, Guid.CreateVersion7(time.GetUtcNow()).ToString());
        return (TRequest)copy;
    }
}
