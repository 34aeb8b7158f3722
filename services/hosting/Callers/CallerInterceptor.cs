using Broadsheet.Contracts;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Hosting;

namespace Broadsheet.Hosting.Callers;

/// <summary>
/// The one seam for identity. In Development the caller is whom the header <c>x-broadsheet-caller</c> names.
/// Anywhere else there is no identity provider yet, so every caller is anonymous and nothing may be changed.
/// </summary>
internal sealed class CallerInterceptor(IHostEnvironment environment) : Interceptor
{
    /// <summary>Key under which the caller stands in a call's user state.</summary>
    public static readonly object Key = new();

    private readonly bool _trustsHeader = environment.IsDevelopment();

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Identify(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Identify(context);
        return continuation(request, responseStream, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Identify(context);
        return continuation(requestStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Identify(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Identify(ServerCallContext context)
    {
        if (!_trustsHeader)
        {
            if (ContractMethods.Find(context.Method) is { } method && !method.IsRead())
            {
                throw RpcError.Of(ErrorReason.IdentityProviderMissing, "this host has no identity provider, so nothing can be changed through it");
            }

            return;
        }

        if (context.GetHttpContext().Request.Headers.TryGetValue(CallerContext.Header, out var stated) && stated.Count > 0)
        {
            context.UserState[Key] = Caller.Parse(stated.ToString())
                ?? throw RpcError.Of(ErrorReason.CallerInvalid, $"{CallerContext.Header}: expected a resource name, optionally followed by ;roles=editor");
        }
    }
}
