using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using FluentValidation;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Hosting.Validation;

/// <summary>Checks each request with the validator for its type, before the handler sees it.</summary>
internal sealed class ValidationInterceptor(IServiceProvider services) : Interceptor
{
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

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

        var result = validator.Validate(request);
        if (result.IsValid)
        {
            return;
        }

        // A rule may name a reason of its own; requests are refused for one reason at a time.
        var reason = Enum.TryParse<ErrorReason>(result.Errors[0].ErrorCode, out var own) ? own : ErrorReason.InvalidField;
        var violations = result.Errors
            .Where(error => (Enum.TryParse<ErrorReason>(error.ErrorCode, out var other) ? other : ErrorReason.InvalidField) == reason)
            .Select(error => (FieldPath(error.PropertyName), error.ErrorMessage))
            .ToArray();
        throw RpcError.InvalidFields(reason, violations);
    }

    /// <summary><c>Document.MediaType</c> → <c>document.media_type</c>: errors speak the contract's language.</summary>
    private static string FieldPath(string property) => Names.GetOrAdd(property, static name =>
    {
        var path = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]))
            {
                if (i > 0 && name[i - 1] != '.')
                {
                    path.Append('_');
                }

                path.Append(char.ToLowerInvariant(name[i]));
            }
            else
            {
                path.Append(name[i]);
            }
        }

        return path.ToString();
    });

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
