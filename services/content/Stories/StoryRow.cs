using System.Data.Common;
using Broadsheet.Content.Comments;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Stories;

/// <summary>A story as it is stored: its working copy, what that is at, what readers see, and the names shown beside each.</summary>
internal sealed record StoryRow(
    string Name, long Version, StoryState State, Story Working, int PublishedRevision, Story? Published, StoryNames WorkingNames, StoryNames PublishedNames,
    StoryWorkflow Workflow)
{
    private const string Columns = $"""
        s.name, s.version, s.state, s.working, s.published_revision, s.published,
        wc.display_name, wa.display_name, c.display_name, a.display_name, {StoryWorkflow.Columns}
        from stories s join communities c on c.name = s.community join creators a on a.name = s.creator
          join communities wc on wc.name = s.working_community join creators wa on wa.name = s.working_creator
        """;

    /// <summary>The story as editors and its writer see it: the working copy.</summary>
    public Story ForEditors()
    {
        var story = Complete(Working.Clone(), WorkingNames);
        Workflow.Show(story);
        return story;
    }

    /// <summary>The story as readers see it; null if they don't.</summary>
    public Story? ForReaders() => Published is null ? null : Complete(Published.Clone(), PublishedNames);

    public static Task<StoryRow?> FindAsync(ContentTransaction content, string name) =>
        content.FirstAsync($"select {Columns} where s.name = @name", Map, ("@name", name));

    public static async Task<StoryRow> GetAsync(ContentTransaction content, string name) => await FindAsync(content, name) ?? throw RpcError.NotFound(name);

    /// <summary>The story whose address this is or was.</summary>
    public static Task<StoryRow?> FindBySlugAsync(ContentTransaction content, string community, string slug) => content.FirstAsync(
        $"select {Columns} where s.name = (select a.story from story_slugs a where a.community = @community and a.slug = @slug)",
        Map,
        ("@community", community), ("@slug", slug));

    /// <summary>Stories by name, newest first (names begin with their creation time), after a name.</summary>
    public static Task<List<StoryRow>> ListAsync(ContentTransaction content, StoryFilter filter, string before, int limit)
    {
        var conditions = new List<string>();
        if (filter.Community.Length > 0)
        {
            conditions.Add(filter.SeesAll ? "s.working_community = @community" : "s.community = @community");
        }

        if (filter.Creator.Length > 0)
        {
            conditions.Add(filter.SeesAll ? "s.working_creator = @creator" : "s.creator = @creator");
        }

        if (filter.State != StoryState.Unspecified)
        {
            conditions.Add("s.state = @state");
        }

        if (filter.ReviewState != ReviewState.Unspecified)
        {
            // Said twice, because an index of reviewed stories alone is used only where that is plain.
            conditions.Add("s.review_state <> 0 and s.review_state = @review_state");
        }

        if (!filter.SeesAll)
        {
            // Reviews are told of the own stories alone, also of those that are published.
            var published = filter.ReviewState == ReviewState.Unspecified ? "s.published is not null" : "1 = 0";
            conditions.Add(filter.Writer.Length == 0 ? published : $"({published} or s.working_creator = @writer or s.owner = @writer)");
        }

        if (before.Length > 0)
        {
            conditions.Add("s.name < @before");
        }

        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
        return content.AllAsync(
            $"select {Columns} {where} order by s.name desc limit @limit",
            Map,
            ("@community", filter.Community), ("@creator", filter.Creator), ("@state", (int)filter.State), ("@review_state", (int)filter.ReviewState),
            ("@writer", filter.Writer), ("@before", before), ("@limit", limit));
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
        var state = Published is not null ? StoryState.Published : State == StoryState.Archived ? StoryState.Archived : Workflow.Stage;
        var shown = Published ?? Working;
        var working = await NamesAsync(content, Working);
        var row = this with
        {
            Version = await content.NextVersionAsync(),
            State = state,
            WorkingNames = working,
            PublishedNames = (shown.Community, shown.Creator) == (Working.Community, Working.Creator) ? working : await NamesAsync(content, shown),
        };
        var (review, schedule) = (Workflow.Review, Workflow.Schedule);
        await content.ExecuteAsync(
            """
            insert into stories (name, version, state, community, creator, slug, working, published_revision, published,
              working_community, working_creator, stage, owner, review, review_state, schedule_time, schedule_revision, scheduler)
            values (@name, @version, @state, @community, @creator, @slug, @working, @published_revision, @published,
              @working_community, @working_creator, @stage, @owner, @review, @review_state, @schedule_time, @schedule_revision, @scheduler)
            on conflict (name) do update set version = excluded.version, state = excluded.state, community = excluded.community,
              creator = excluded.creator, slug = excluded.slug, working = excluded.working,
              published_revision = excluded.published_revision, published = excluded.published,
              working_community = excluded.working_community, working_creator = excluded.working_creator,
              stage = excluded.stage, owner = excluded.owner, review = excluded.review, review_state = excluded.review_state,
              schedule_time = excluded.schedule_time, schedule_revision = excluded.schedule_revision, scheduler = excluded.scheduler
            """,
            ("@name", row.Name), ("@version", row.Version), ("@state", (int)row.State), ("@community", shown.Community), ("@creator", shown.Creator),
            ("@slug", shown.Slug), ("@working_community", Working.Community), ("@working_creator", Working.Creator),
            ("@working", row.Working), ("@published_revision", row.PublishedRevision), ("@published", row.Published),
            ("@stage", (int)Workflow.Stage), ("@owner", Workflow.Owner), ("@review", review), ("@review_state", (int)(review?.State ?? ReviewState.Unspecified)),
            ("@schedule_time", schedule is null ? null : ContentTransaction.ToMicroseconds(schedule.Time)), ("@schedule_revision", schedule?.Revision ?? 0),
            ("@scheduler", schedule?.Scheduler ?? ""));
        // Every address that a story ever had stays its own. Who has it was looked up before.
        await content.ExecuteAsync(
            "insert into story_slugs (community, slug, story) values (@community, @slug, @name) on conflict (community, slug) do nothing",
            ("@community", row.Working.Community), ("@slug", row.Working.Slug), ("@name", row.Name));
        await content.AppendAsync(
            row.Version,
            row.Name,
            new Change { Story = row.ForEditors() },
            !visible ? null : row.ForReaders() is { } story ? new Change { Story = story } : new Change { Tombstone = new() });
        if (visible)
        {
            await StoryComments.FollowAsync(content, row.Name, isPublished: row.Published is not null);
        }

        return row;
    }

    /// <summary>Tells the feed's readers of every story.</summary>
    public static async Task AppendAllAsync(ContentTransaction content)
    {
        foreach (var name in await content.AllAsync("select name from stories order by name", row => row.GetString(0)))
        {
            var story = await GetAsync(content, name);
            await content.AppendAsync(
                story.Version, name, new Change { Story = story.ForEditors() }, story.ForReaders() is { } published ? new Change { Story = published } : null);
        }
    }

    public async Task DeleteAsync(ContentTransaction content)
    {
        await StoryComments.RemoveAsync(content, Name);
        await content.ExecuteAsync("delete from stories where name = @name", ("@name", Name));
        await content.ExecuteAsync("delete from story_slugs where story = @name", ("@name", Name));
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

    /// <summary>A revision's text as it was saved; null if there is none of that number.</summary>
    public static Task<Story?> FindRevisionAsync(ContentTransaction content, string story, int revision) => content.FirstAsync(
        "select message from revisions where story = @story and revision = @revision",
        row => row.Message(0, Story.Parser), ("@story", story), ("@revision", revision));

    /// <summary>
    /// The text of a revision (0: the newest) as it would appear: under the story's present address, community and
    /// creator. <paramref name="field"/> is what asked for it.
    /// </summary>
    public async Task<Story> TextOfAsync(ContentTransaction content, int revision, string field)
    {
        if (revision == 0 || revision == Working.Revision)
        {
            return Working.Clone();
        }

        var text = await FindRevisionAsync(content, Name, revision) ?? throw RpcError.InvalidField(field, "is not a revision of the story");
        (text.Slug, text.Community, text.Creator) = (Working.Slug, Working.Community, Working.Creator);
        return text;
    }

    private Story Complete(Story story, StoryNames names)
    {
        story.Name = Name;
        story.Etag = Etag.Of(Version);
        story.State = State;
        story.PublishedRevision = PublishedRevision;
        story.CommunityDisplayName = names.Community;
        story.CreatorDisplayName = names.Creator;
        return story;
    }

    private static async Task<StoryNames> NamesAsync(ContentTransaction content, Story story) => new(
        await DisplayNameAsync(content, "communities", story.Community), await DisplayNameAsync(content, "creators", story.Creator));

    private static async Task<string> DisplayNameAsync(ContentTransaction content, string table, string name) =>
        (string?)await content.ScalarAsync($"select display_name from {table} where name = @name", ("@name", name)) ?? throw RpcError.NotFound(name);

    private static StoryRow Map(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        (StoryState)row.GetInt32(2),
        row.Message(3, Story.Parser),
        row.GetInt32(4),
        row.IsDBNull(5) ? null : row.Message(5, Story.Parser),
        new StoryNames(row.GetString(6), row.GetString(7)),
        new StoryNames(row.GetString(8), row.GetString(9)),
        StoryWorkflow.Map(row, 10));
}

/// <summary>Display names shown beside a story.</summary>
internal sealed record StoryNames(string Community, string Creator)
{
    /// <summary>Of a story that was not written yet: writing looks them up.</summary>
    public static readonly StoryNames Unknown = new("", "");
}

/// <summary>Which stories to list, and for whom.</summary>
/// <param name="Community">Only of this one, unless empty.</param>
/// <param name="Creator">Only by this one, unless empty.</param>
/// <param name="State">Only in this state, unless unspecified.</param>
/// <param name="ReviewState">Only those whose review stands so, unless unspecified.</param>
/// <param name="SeesAll">True for editors; anyone else gets what is published.</param>
/// <param name="Writer">The writer who gets their own stories beside that; empty for none.</param>
internal sealed record StoryFilter(string Community, string Creator, StoryState State, ReviewState ReviewState, bool SeesAll, string Writer)
{
    /// <summary>What a page token is bound to.</summary>
    public string Key => $"stories|{Community}|{Creator}|{(int)State}|{(int)ReviewState}|{SeesAll}|{Writer}";
}
