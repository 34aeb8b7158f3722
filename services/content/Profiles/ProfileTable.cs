using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Follows;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Profiles;

/// <summary>
/// The table of a kind of profile. What others change (followers, stories) and the handle stand in tables of their
/// own and are read with the profile, in one statement.
/// </summary>
/// <param name="table">The collection and the table, <c>communities</c> or <c>creators</c>.</param>
/// <param name="field">The profile's field in requests and its column in stories, <c>community</c> or <c>creator</c>.</param>
/// <param name="parser">Reads what is stored.</param>
/// <param name="payload">Puts a profile into a change.</param>
internal sealed class ProfileTable<T>(string table, string field, MessageParser<T> parser, Action<Change, T> payload)
    where T : class, IMessage<T>, IProfile
{
    private const string Counts = """
        , (select cast(coalesce(sum(k.followers), 0) as bigint) from profile_counts k where k.name = p.name)
        , (select cast(coalesce(sum(k.stories), 0) as bigint) from profile_counts k where k.name = p.name)
        """;

    private readonly string _source = $"from {table} p left join handles h on h.owner = p.name and h.is_current = 1";

    /// <summary>Makes a profile. A name or a handle that it does not bring is made from its display name.</summary>
    public async Task<T> CreateAsync(ContentTransaction content, T profile)
    {
        var created = profile.Clone();
        if (created.Name.Length == 0)
        {
            created.Name = $"{table}/{IdFor(created.DisplayName)}";
        }

        if (await FindAsync(content, created.Name) is not null)
        {
            throw RpcError.AlreadyExists(created.Name);
        }

        if (created.Handle.Length == 0)
        {
            created.Handle = await Handles.FreeAsync(content, table, created.Name[(table.Length + 1)..]);
        }

        await Handles.TakeAsync(content, table, created.Name, created.Handle, field);
        var version = await content.NextVersionAsync();
        created.Etag = Etag.Of(version);
        created.CreateTime = content.Now;
        created.UpdateTime = content.Now;
        created.FollowerCount = 0;
        created.StoryCount = 0;
        await content.ExecuteAsync(
            $"insert into {table} (name, version, display_name, message) values (@name, @version, @display_name, @message)",
            ("@name", created.Name), ("@version", version), ("@display_name", created.DisplayName), ("@message", created));
        await AppendAsync(content, version, created);
        return created;
    }

    /// <summary>The profile shown under this display name; made if there is none. Two that differ in more than letter case stay two.</summary>
    public async Task<T> GetOrCreateAsync(ContentTransaction content, string displayName, Func<string, T> make)
    {
        var id = IdFor(displayName);
        for (var attempt = 1; ; attempt++)
        {
            var name = attempt == 1 ? $"{table}/{id}" : string.Create(CultureInfo.InvariantCulture, $"{table}/{id}-{attempt}");
            var existing = await FindAsync(content, name);
            if (existing is null)
            {
                return await CreateAsync(content, make(name));
            }

            if (string.Equals(existing.DisplayName, displayName, StringComparison.OrdinalIgnoreCase))
            {
                return existing;
            }
        }
    }

    /// <summary>
    /// The profile without its counts: writers that come upon it on their way would else depend on whoever follows it
    /// or publishes in it meanwhile. Null if there is none.
    /// </summary>
    public async Task<T?> FindAsync(ContentTransaction content, string name) =>
        (await content.FirstAsync($"select p.version, p.message, h.shown {_source} where p.name = @name", Map, ("@name", name))).Profile;

    /// <summary>The profile without its counts.</summary>
    public async Task<T> GetAsync(ContentTransaction content, string name) => await FindAsync(content, name) ?? throw RpcError.NotFound(name);

    /// <summary>The profile as it is served.</summary>
    public async Task<T> GetCountedAsync(ContentTransaction content, string name) => (await LocateAsync(content, name)).Profile;

    /// <summary>The profile that has or had the handle, in whatever case.</summary>
    public async Task<T> LookupAsync(ContentTransaction content, string handle) => (await content.FirstAsync(
        $"select p.version, p.message, h.shown{Counts} {_source} where p.name = (select a.owner from handles a where a.collection = @collection and a.handle = @handle)",
        Map,
        ("@collection", table), ("@handle", Handles.Key(handle)))).Profile ?? throw RpcError.NotFound($"{table}:{handle}");

    public async Task<(List<T> Page, string NextPageToken)> ListAsync(ContentTransaction content, int pageSize, string pageToken)
    {
        var size = PageToken.Size(pageSize);
        var after = PageToken.Decode(pageToken, table);
        var page = await content.AllAsync(
            $"select p.version, p.message, h.shown{Counts} {_source} where p.name > @after order by p.name limit @limit", row => Map(row).Profile, ("@after", after), ("@limit", size + 1));
        if (page.Count <= size)
        {
            return (page, "");
        }

        page.RemoveAt(size);
        return (page, PageToken.Encode(page[^1].Name, table));
    }

    /// <summary>Takes the fields that the mask names. A handle can be changed, not taken away.</summary>
    public async Task<T> UpdateAsync(ContentTransaction content, T input, FieldMask? mask, IReadOnlyList<string> editable)
    {
        var (version, existing) = await LocateAsync(content, input.Name);
        EtagRule.Check(input.Etag, version, existing.Name, $"{field}.etag");
        var changed = existing.Clone();
        UpdateMask.Apply(mask, input, changed, editable);
        if (string.IsNullOrWhiteSpace(changed.DisplayName))
        {
            throw RpcError.InvalidField($"{field}.display_name", "is required");
        }

        if (changed.Handle.Length == 0)
        {
            changed.Handle = existing.Handle;
        }

        if (changed.Equals(existing))
        {
            return existing;
        }

        if (changed.Handle != existing.Handle)
        {
            await Handles.TakeAsync(content, table, existing.Name, changed.Handle, field);
        }

        version = await content.NextVersionAsync();
        changed.Etag = Etag.Of(version);
        changed.UpdateTime = content.Now;
        var stored = changed.Clone();
        stored.FollowerCount = 0;
        stored.StoryCount = 0;
        await content.ExecuteAsync(
            $"update {table} set version = @version, display_name = @display_name, message = @message where name = @name",
            ("@name", stored.Name), ("@version", version), ("@display_name", stored.DisplayName), ("@message", stored));
        await AppendAsync(content, version, stored);
        return changed;
    }

    /// <summary>Removes a profile without stories, with its handles and what follows it.</summary>
    public async Task<Empty> DeleteAsync(ContentTransaction content, string name, string etag)
    {
        var (version, _) = await LocateAsync(content, name);
        EtagRule.Check(etag, version, name);
        if (await content.ScalarAsync($"select 1 from stories where {field} = @name or working_{field} = @name limit 1", ("@name", name)) is not null)
        {
            throw RpcError.Precondition(Errors.V1.ErrorReason.ResourceInUse, name, "stories", "stories still belong to it");
        }

        await FollowTable.EndAllOfAsync(content, name);
        await Handles.ReleaseAsync(content, name);
        await ProfileCounts.ForgetAsync(content, name);
        await content.ExecuteAsync($"delete from {table} where name = @name", ("@name", name));
        await content.AppendTombstoneAsync(name, wasPublished: true);
        return new Empty();
    }

    /// <summary>Tells the feed's readers of every profile.</summary>
    public async Task AppendAllAsync(ContentTransaction content)
    {
        foreach (var name in await content.AllAsync($"select name from {table} order by name", row => row.GetString(0)))
        {
            var (version, profile) = await content.FirstAsync($"select p.version, p.message, h.shown {_source} where p.name = @name", Map, ("@name", name));
            await AppendAsync(content, version, profile);
        }
    }

    private async Task<(long Version, T Profile)> LocateAsync(ContentTransaction content, string name)
    {
        var found = await content.FirstAsync($"select p.version, p.message, h.shown{Counts} {_source} where p.name = @name", Map, ("@name", name));
        return found.Profile is null ? throw RpcError.NotFound(name) : found;
    }

    private async Task AppendAsync(ContentTransaction content, long version, T profile)
    {
        var change = new Change();
        payload(change, profile);
        await content.AppendAsync(version, profile.Name, change, change);
    }

    private (long Version, T Profile) Map(DbDataReader row)
    {
        var profile = row.Message(1, parser);
        profile.Handle = row.IsDBNull(2) ? "" : row.GetString(2);
        if (row.FieldCount > 3)
        {
            profile.FollowerCount = (int)row.GetInt64(3);
            profile.StoryCount = (int)row.GetInt64(4);
        }

        return (row.GetInt64(0), profile);
    }

    // A name in a script that has no Latin letters still gets an address, and always the same one.
    private static string IdFor(string displayName) =>
        Slug.From(displayName) is { Length: > 0 } slug
            ? slug
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(displayName)).AsSpan(0, 6));
}
