using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Comments;

/// <summary>What commenting needs to know of a story.</summary>
/// <param name="Name">The story's name.</param>
/// <param name="Published">True if readers see it.</param>
/// <param name="Community">Its community.</param>
/// <param name="StoryClosed">True if the story takes no comments.</param>
/// <param name="CommunityClosed">True if its community takes none.</param>
/// <param name="PreModerated">True if comments wait for a moderator.</param>
/// <param name="LastId">Id of its newest comment; empty if it never had one.</param>
internal sealed record CommentedStory(
    string Name, bool Published, string Community, bool StoryClosed, bool CommunityClosed, bool PreModerated, string LastId)
{
    public static Task<CommentedStory?> FindAsync(ContentTransaction content, string name) => content.FirstAsync(
        """
        select case when s.published is null then 0 else 1 end, s.community, coalesce(sp.comments, 0), coalesce(cp.comments, 0), coalesce(cp.moderation, 0), coalesce(k.last_id, '')
        from stories s left join comment_policies sp on sp.resource = s.name left join comment_policies cp on cp.resource = s.community
          left join comment_counts k on k.story = s.name
        where s.name = @name
        """,
        row => new CommentedStory(
            name,
            row.GetInt32(0) == 1,
            row.GetString(1),
            row.GetInt32(2) == (int)CommentSwitch.Closed,
            row.GetInt32(3) == (int)CommentSwitch.Closed,
            row.GetInt32(4) == (int)CommentModeration.Pre,
            row.GetString(5)),
        ("@name", name));

    /// <summary>The story that readers see, or not found.</summary>
    public static async Task<CommentedStory> GetPublishedAsync(ContentTransaction content, string name) =>
        await FindAsync(content, name) is { Published: true } story ? story : throw RpcError.NotFound(name);

    /// <summary>Refuses to take what a reader writes if comments are closed here.</summary>
    public void CheckOpen()
    {
        if (StoryClosed || CommunityClosed)
        {
            throw RpcError.Precondition(ErrorReason.CommentsClosed, StoryClosed ? Name : Community, "comments", "takes no comments");
        }
    }
}
