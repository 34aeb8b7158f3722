using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Stories;

/// <summary>
/// Who sees and changes which stories. A writer's own stories are those that bear their name and those whose first
/// revision they saved. A change that names no caller gets here in Development only, and may do everything.
/// </summary>
internal static class StoryAccess
{
    /// <summary>True if the story is the named caller's own.</summary>
    public static bool IsOwnedBy(this StoryRow row, string caller) =>
        caller.Length > 0 && (row.Working.Creator == caller || row.Workflow.Owner == caller);

    /// <summary>True if the caller sees the working copy, not only what was published.</summary>
    public static bool IsOpenTo(this StoryRow row, Caller caller) =>
        caller.IsEditor || (caller.Has(Caller.WriterRole) && row.IsOwnedBy(caller.Name));

    /// <summary>The story as the caller sees it; null if they don't.</summary>
    public static Story? ShownTo(this StoryRow row, Caller caller) => row.IsOpenTo(caller) ? row.ForEditors() : row.ForReaders();

    /// <summary>True if the caller may do what is left to editors.</summary>
    public static bool ActsAsEditor(this Caller caller) => caller.IsAnonymous || caller.IsEditor;

    /// <summary>The story, for a change by this caller who has seen the etag.</summary>
    public static async Task<StoryRow> ForChangeAsync(ContentTransaction content, Caller caller, string name, string etag, string field = "etag")
    {
        var row = (await StoryRow.GetAsync(content, name)).RequireOwn(caller);
        EtagRule.Check(etag, row.Version, name, field);
        return row;
    }

    /// <summary>Refuses a writer whose story it is not; one that they can't even see is not found.</summary>
    public static StoryRow RequireOwn(this StoryRow row, Caller caller) => caller.ActsAsEditor() || row.IsOpenTo(caller)
        ? row
        : throw (row.Published is null ? RpcError.NotFound(row.Name) : CallerContext.MissingRole(Caller.EditorRole));

    /// <summary>Refuses a writer who edits what they have handed in, or what is scheduled.</summary>
    public static StoryRow RequireEditable(this StoryRow row, Caller caller) => row.Workflow.IsInWriting || caller.ActsAsEditor()
        ? row
        : throw RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", "it is submitted or scheduled; withdraw it before you edit it");

    /// <summary>Refuses a writer who deletes what readers have seen, or what they have handed in.</summary>
    public static StoryRow RequireDeletable(this StoryRow row, Caller caller) =>
        caller.ActsAsEditor() || row.State is not (StoryState.Published or StoryState.Archived)
            ? row.RequireEditable(caller)
            : throw CallerContext.MissingRole(Caller.EditorRole);

    /// <summary>
    /// Refuses a writer who may not publish by themselves: only under their own name, only where the community does
    /// not require a review, and not what an editor has archived.
    /// </summary>
    public static void RequirePublishable(this StoryRow row, Caller caller, Community community)
    {
        if (!caller.ActsAsEditor()
            && (row.Working.Creator != caller.Name || row.State == StoryState.Archived || community.PublishRules is { RequireReview: true }))
        {
            throw CallerContext.MissingRole(Caller.EditorRole);
        }
    }
}
