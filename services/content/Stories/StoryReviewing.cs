using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Stories;

/// <summary>Handing a story in, taking it back, and deciding on it, inside one transaction.</summary>
internal static class StoryReviewing
{
    /// <summary>Hands the working copy in.</summary>
    public static Task<StoryRow> SubmitAsync(ContentTransaction content, StoryRow row, Caller caller)
    {
        if (!row.Workflow.IsInWriting)
        {
            throw StateInvalid(row, "it is submitted or scheduled already");
        }

        if (row.Published is not null && row.PublishedRevision == row.Working.Revision)
        {
            throw StateInvalid(row, "it has nothing that readers don't see already");
        }

        var review = new Review { State = ReviewState.Submitted, Revision = row.Working.Revision, Submitter = caller.Name, SubmitTime = content.Now };
        return (row with { Workflow = row.Workflow with { Stage = StoryState.Submitted, Review = review } }).WriteAsync(content, visible: false);
    }

    /// <summary>Makes what is submitted or scheduled a draft again.</summary>
    public static Task<StoryRow> WithdrawAsync(ContentTransaction content, StoryRow row) => row.Workflow.IsInWriting
        ? throw StateInvalid(row, "it is neither submitted nor scheduled")
        : (row with { Workflow = row.Workflow.Withdrawn() }).WriteAsync(content, visible: false);

    /// <summary>Approves what is submitted, and publishes it if asked to, or sends it back.</summary>
    public static async Task<StoryRow> ReviewAsync(ContentTransaction content, StoryRow row, ReviewStoryRequest request, Caller caller)
    {
        if (row.Workflow.Stage != StoryState.Submitted)
        {
            throw StateInvalid(row, "it is not submitted");
        }

        var text = await row.TextOfAsync(content, request.Revision, "revision");
        var review = row.Workflow.Review?.Clone() ?? new Review();
        review.State = request.Verdict == ReviewVerdict.Approve ? ReviewState.Approved : ReviewState.Returned;
        review.Revision = text.Revision;
        review.Reviewer = caller.Name;
        review.ReviewTime = content.Now;
        review.Reasons.Clear();
        review.Reasons.Add(request.Reasons);
        var stage = StoryState.Submitted;
        if (request.Verdict == ReviewVerdict.Return)
        {
            RequireSections(request, text);
            stage = StoryState.Returned;
        }

        var reviewed = row with { Workflow = row.Workflow with { Stage = stage, Review = review } };
        var published = request.Publish ? await StoryPublishing.PublishAsync(content, reviewed, text.Revision, caller) : reviewed;
        return ReferenceEquals(published, reviewed) ? await reviewed.WriteAsync(content, visible: false) : published;
    }

    private static void RequireSections(ReviewStoryRequest request, Story text)
    {
        for (var i = 0; i < request.Reasons.Count; i++)
        {
            var section = request.Reasons[i].Section;
            if (section.Length > 0 && !text.Sections.Any(candidate => candidate.Id == section))
            {
                throw RpcError.InvalidField(
                    string.Create(CultureInfo.InvariantCulture, $"reasons[{i}].section"), "is not a section of the revision that was read");
            }
        }
    }

    private static Grpc.Core.RpcException StateInvalid(StoryRow row, string message) =>
        RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", message);
}
