using Broadsheet.Contracts;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Broadsheet.Clients;

/// <summary>Gives unary calls that state no deadline the default one. Streams have none: they are ended otherwise.</summary>
internal sealed class DeadlineInterceptor(BroadsheetClientOptions options) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithDeadline(context));

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithDeadline(context));

    private ClientInterceptorContext<TRequest, TResponse> WithDeadline<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (context.Options.Deadline is not null)
        {
            return context;
        }

        var isRead = ContractMethods.Find(context.Method.FullName)?.IsRead() == true;
        var deadline = options.TimeProvider.GetUtcNow().UtcDateTime + (isRead ? options.ReadDeadline : options.WriteDeadline);
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithDeadline(deadline));
    }
}
