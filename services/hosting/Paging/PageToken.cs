using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Hosting.Paging;

/// <summary>
/// Page tokens: the key after which the next page begins, with a checksum over the key and the filter that the
/// page was made with, so that a token that was cut, edited or used with another filter is refused.
/// </summary>
public static class PageToken
{
    // Keys may hold several texts that come from addresses.
    private const int MaxLength = 8_000;

    /// <summary>The size of a page: 50 if none is asked for, never more than 200. Negative sizes are refused.</summary>
    public static int Size(int asked, int usual = 50, int most = 200) => asked switch
    {
        < 0 => throw RpcError.InvalidField("page_size", "must not be negative"),
        0 => usual,
        _ => Math.Min(asked, most),
    };

    /// <summary>A token that continues after the key, for the same filter.</summary>
    public static string Encode(string key, string filter)
    {
        var text = Encoding.UTF8.GetBytes(key);
        var bytes = new byte[8 + text.Length];
        BitConverter.TryWriteBytes(bytes, Checksum(key, filter));
        text.CopyTo(bytes, 8);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The key in a token; empty for the first page.</summary>
    public static string Decode(string token, string filter)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length == 0)
        {
            return "";
        }

        if (token.Length <= MaxLength && Base64Url.IsValid(token))
        {
            var bytes = Base64Url.DecodeFromChars(token);
            if (bytes.Length >= 8 && Encoding.UTF8.GetString(bytes, 8, bytes.Length - 8) is var key && BitConverter.ToUInt64(bytes) == Checksum(key, filter))
            {
                return key;
            }
        }

        throw Invalid();
    }

    /// <summary>The error for a token that this method did not give for this filter (PAGE_TOKEN_INVALID).</summary>
    public static RpcException Invalid() =>
        RpcError.InvalidField(ErrorReason.PageTokenInvalid, "page_token", "is not one that this method gave for this filter");

    private static ulong Checksum(string key, string filter) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\0{filter}")));
}
