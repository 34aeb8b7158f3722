using Google.Rpc;
using Grpc.Core;

namespace Broadsheet.Clients;

/// <summary>A failed call as the contract describes failures.</summary>
/// <param name="Code">Status code.</param>
/// <param name="Reason">Reason as in error_reason.proto without its prefix; empty if the answer did not come from a Broadsheet host.</param>
/// <param name="Message">For people.</param>
/// <param name="Violations">Fields that break a rule, with the rule.</param>
/// <param name="Metadata">Further facts, by the reason's documentation.</param>
/// <param name="RetryDelay">When to try again, if the server says so.</param>
public sealed record RpcFailure(
    StatusCode Code,
    string Reason,
    string Message,
    IReadOnlyList<(string Field, string Rule)> Violations,
    IReadOnlyDictionary<string, string> Metadata,
    TimeSpan? RetryDelay)
{
    internal const string CircuitKey = "circuit";

    /// <summary>True if the call was not made, because the service failed too often just before.</summary>
    public bool IsCircuitOpen => Code == StatusCode.Unavailable && Metadata.GetValueOrDefault(CircuitKey) == "open";

    /// <summary>Reads the failure out of the exception.</summary>
    public static RpcFailure From(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var status = exception.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        return new RpcFailure(
            exception.StatusCode,
            info?.Reason ?? "",
            exception.Status.Detail,
            [.. (status?.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(violation => (violation.Field, violation.Description))],
            info is null ? new Dictionary<string, string>() : new Dictionary<string, string>(info.Metadata),
            status?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan());
    }
}
