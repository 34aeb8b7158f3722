using System.Collections.Frozen;
using Broadsheet.Content.Communities;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Stories;

/// <summary>Showing stories to readers, now or at a time, and taking them back, inside one transaction.</summary>
internal static class StoryPublishing
{
    // A story is returned with a reason per section at fault; the list stays readable.
    private const int MaxReasons = 50;

    /// <summary>
    /// Shows a revision (0: the newest) to readers, if it has what its community requires; nothing happens if they see
    /// it already. Without a publisher the rules hold as for one who is no editor.
    /// </summary>
    public static async Task<StoryRow> PublishAsync(ContentTransaction content, StoryRow row, int revision, Caller? publisher)
    {
        var text = await row.TextOfAsync(content, revision, "revision");
        if (row.Published is not null && row.PublishedRevision == text.Revision)
        {
            return row;
        }

        StoryChecks.Require(await CheckAsync(content, row, text, publisher), row.Name);
        return await ShowAsync(content, row, text);
    }

    /// <summary>How a revision stands against the rules of its community, as this caller would publish it.</summary>
    public static async Task<StoryChecklist> CheckAsync(ContentTransaction content, StoryRow row, Story text, Caller? publisher)
    {
        var community = await CommunityRpc.Table.GetAsync(content, row.Working.Community);
        var review = row.Workflow.Review;
        var isApproved = review?.State == ReviewState.Approved && review.Revision == text.Revision && !row.IsOwnedBy(review.Reviewer);
        var approves = publisher is not null && publisher.ActsAsEditor() && !row.IsOwnedBy(publisher.Name);
        var checklist = StoryChecks.Of(text, community, isReviewed: isApproved || approves);
        checklist.Name = row.Name;
        return checklist;
    }

    /// <summary>Lets a revision (0: the newest) appear at a time to come.</summary>
    public static async Task<StoryRow> ScheduleAsync(ContentTransaction content, StoryRow row, Timestamp time, int revision, Caller scheduler)
    {
        var due = ContentTransaction.FromMicroseconds(ContentTransaction.ToMicroseconds(time));
        if (due <= content.Now)
        {
            throw RpcError.InvalidField("schedule_time", "must be in the future");
        }

        var text = await row.TextOfAsync(content, revision, "revision");
        if (row.Published is not null && row.PublishedRevision == text.Revision)
        {
            throw RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", "readers see this revision already");
        }

        StoryChecks.Require(await CheckAsync(content, row, text, scheduler), row.Name);
        var schedule = new StorySchedule(due, text.Revision, scheduler.Name);
        return schedule == row.Workflow.Schedule
            ? row
            : await (row with { Workflow = row.Workflow with { Stage = StoryState.Scheduled, Schedule = schedule } }).WriteAsync(content, visible: false);
    }

    /// <summary>
    /// Publishes the story if it is due, as its scheduler would. What its community requires may have changed: a story
    /// that lacks it is returned with the reasons. Null if it is not due (any more).
    /// </summary>
    public static async Task<StoryRow?> PublishDueAsync(ContentTransaction content, string name)
    {
        // Looked at in the transaction that publishes: of two replicas that saw it due, one finds it done.
        if (await StoryRow.FindAsync(content, name) is not { Workflow.Schedule: { } schedule } row || schedule.Time > content.Now)
        {
            return null;
        }

        var text = await row.TextOfAsync(content, schedule.Revision, "revision");
        var scheduler = new Caller(schedule.Scheduler, FrozenSet.ToFrozenSet([Caller.EditorRole], StringComparer.Ordinal));
        var checklist = await CheckAsync(content, row, text, scheduler);
        return checklist.Passed ? await ShowAsync(content, row, text) : await ReturnAsync(content, row, checklist);
    }

    /// <summary>Takes a published story from readers. What its working copy waited for is off.</summary>
    public static Task<StoryRow> ArchiveAsync(ContentTransaction content, StoryRow row)
    {
        if (row.State != StoryState.Published)
        {
            throw RpcError.Precondition(ErrorReason.StateInvalid, row.Name, "state", "only a published story can be archived");
        }

        return (row with { State = StoryState.Archived, Published = null, PublishedRevision = 0, Workflow = row.Workflow.Withdrawn() })
            .WriteAsync(content, visible: true);
    }

    private static Task<StoryRow> ShowAsync(ContentTransaction content, StoryRow row, Story text)
    {
        var isNewest = text.Revision == row.Working.Revision;
        if (!isNewest)
        {
            text.PublishTime ??= row.Working.PublishTime;
        }

        text.PublishTime ??= content.Now;
        var working = isNewest ? text : row.Working.Clone();
        working.PublishTime ??= text.PublishTime;
        return (row with
        {
            Working = working,
            Published = text,
            PublishedRevision = text.Revision,
            Workflow = row.Workflow.Published(text.Revision, isNewest),
        }).WriteAsync(content, visible: true);
    }

    private static Task<StoryRow> ReturnAsync(ContentTransaction content, StoryRow row, StoryChecklist checklist)
    {
        var review = new Review
        {
            State = ReviewState.Returned,
            Revision = checklist.Revision,
            Submitter = row.Workflow.Review?.Submitter ?? "",
            SubmitTime = row.Workflow.Review?.SubmitTime,
            ReviewTime = content.Now,
        };
        review.Reasons.Add(StoryChecks.Unmet(checklist)
            .SelectMany(item => item.Sections.DefaultIfEmpty(""), (item, section) => new ReviewReason
            {
                Code = item.Id,
                Section = section,
                Comment = $"could not be published when it was due: {StoryChecks.Describe(item)}",
            })
            .Take(MaxReasons));
        return (row with { Workflow = row.Workflow with { Stage = StoryState.Returned, Schedule = null, Review = review } })
            .WriteAsync(content, visible: false);
    }
}
