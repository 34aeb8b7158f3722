using System.Collections.Concurrent;
using System.Text;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Hosting.Validation;

/// <summary>Checks messages; the requests of a stream one by one, where a bad one need not end the stream.</summary>
public static class RequestValidation
{
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    /// <summary>The error with which the request is refused; null if it keeps all rules.</summary>
    public static RpcException? ErrorOf<TRequest>(this IValidator<TRequest> validator, TRequest request)
    {
        var result = validator.Validate(request);
        if (result.IsValid)
        {
            return null;
        }

        // A rule may name a reason of its own; requests are refused for one reason at a time.
        var reason = Enum.TryParse<ErrorReason>(result.Errors[0].ErrorCode, out var own) ? own : ErrorReason.InvalidField;
        var violations = result.Errors
            .Where(error => (Enum.TryParse<ErrorReason>(error.ErrorCode, out var other) ? other : ErrorReason.InvalidField) == reason)
            .Select(error => (FieldPath(error.PropertyName), error.ErrorMessage))
            .ToArray();
        return RpcError.InvalidFields(reason, violations);
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
}
