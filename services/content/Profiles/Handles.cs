using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Google.Rpc;

namespace Broadsheet.Content.Profiles;

/// <summary>
/// The handles of communities and creators, present and given up. One key holds both, so what led to somebody once
/// never leads to somebody else while they are there.
/// </summary>
internal static class Handles
{
    /// <summary>The longest handle, in characters.</summary>
    public const int MaxLength = 40;

    /// <summary>The shortest handle, in characters.</summary>
    public const int MinLength = 2;

    // Renaming oneself over and over would else keep any number of handles from others.
    private const int MostOfOne = 20;

    /// <summary>The handle as it is compared: handles are ASCII, so lower case is all there is to fold.</summary>
    public static string Key(string handle) => handle.ToLowerInvariant();

    /// <summary>Makes the handle the owner's present one; the one before stays theirs.</summary>
    /// <param name="content">The transaction.</param>
    /// <param name="collection">Within which handles are unique.</param>
    /// <param name="owner">Resource name.</param>
    /// <param name="handle">As it was typed.</param>
    /// <param name="field">The owner's field in the request, for errors.</param>
    public static async Task TakeAsync(ContentTransaction content, string collection, string owner, string handle, string field)
    {
        var holder = await HolderAsync(content, collection, handle);
        if (holder is not null && holder != owner)
        {
            throw Taken(collection, holder, handle, $"{field}.handle");
        }

        if (holder is null && (long)(await content.ScalarAsync("select count(*) from handles where owner = @owner", ("@owner", owner)))! >= MostOfOne)
        {
            throw RpcError.Precondition(ErrorReason.HandleLimitReached, owner, "handle", $"has had {MostOfOne} handles and can only take one of them back");
        }

        await content.ExecuteAsync("update handles set is_current = 0 where owner = @owner and is_current = 1", ("@owner", owner));
        await content.ExecuteAsync(
            """
            insert into handles (collection, handle, shown, owner, is_current) values (@collection, @handle, @shown, @owner, 1)
            on conflict (collection, handle) do update set shown = excluded.shown, is_current = 1
            """,
            ("@collection", collection), ("@handle", Key(handle)), ("@shown", handle), ("@owner", owner));
    }

    /// <summary>A handle that nobody has or had, as close to the resource id as can be.</summary>
    public static async Task<string> FreeAsync(ContentTransaction content, string collection, string id)
    {
        var wish = id.Length < MinLength ? $"{id}-1" : id[..Math.Min(id.Length, MaxLength)];
        var handle = wish;
        for (var attempt = 2; await HolderAsync(content, collection, handle) is not null; attempt++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{attempt}");
            handle = string.Concat(wish.AsSpan(0, Math.Min(wish.Length, MaxLength - suffix.Length)), suffix);
        }

        return handle;
    }

    /// <summary>Frees all handles of an owner that is going.</summary>
    public static Task<int> ReleaseAsync(ContentTransaction content, string owner) =>
        content.ExecuteAsync("delete from handles where owner = @owner", ("@owner", owner));

    private static async Task<string?> HolderAsync(ContentTransaction content, string collection, string handle) => (string?)await content.ScalarAsync(
        "select owner from handles where collection = @collection and handle = @handle", ("@collection", collection), ("@handle", Key(handle)));

    private static Grpc.Core.RpcException Taken(string collection, string holder, string handle, string field) => RpcError.Of(
        ErrorReason.ResourceAlreadyExists,
        $"{field}: \"{handle}\" is or was the handle of another",
        null,
        new ResourceInfo { ResourceType = collection, ResourceName = holder },
        new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = "is or was the handle of another" } } });
}
