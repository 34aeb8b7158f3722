using System.Data.Common;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Profiles;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Follows;

/// <summary>Who follows what. Inside one transaction a follow, the count of followers and the feed move together.</summary>
internal static class FollowTable
{
    private const string Columns = """
        f.reader, f.followed, f.create_time, coalesce(a.display_name, c.display_name, ''), coalesce(h.shown, '')
        from follows f left join creators a on a.name = f.followed left join communities c on c.name = f.followed
        left join handles h on h.owner = f.followed and h.is_current = 1
        """;

    /// <summary>Makes the reader follow; the follow that is there already stays as it is. Null if there is nothing of that name.</summary>
    public static async Task<Follow?> StartAsync(ContentTransaction content, string reader, string followed)
    {
        // The insert itself looks whether the follow is there: a look of its own would make all who follow the same at
        // once depend on each other.
        var (kind, table) = KindOf(followed);
        var isNew = await content.ExecuteAsync(
            $"""
            insert into follows (reader, followed, kind, create_time) select @reader, p.name, @kind, @time from {table} p where p.name = @followed
            on conflict (reader, followed) do nothing
            """,
            ("@reader", reader), ("@followed", followed), ("@kind", (int)kind), ("@time", ContentTransaction.ToMicroseconds(content.Now))) == 1;
        if (isNew)
        {
            await ProfileCounts.AddFollowersAsync(content, followed, reader, 1);
            var follow = new Follow { Name = NameOf(reader, followed), Reader = reader, Followed = followed, CreateTime = content.Now };
            await content.AppendAsync(await content.NextVersionAsync(), follow.Name, new Change { Follow = follow }, published: null);
        }

        return await content.FirstAsync(
            $"select {Columns} where f.reader = @reader and f.followed = @followed", Map, ("@reader", reader), ("@followed", followed));
    }

    /// <summary>Counts every follow, and tells the feed's readers of it.</summary>
    public static async Task AppendAllAsync(ContentTransaction content)
    {
        foreach (var (reader, followed, time) in await content.AllAsync(
            "select reader, followed, create_time from follows order by reader, followed",
            row => (row.GetString(0), row.GetString(1), ContentTransaction.FromMicroseconds(row.GetInt64(2)))))
        {
            await ProfileCounts.AddFollowersAsync(content, followed, reader, 1);
            var follow = new Follow { Name = NameOf(reader, followed), Reader = reader, Followed = followed, CreateTime = time };
            await content.AppendAsync(await content.NextVersionAsync(), follow.Name, new Change { Follow = follow }, published: null);
        }
    }

    /// <summary>Ends a follow, if there is one.</summary>
    public static async Task EndAsync(ContentTransaction content, string reader, string followed)
    {
        if (await content.ExecuteAsync("delete from follows where reader = @reader and followed = @followed", ("@reader", reader), ("@followed", followed)) == 1)
        {
            await EndedAsync(content, reader, followed);
        }
    }

    /// <summary>Ends all follows by a reader and returns how many there were.</summary>
    public static async Task<int> EndAllByAsync(ContentTransaction content, string reader)
    {
        var ended = await content.AllAsync("delete from follows where reader = @reader returning followed", row => row.GetString(0), ("@reader", reader));
        foreach (var followed in ended)
        {
            await EndedAsync(content, reader, followed);
        }

        return ended.Count;
    }

    /// <summary>Ends all follows of something that is going.</summary>
    public static async Task EndAllOfAsync(ContentTransaction content, string followed)
    {
        var ended = await content.AllAsync("delete from follows where followed = @followed returning reader", row => row.GetString(0), ("@followed", followed));
        foreach (var reader in ended)
        {
            await EndedAsync(content, reader, followed);
        }
    }

    /// <summary>What a reader follows, the newest first, after a place in that order.</summary>
    public static Task<List<Follow>> ListAsync(ContentTransaction content, string reader, FollowKind kind, FollowPlace? after, int limit) => content.AllAsync(
        $"""
        select {Columns} where f.reader = @reader {(kind == FollowKind.Unspecified ? "" : "and f.kind = @kind")}
        {(after is null ? "" : "and (f.create_time, f.followed) < (@time, @followed)")}
        order by f.create_time desc, f.followed desc limit @limit
        """,
        Map,
        ("@reader", reader), ("@kind", (int)kind), ("@time", after?.CreateTime ?? 0), ("@followed", after?.Followed ?? ""), ("@limit", limit));

    private static async Task EndedAsync(ContentTransaction content, string reader, string followed)
    {
        await ProfileCounts.AddFollowersAsync(content, followed, reader, -1);
        await content.AppendTombstoneAsync(NameOf(reader, followed), wasPublished: false);
    }

    private static (FollowKind Kind, string Table) KindOf(string followed) => followed.StartsWith("creators/", StringComparison.Ordinal)
        ? (FollowKind.Creator, "creators")
        : (FollowKind.Community, "communities");

    private static string NameOf(string reader, string followed) => $"{reader}/follows/{followed.Replace('/', '~')}";

    private static Follow Map(DbDataReader row) => new()
    {
        Name = NameOf(row.GetString(0), row.GetString(1)),
        Reader = row.GetString(0),
        Followed = row.GetString(1),
        CreateTime = ContentTransaction.FromMicroseconds(row.GetInt64(2)),
        DisplayName = row.GetString(3),
        Handle = row.GetString(4),
    };
}

/// <summary>A place in the list of what a reader follows.</summary>
/// <param name="CreateTime">Since when, in Unix microseconds.</param>
/// <param name="Followed">What is followed.</param>
internal sealed record FollowPlace(long CreateTime, string Followed);
