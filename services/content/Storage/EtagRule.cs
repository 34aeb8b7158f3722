using Broadsheet.Contracts;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Storage;

/// <summary>Nobody overwrites what they have not seen, unless they say so.</summary>
internal static class EtagRule
{
    /// <summary>Refuses an etag that is missing or no longer the resource's.</summary>
    public static void Check(string etag, long version, string name, string field = "etag")
    {
        if (etag.Length == 0)
        {
            throw RpcError.InvalidField(ErrorReason.EtagMissing, field, "is required: the etag that was read, or * to overwrite");
        }

        var current = Etag.Of(version);
        if (etag != Etag.Any && etag != current)
        {
            throw RpcError.Of(
                ErrorReason.EtagMismatch,
                $"{name} has changed since it was read",
                new Dictionary<string, string> { ["resource"] = name, ["etag"] = current });
        }
    }
}
