using System.Collections.Frozen;
using System.Diagnostics;
using Broadsheet.Errors.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Broadsheet.Hosting.Errors;

/// <summary>
/// The only place where errors are made: a <c>google.rpc.Status</c> with exactly one <c>ErrorInfo</c>, whose
/// reason decides the status code (error_reason.proto).
/// </summary>
public static class RpcError
{
    /// <summary>The <c>ErrorInfo.domain</c> of every error.</summary>
    public const string Domain = "broadsheet";

    /// <summary>The longest message, in characters. A status travels in HTTP headers, and clients limit those.</summary>
    private const int MaxMessage = 1_000;

    /// <summary>How many violations one error lists.</summary>
    private const int MaxViolations = 20;

    private static readonly FrozenDictionary<ErrorReason, (string Name, Code Code)> Catalogue = ReadCatalogue();

    /// <summary>The reason as it is sent: the enum value's name without its prefix.</summary>
    public static string NameOf(ErrorReason reason) => Catalogue[reason].Name;

    /// <summary>The status code that the contract ties to the reason.</summary>
    public static StatusCode CodeOf(ErrorReason reason) => (StatusCode)Catalogue[reason].Code;

    /// <summary>An error with further details and metadata.</summary>
    public static RpcException Of(
        ErrorReason reason, string message, IReadOnlyDictionary<string, string>? metadata = null, params ReadOnlySpan<Google.Protobuf.IMessage> details) =>
        StatusOf(reason, message, metadata, details).ToRpcException();

    /// <summary>A field that breaks a rule. <paramref name="field"/> is its path in the request, in the proto's spelling (<c>story.title</c>).</summary>
    public static RpcException InvalidField(string field, string rule) => InvalidField(ErrorReason.InvalidField, field, rule);

    /// <summary>A field that breaks a rule for which the contract has a reason of its own.</summary>
    public static RpcException InvalidField(ErrorReason reason, string field, string rule) =>
        InvalidFields(reason, [(field, rule)]);

    /// <summary>Several fields that break rules.</summary>
    public static RpcException InvalidFields(ErrorReason reason, IReadOnlyCollection<(string Field, string Rule)> violations)
    {
        var details = new BadRequest();
        foreach (var (field, rule) in violations.Take(MaxViolations))
        {
            details.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = rule });
        }

        return Of(reason, string.Join("; ", violations.Take(MaxViolations).Select(violation => $"{violation.Field}: {violation.Rule}")), null, details);
    }

    /// <summary>No such resource, or none that the caller may see: the two are not told apart.</summary>
    public static RpcException NotFound(string name) => OfResource(ErrorReason.ResourceNotFound, name, "not found");

    /// <summary>The resource is there already.</summary>
    public static RpcException AlreadyExists(string name) => OfResource(ErrorReason.ResourceAlreadyExists, name, "already exists");

    /// <summary>The resource is not in a state in which this can be done.</summary>
    public static RpcException Precondition(ErrorReason reason, string name, string type, string message) =>
        Preconditions(reason, name, [(type, message)]);

    /// <summary>The resource lacks several things that this needs.</summary>
    public static RpcException Preconditions(ErrorReason reason, string name, IReadOnlyCollection<(string Type, string Message)> violations)
    {
        var failure = new PreconditionFailure();
        foreach (var (type, message) in violations.Take(MaxViolations))
        {
            failure.Violations.Add(new PreconditionFailure.Types.Violation { Type = type, Subject = name, Description = message });
        }

        return Of(reason, $"{name}: {string.Join("; ", violations.Take(MaxViolations).Select(violation => violation.Message))}", null, failure);
    }

    /// <summary>An error after which the same call may be tried again.</summary>
    public static RpcException Retryable(ErrorReason reason, string message, TimeSpan retryAfter) =>
        Of(reason, message, null, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    /// <summary>The status of an error, for where there is no call to throw in.</summary>
    internal static Google.Rpc.Status StatusOf(
        ErrorReason reason, string message, IReadOnlyDictionary<string, string>? metadata = null, params ReadOnlySpan<Google.Protobuf.IMessage> details)
    {
        var (name, code) = Catalogue[reason];
        var info = new ErrorInfo { Domain = Domain, Reason = name };
        foreach (var (key, value) in metadata ?? FrozenDictionary<string, string>.Empty)
        {
            info.Metadata[key] = value;
        }

        var status = new Google.Rpc.Status { Code = (int)code, Message = message.Length > MaxMessage ? message[..MaxMessage] + "…" : message, Details = { Any.Pack(info) } };
        foreach (var detail in details)
        {
            status.Details.Add(Any.Pack(detail));
        }

        return status;
    }

    /// <summary>The reason that a status carries; null if it carries none.</summary>
    internal static string? ReasonOf(Google.Rpc.Status status)
    {
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<ErrorInfo>(out var info))
            {
                return info.Reason;
            }
        }

        return null;
    }

    /// <summary>The reason that fits a status which came without one: the framework's own errors.</summary>
    internal static ErrorReason ReasonFor(StatusCode code) => code switch
    {
        StatusCode.Unimplemented => ErrorReason.MethodUnknown,
        StatusCode.InvalidArgument => ErrorReason.MalformedRequest,
        StatusCode.DeadlineExceeded => ErrorReason.DeadlineExceeded,
        StatusCode.Cancelled => ErrorReason.Cancelled,
        StatusCode.ResourceExhausted => ErrorReason.RequestTooLarge,
        StatusCode.Unavailable => ErrorReason.ServiceUnavailable,
        StatusCode.Unauthenticated => ErrorReason.CallerRequired,
        StatusCode.PermissionDenied => ErrorReason.PermissionMissing,
        StatusCode.NotFound => ErrorReason.ResourceNotFound,
        _ => ErrorReason.Internal,
    };

    /// <summary>An error of ours. Its cause is in the log, under the trace id; none of it leaves the service.</summary>
    internal static RpcException Internal() => InternalStatus().ToRpcException();

    /// <summary>The status of an error of ours.</summary>
    internal static Google.Rpc.Status InternalStatus() => StatusOf(
        ErrorReason.Internal,
        "internal error",
        Activity.Current is { } activity ? new Dictionary<string, string> { ["trace_id"] = activity.TraceId.ToHexString() } : null);

    private static RpcException OfResource(ErrorReason reason, string name, string what) => Of(
        reason,
        $"{name}: {what}",
        null,
        new ResourceInfo { ResourceType = name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : "", ResourceName = name });

    private static FrozenDictionary<ErrorReason, (string, Code)> ReadCatalogue()
    {
        const string Prefix = "ERROR_REASON_";
        return ErrorReasonReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(ErrorReason)).Values
            .ToFrozenDictionary(
                value => (ErrorReason)value.Number,
                value => (value.Name[Prefix.Length..], value.GetOptions()?.GetExtension(ErrorReasonExtensions.Code) ?? Code.Unknown));
    }
}
