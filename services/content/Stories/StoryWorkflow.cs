using System.Data.Common;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Stories;

/// <summary>What a story's working copy is at. Readers see nothing of it.</summary>
/// <param name="Stage">Draft, submitted, returned or scheduled.</param>
/// <param name="Owner">Who saved the first revision; empty if nobody was named.</param>
/// <param name="Review">What became of it when it was last handed in; null if it was not.</param>
/// <param name="Schedule">When it appears by itself; null if it does not.</param>
internal sealed record StoryWorkflow(StoryState Stage, string Owner, Review? Review, StorySchedule? Schedule)
{
    /// <summary>The columns that <see cref="Map"/> reads.</summary>
    public const string Columns = "s.stage, s.owner, s.review, s.schedule_time, s.schedule_revision, s.scheduler";

    /// <summary>Of a new draft.</summary>
    public static StoryWorkflow Draft(string owner) => new(StoryState.Draft, owner, null, null);

    /// <summary>True if its writer may edit it.</summary>
    public bool IsInWriting => Stage is StoryState.Draft or StoryState.Returned;

    /// <summary>A draft again. An approval stays with the revision that was approved; any other review ends.</summary>
    public StoryWorkflow Withdrawn() => this with
    {
        Stage = StoryState.Draft,
        Schedule = null,
        Review = Review?.State == ReviewState.Approved ? Review : null,
    };

    /// <summary>
    /// Once readers see the revision: of the newest one nothing is left to decide; of an older one, what the working
    /// copy was submitted for, or a newer revision scheduled for, still is.
    /// </summary>
    public StoryWorkflow Published(int revision, bool isNewest)
    {
        if (isNewest)
        {
            return Withdrawn();
        }

        var schedule = Schedule is { } planned && planned.Revision > revision ? planned : null;
        return this with { Schedule = schedule, Stage = Stage == StoryState.Scheduled && schedule is null ? StoryState.Draft : Stage };
    }

    /// <summary>Without a person's name, wherever it stands.</summary>
    public StoryWorkflow Without(string person)
    {
        var review = Review?.Clone();
        if (review is not null)
        {
            review.Submitter = Kept(review.Submitter);
            review.Reviewer = Kept(review.Reviewer);
        }

        return this with { Owner = Kept(Owner), Review = review, Schedule = Schedule is { } planned ? planned with { Scheduler = Kept(planned.Scheduler) } : null };

        string Kept(string name) => name == person ? "" : name;
    }

    /// <summary>Takes a person's name out of what was written of stories' ways to readers; the stories stay.</summary>
    public static async Task ErasePersonAsync(ContentTransaction content, string person)
    {
        var stories = new List<string>();
        // Reviews are not found by who is in them: this is done once in a while, and looks at all.
        await foreach (var (name, workflow) in content.EachAsync(
            $"select s.name, {Columns} from stories s where s.owner = @person or s.scheduler = @person or s.review is not null",
            row => (row.GetString(0), Map(row, 1)), ("@person", person)))
        {
            if (workflow.Owner == person || workflow.Schedule?.Scheduler == person || workflow.Review?.Submitter == person || workflow.Review?.Reviewer == person)
            {
                stories.Add(name);
            }
        }

        foreach (var name in stories)
        {
            var row = await StoryRow.GetAsync(content, name);
            await (row with { Workflow = row.Workflow.Without(person) }).WriteAsync(content, visible: false);
        }
    }

    /// <summary>Reads <see cref="Columns"/> from the column on.</summary>
    public static StoryWorkflow Map(DbDataReader row, int column) => new(
        (StoryState)row.GetInt32(column),
        row.GetString(column + 1),
        row.IsDBNull(column + 2) ? null : row.Message(column + 2, Review.Parser),
        row.IsDBNull(column + 3)
            ? null
            : new StorySchedule(ContentTransaction.FromMicroseconds(row.GetInt64(column + 3)), row.GetInt32(column + 4), row.GetString(column + 5)));

    /// <summary>Adds what editors and the story's writer see.</summary>
    public void Show(Story story)
    {
        story.Review = Review?.Clone();
        story.ScheduleTime = Schedule?.Time;
        story.ScheduleRevision = Schedule?.Revision ?? 0;
    }
}

/// <summary>When a story appears by itself.</summary>
/// <param name="Time">When it is due, in microseconds.</param>
/// <param name="Revision">Which revision appears, whatever is edited in between.</param>
/// <param name="Scheduler">The editor who decided it; empty if nobody was named.</param>
internal sealed record StorySchedule(Timestamp Time, int Revision, string Scheduler);
