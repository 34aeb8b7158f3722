using System.Data.Common;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Stories;

/// <summary>A story as it is stored: its working copy, what readers see, and the names shown beside it.</summary>
internal sealed record StoryRow(
    string Name, long Version, StoryState State, Story Working, int PublishedRevision, Story? Published, string CommunityDisplayName, string CreatorDisplayName)
{
    private const string Columns = """
        s.name, s.version, s.state, s.working, s.published_revision, s.published, c.display_name, a.display_name
        from stories s join communities c on c.name = s.community join creators a on a.name = s.creator
        """;

    /// <summary>The story as editors see it: the working copy.</summary>
    public Story ForEditors() => Complete(Working.Clone());

    /// <summary>The story as readers see it; null if they don't.</summary>
    public Story? ForReaders() => Published is null ? null : Complete(Published.Clone());

    public static Task<StoryRow?> FindAsync(ContentTransaction content, string name) =>
        content.FirstAsync($"select {Columns} where s.name = @name", Map, ("@name", name));

    public static async Task<StoryRow> GetAsync(ContentTransaction content, string name) => await FindAsync(content, name) ?? throw RpcError.NotFound(name);

    public static Task<StoryRow?> FindBySlugAsync(ContentTransaction content, string community, string slug) => content.FirstAsync(
        $"select {Columns} where s.community = @community and s.slug = @slug", Map, ("@community", community), ("@slug", slug));

    /// <summary>Stories by name, newest first (names begin with their creation time), after a name.</summary>
    public static Task<List<StoryRow>> ListAsync(ContentTransaction content, StoryFilter filter, string before, int limit)
    {
        var conditions = new List<string>();
        if (filter.Community.Length > 0)
        {
            conditions.Add("s.community = @community");
        }

        if (filter.Creator.Length > 0)
        {
            conditions.Add("s.creator = @creator");
        }

        if (filter.State != StoryState.Unspecified)
        {
            conditions.Add("s.state = @state");
        }

        if (filter.PublishedOnly)
        {
            conditions.Add("s.published is not null");
        }

        if (before.Length > 0)
        {
            conditions.Add("s.name < @before");
        }

        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
        return content.AllAsync(
            $"select {Columns} {where} order by s.name desc limit @limit",
            Map,
            ("@community", filter.Community), ("@creator", filter.Creator), ("@state", (int)filter.State), ("@before", before), ("@limit", limit));
    }

    public static Task<List<StoryRow>> ListByNamesAsync(ContentTransaction content, IReadOnlyList<string> names)
    {
        var parameters = names.Select((name, index) => ($"@n{index}", (object?)name)).ToArray();
        return content.AllAsync(
            $"select {Columns} where s.name in ({string.Join(", ", parameters.Select(parameter => parameter.Item1))})", Map, parameters);
    }

    /// <summary>
    /// Writes the story and its change. Readers hear of it only if what they see has changed: then
    /// <paramref name="visible"/> is true.
    /// </summary>
    public async Task<StoryRow> WriteAsync(ContentTransaction content, bool visible)
    {
        var row = this with { Version = await content.NextVersionAsync() };
        await content.ExecuteAsync(
            """
            insert into stories (name, version, state, community, creator, slug, working, published_revision, published)
            values (@name, @version, @state, @community, @creator, @slug, @working, @published_revision, @published)
            on conflict (name) do update set version = excluded.version, state = excluded.state, community = excluded.community,
              creator = excluded.creator, slug = excluded.slug, working = excluded.working,
              published_revision = excluded.published_revision, published = excluded.published
            """,
            ("@name", row.Name), ("@version", row.Version), ("@state", (int)row.State), ("@community", row.Working.Community), ("@creator", row.Working.Creator),
            ("@slug", row.Working.Slug), ("@working", row.Working), ("@published_revision", row.PublishedRevision), ("@published", row.Published));
        var named = row with
        {
            CommunityDisplayName = await DisplayNameAsync(content, "communities", row.Working.Community),
            CreatorDisplayName = await DisplayNameAsync(content, "creators", row.Working.Creator),
        };
        await content.AppendAsync(
            row.Version,
            row.Name,
            new Change { Story = named.ForEditors() },
            !visible ? null : named.ForReaders() is { } story ? new Change { Story = story } : new Change { Tombstone = new() });
        return named;
    }

    public async Task DeleteAsync(ContentTransaction content)
    {
        await content.ExecuteAsync("delete from stories where name = @name", ("@name", Name));
        await content.ExecuteAsync("delete from revisions where story = @name", ("@name", Name));
        await content.ExecuteAsync("delete from sources where story = @name", ("@name", Name));
        await content.AppendTombstoneAsync(Name, wasPublished: Published is not null);
    }

    /// <summary>Keeps the working copy as a revision.</summary>
    public Task WriteRevisionAsync(ContentTransaction content, string author) => content.ExecuteAsync(
        "insert into revisions (story, revision, create_time, author, message) values (@story, @revision, @time, @author, @message)",
        ("@story", Name),
        ("@revision", Working.Revision),
        ("@time", ContentTransaction.ToMicroseconds(content.Now)),
        ("@author", author),
        ("@message", Working));

    private Story Complete(Story story)
    {
        story.Name = Name;
        story.Etag = Etag.Of(Version);
        story.State = State;
        story.PublishedRevision = PublishedRevision;
        story.CommunityDisplayName = CommunityDisplayName;
        story.CreatorDisplayName = CreatorDisplayName;
        return story;
    }

    private static async Task<string> DisplayNameAsync(ContentTransaction content, string table, string name) =>
        (string?)await content.ScalarAsync($"select display_name from {table} where name = @name", ("@name", name)) ?? throw RpcError.NotFound(name);

    private static StoryRow Map(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        (StoryState)row.GetInt32(2),
        row.Message(3, Story.Parser),
        row.GetInt32(4),
        row.IsDBNull(5) ? null : row.Message(5, Story.Parser),
        row.GetString(6),
        row.GetString(7));
}

/// <summary>Which stories to list.</summary>
internal sealed record StoryFilter(string Community, string Creator, StoryState State, bool PublishedOnly)
{
    /// <summary>What a page token is bound to.</summary>
    public string Key => $"stories|{Community}|{Creator}|{(int)State}|{PublishedOnly}";
}
