using System.Reflection;
using FluentValidation;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Hosting.Validation;

/// <summary>Checks each request with the validator for its type, before the handler sees it.</summary>
internal sealed class ValidationInterceptor(IServiceProvider services) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Check(request);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(request);
        return continuation(request, responseStream, context);
    }

    private void Check<TRequest>(TRequest request)
    {
        if (services.GetService<IValidator<TRequest>>() is not { } validator)
        {
            return;
        }

        if (validator.ErrorOf(request) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Registers every validator of the assembly that stands for itself; those with parameters are parts of others.</summary>
    public static void AddValidators(IServiceCollection services, Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.GetConstructor(Type.EmptyTypes) is not null))
        {
            foreach (var contract in type.GetInterfaces().Where(contract =>
                contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IValidator<>) && typeof(IMessage).IsAssignableFrom(contract.GenericTypeArguments[0])))
            {
                services.AddSingleton(contract, type);
            }
        }
    }
}
