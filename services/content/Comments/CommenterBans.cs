using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Comments;

/// <summary>Who may not comment. A ban that has ended counts as none and goes when it is replaced or lifted.</summary>
internal static class CommenterBans
{
    private const long Never = long.MaxValue;

    /// <summary>Refuses a reader who is banned on the site or in the community.</summary>
    public static async Task CheckAsync(ContentTransaction content, string reader, string community)
    {
        var ban = await content.FirstAsync(
            "select message from comment_bans where reader = @reader and community in ('', @community) and expire_time > @now order by expire_time desc, community limit 1",
            row => row.Message(0, CommenterBan.Parser),
            ("@reader", reader), ("@community", community), ("@now", ContentTransaction.ToMicroseconds(content.Now)));
        if (ban is null)
        {
            return;
        }

        var metadata = new Dictionary<string, string>();
        if (ban.ExpireTime is { } end)
        {
            // Timestamp writes itself as JSON does: RFC 3339 in quotes.
            metadata["expire_time"] = end.ToString().Trim('"');
        }

        if (ban.Community.Length > 0)
        {
            metadata["community"] = ban.Community;
        }

        throw RpcError.Of(ErrorReason.CommenterBanned, "this caller is banned from commenting here", metadata);
    }

    public static async Task<CommenterBan> SetAsync(ContentTransaction content, CommenterBan ban)
    {
        if (ban.Community.Length > 0 && await content.ScalarAsync("select 1 from communities where name = @name", ("@name", ban.Community)) is null)
        {
            throw RpcError.NotFound(ban.Community);
        }

        if (ban.ExpireTime is { } end && end <= content.Now)
        {
            throw RpcError.InvalidField("expire_time", "must lie in the future");
        }

        await content.ExecuteAsync(
            """
            insert into comment_bans (reader, community, expire_time, message) values (@reader, @community, @expire, @message)
            on conflict (reader, community) do update set expire_time = excluded.expire_time, message = excluded.message
            """,
            ("@reader", ban.Reader), ("@community", ban.Community),
            ("@expire", ban.ExpireTime is null ? Never : ContentTransaction.ToMicroseconds(ban.ExpireTime)), ("@message", ban));
        return ban;
    }

    /// <summary>Lifts a ban; false if there is none in force.</summary>
    public static async Task<bool> LiftAsync(ContentTransaction content, string reader, string community) => await content.ExecuteAsync(
        "delete from comment_bans where reader = @reader and community = @community and expire_time > @now",
        ("@reader", reader), ("@community", community), ("@now", ContentTransaction.ToMicroseconds(content.Now))) > 0;

    /// <summary>Bans in force, by reader and community, after a reader and community.</summary>
    public static Task<List<CommenterBan>> ListAsync(ContentTransaction content, ListBansRequest request, (string Reader, string Community) after, int limit)
    {
        var condition = "(reader, community) > (@after_reader, @after_community) and expire_time > @now"
            + (request.Community.Length > 0 ? " and community = @community" : "")
            + (request.Reader.Length > 0 ? " and reader = @reader" : "");
        return content.AllAsync(
            $"select message from comment_bans where {condition} order by reader, community limit @limit",
            row => row.Message(0, CommenterBan.Parser),
            ("@after_reader", after.Reader), ("@after_community", after.Community), ("@now", ContentTransaction.ToMicroseconds(content.Now)),
            ("@community", request.Community), ("@reader", request.Reader), ("@limit", limit));
    }
}
