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

    public static StoryRow? Find(ContentTransaction content, string name) =>
        content.First($"select {Columns} where s.name = @name", Map, ("@name", name));

    public static StoryRow Get(ContentTransaction content, string name) => Find(content, name) ?? throw RpcError.NotFound(name);

    public static StoryRow? FindBySlug(ContentTransaction content, string community, string slug) => content.First(
        $"select {Columns} where s.community = @community and s.slug = @slug", Map, ("@community", community), ("@slug", slug));

    /// <summary>Stories by name, newest first (names begin with their creation time), after a name.</summary>
    public static List<StoryRow> List(ContentTransaction content, StoryFilter filter, string before, int limit)
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
        return content.All(
            $"select {Columns} {where} order by s.name desc limit @limit",
            Map,
            ("@community", filter.Community), ("@creator", filter.Creator), ("@state", (int)filter.State), ("@before", before), ("@limit", limit));
    }

    public static List<StoryRow> ListByNames(ContentTransaction content, IReadOnlyList<string> names)
    {
        var parameters = names.Select((name, index) => ($"@n{index}", (object?)name)).ToArray();
        return content.All(
            $"select {Columns} where s.name in ({string.Join(", ", parameters.Select(parameter => parameter.Item1))})", Map, parameters);
    }

    /// <summary>
    /// Writes the story and its change. Readers hear of it only if what they see has changed: then
    /// <paramref name="visible"/> is true.
    /// </summary>
    public StoryRow Write(ContentTransaction content, bool visible)
    {
        var row = this with { Version = content.NextPosition() };
        content.Execute(
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
            CommunityDisplayName = DisplayName(content, "communities", row.Working.Community),
            CreatorDisplayName = DisplayName(content, "creators", row.Working.Creator),
        };
        content.Append(
            row.Version,
            row.Name,
            new Change { Story = named.ForEditors() },
            !visible ? null : named.ForReaders() is { } story ? new Change { Story = story } : new Change { Tombstone = new() });
        return named;
    }

    public void Delete(ContentTransaction content)
    {
        content.Execute("delete from stories where name = @name", ("@name", Name));
        content.Execute("delete from revisions where story = @name", ("@name", Name));
        content.Execute("delete from sources where story = @name", ("@name", Name));
        content.Append(
            content.NextPosition(), Name, new Change { Tombstone = new() }, Published is null ? null : new Change { Tombstone = new() });
    }

    /// <summary>Keeps the working copy as a revision.</summary>
    public void WriteRevision(ContentTransaction content, string author) => content.Execute(
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

    private static string DisplayName(ContentTransaction content, string table, string name) =>
        (string?)content.Scalar($"select display_name from {table} where name = @name", ("@name", name)) ?? throw RpcError.NotFound(name);

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
