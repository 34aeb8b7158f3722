using System.Buffers.Binary;
using System.Buffers.Text;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Feed;

/// <summary>
/// Where a reader stands: a position, in a view, of one database's feed. Opaque to clients.
/// </summary>
/// <param name="View">The view that the position was reached in.</param>
/// <param name="Position">Position of the last change read; 0 = none.</param>
/// <param name="Floor">
/// How far the feed was compacted when the reader began: of what was gone by then it has seen nothing, so it does not
/// miss those tombstones, however long its reading from the beginning takes.
/// </param>
internal readonly record struct FeedCursor(FeedView View, long Position, long Floor)
{
    private const byte Format = 2;
    // Readers that stood still over the update that brought the floor still hold these.
    private const byte WithoutFloor = 1;
    private const int Length = 1 + 1 + 8 + 8 + 8;

    /// <summary>The cursor as clients hold it.</summary>
    public string Encode(ReadOnlySpan<byte> feedId)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Format;
        bytes[1] = (byte)View;
        feedId.CopyTo(bytes[2..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[10..], Position);
        BinaryPrimitives.WriteInt64BigEndian(bytes[18..], Floor);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a client's cursor; empty is the beginning.</summary>
    public static FeedCursor Decode(string text, FeedView view, ReadOnlySpan<byte> feedId)
    {
        if (text.Length == 0)
        {
            return new FeedCursor(view, 0, 0);
        }

        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        if (!Base64Url.IsValid(text, out var length)
            || length > Length
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || (bytes[0], written) is not ((Format, Length) or (WithoutFloor, Length - 8)))
        {
            throw RpcError.InvalidField(ErrorReason.CursorInvalid, "cursor", "is not one that this feed gave");
        }

        var position = BinaryPrimitives.ReadInt64BigEndian(bytes[10..]);
        var floor = BinaryPrimitives.ReadInt64BigEndian(bytes[18..]);
        if (position < 0 || floor < 0)
        {
            throw RpcError.InvalidField(ErrorReason.CursorInvalid, "cursor", "is not one that this feed gave");
        }

        if (bytes[1] != (byte)view)
        {
            throw RpcError.InvalidField(ErrorReason.CursorInvalid, "cursor", "belongs to another view");
        }

        return bytes[2..10].SequenceEqual(feedId) ? new FeedCursor(view, position, floor) : throw Expired();
    }

    /// <summary>The cursor can't be continued; its reader must begin anew.</summary>
    public static Grpc.Core.RpcException Expired() => RpcError.Of(
        ErrorReason.CursorExpired, "the cursor belongs to another database or is older than what the feed keeps; read again from the beginning");
}
