using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Hosting.Callers;

/// <summary>Who makes a call.</summary>
/// <param name="Name">Resource name (<c>creators/ada</c>); empty if anonymous.</param>
/// <param name="Roles">What the caller may do beyond reading.</param>
public sealed partial record Caller(string Name, FrozenSet<string> Roles)
{
    /// <summary>Nobody in particular.</summary>
    public static readonly Caller Anonymous = new("", FrozenSet<string>.Empty);

    /// <summary>Role that sees and changes drafts and everything else unpublished.</summary>
    public const string EditorRole = "editor";

    /// <summary>Role that writes stories and sees the own drafts. An editor has it too.</summary>
    public const string WriterRole = "writer";

    /// <summary>Role that decides on what readers write.</summary>
    public const string ModeratorRole = "moderator";

    /// <summary>True if the call names nobody.</summary>
    public bool IsAnonymous => Name.Length == 0;

    /// <summary>True if the caller has the role <c>moderator</c>.</summary>
    public bool IsModerator => Roles.Contains(ModeratorRole);

    /// <summary>True if the caller has the role <c>editor</c>.</summary>
    public bool IsEditor => Roles.Contains(EditorRole);

    /// <summary>True if the caller may do what the role allows: has it, or is an editor where a writer is wanted.</summary>
    public bool Has(string role) => Roles.Contains(role) || (role == WriterRole && IsEditor);

    /// <summary>Reads <c>creators/ada;roles=editor,moderator</c>; null if it has another form.</summary>
    public static Caller? Parse(string text)
    {
        if (text.Length > 500 || Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var roles = match.Groups["roles"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new Caller(match.Groups["name"].Value, roles.ToFrozenSet(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^(?<name>[a-z]+/[A-Za-z0-9._~-]{1,100})(\s*;\s*roles=(?<roles>[a-z.]+(,[a-z.]+)*))?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>Gives handlers their caller.</summary>
public static class CallerContext
{
    /// <summary>Header that names the caller in Development; a gateway takes it away elsewhere.</summary>
    public const string Header = "x-broadsheet-caller";

    /// <summary>Who makes this call.</summary>
    public static Caller Caller(this ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.UserState.TryGetValue(CallerInterceptor.Key, out var caller) ? (Caller)caller : Callers.Caller.Anonymous;
    }

    /// <summary>Who makes this call; an error (CALLER_REQUIRED) if nobody is named.</summary>
    public static Caller RequireCaller(this ServerCallContext context) =>
        context.Caller() is { IsAnonymous: false } caller
            ? caller
            : throw RpcError.Of(ErrorReason.CallerRequired, "only a known caller may do this");

    /// <summary>
    /// Who makes this call; an error (PERMISSION_MISSING) if they are named and may not do what the role allows. A call
    /// that names nobody passes: changes get here without a name only in Development.
    /// </summary>
    public static Caller RequireRole(this ServerCallContext context, string role)
    {
        var caller = context.Caller();
        return caller.IsAnonymous || caller.Has(role) ? caller : throw MissingRole(role);
    }

    /// <summary>The error of a known caller without the role.</summary>
    public static RpcException MissingRole(string role) => RpcError.Of(
        ErrorReason.PermissionMissing, $"this needs the role {role}", new Dictionary<string, string> { ["role"] = role });
}
