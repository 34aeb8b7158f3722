using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Storage;

/// <summary>
/// The table of a kind of resource that stories refer to by name and show by display name: communities and
/// creators. Which kind is said by the accessors of its message.
/// </summary>
internal sealed class ProfileTable<T>(
    string table, MessageParser<T> parser, Func<T, string> nameOf, Func<T, string> displayNameOf, Action<T, ProfileFields> set, Action<Change, T> payload)
    where T : class, IMessage<T>
{
    /// <summary>The collection's name, <c>communities</c> or <c>creators</c>.</summary>
    public string Collection => table;

    public async Task<T> CreateAsync(ContentTransaction content, T profile)
    {
        var name = nameOf(profile);
        if (name.Length == 0)
        {
            name = $"{table}/{IdFor(displayNameOf(profile))}";
        }

        if (await FindAsync(content, name) is not null)
        {
            throw RpcError.AlreadyExists(name);
        }

        var created = profile.Clone();
        var version = await content.NextVersionAsync();
        set(created, new ProfileFields(name, version, content.Now, content.Now));
        await content.ExecuteAsync(
            $"insert into {table} (name, version, display_name, message) values (@name, @version, @display_name, @message)",
            ("@name", name), ("@version", version), ("@display_name", displayNameOf(created)), ("@message", created));
        await AppendAsync(content, version, name, created);
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

            if (string.Equals(displayNameOf(existing), displayName, StringComparison.OrdinalIgnoreCase))
            {
                return existing;
            }
        }
    }

    public Task<T?> FindAsync(ContentTransaction content, string name) => content.FirstAsync(
        $"select message from {table} where name = @name", row => row.Message(0, parser), ("@name", name));

    public async Task<T> GetAsync(ContentTransaction content, string name) => await FindAsync(content, name) ?? throw RpcError.NotFound(name);

    public async Task<(List<T> Page, string NextPageToken)> ListAsync(ContentTransaction content, int pageSize, string pageToken)
    {
        var size = PageToken.Size(pageSize);
        var after = PageToken.Decode(pageToken, table);
        var page = await content.AllAsync(
            $"select message from {table} where name > @after order by name limit @limit", row => row.Message(0, parser), ("@after", after), ("@limit", size + 1));
        if (page.Count <= size)
        {
            return (page, "");
        }

        page.RemoveAt(size);
        return (page, PageToken.Encode(nameOf(page[^1]), table));
    }

    public async Task<T> UpdateAsync(
        ContentTransaction content, string name, string etag, string field, T input, FieldMask? mask, IReadOnlyList<string> editable)
    {
        var (version, existing) = await LocateAsync(content, name);
        EtagRule.Check(etag, version, name, $"{field}.etag");
        var changed = existing.Clone();
        UpdateMask.Apply(mask, input, changed, editable);
        if (string.IsNullOrWhiteSpace(displayNameOf(changed)))
        {
            throw RpcError.InvalidField($"{field}.display_name", "is required");
        }

        if (changed.Equals(existing))
        {
            return existing;
        }

        var next = await content.NextVersionAsync();
        set(changed, new ProfileFields(name, next, null, content.Now));
        await content.ExecuteAsync(
            $"update {table} set version = @version, display_name = @display_name, message = @message where name = @name",
            ("@name", name), ("@version", next), ("@display_name", displayNameOf(changed)), ("@message", changed));
        await AppendAsync(content, next, name, changed);
        return changed;
    }

    public async Task<Empty> DeleteAsync(ContentTransaction content, string name, string etag, string storyColumn)
    {
        var (version, _) = await LocateAsync(content, name);
        EtagRule.Check(etag, version, name);
        if (await content.ScalarAsync($"select 1 from stories where {storyColumn} = @name limit 1", ("@name", name)) is not null)
        {
            throw RpcError.Precondition(Errors.V1.ErrorReason.ResourceInUse, name, "stories", "stories still belong to it");
        }

        await content.ExecuteAsync($"delete from {table} where name = @name", ("@name", name));
        await content.AppendTombstoneAsync(name, wasPublished: true);
        return new Empty();
    }

    private async Task<(long Version, T Profile)> LocateAsync(ContentTransaction content, string name)
    {
        var found = await content.FirstAsync(
            $"select version, message from {table} where name = @name", row => (Version: row.GetInt64(0), Profile: row.Message(1, parser)), ("@name", name));
        return found.Profile is null ? throw RpcError.NotFound(name) : found;
    }

    private Task AppendAsync(ContentTransaction content, long version, string name, T profile)
    {
        var change = new Change();
        payload(change, profile);
        return content.AppendAsync(version, name, change, change);
    }

    // A name in a script that has no Latin letters still gets an address, and always the same one.
    private static string IdFor(string displayName) =>
        Slug.From(displayName) is { Length: > 0 } slug
            ? slug
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(displayName)).AsSpan(0, 6));
}

/// <summary>The output-only fields of a profile.</summary>
/// <param name="Name">Resource name.</param>
/// <param name="Version">From which the etag is made.</param>
/// <param name="CreateTime">Null to keep it.</param>
/// <param name="UpdateTime">When it changed.</param>
internal sealed record ProfileFields(string Name, long Version, Timestamp? CreateTime, Timestamp UpdateTime)
{
    public string Etag => Contracts.Etag.Of(Version);
}
