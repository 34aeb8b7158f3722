using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Workflow;

/// <summary>The people of a newsroom, and what they do most.</summary>
internal static class Newsroom
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Writes under their own name; the creator that <see cref="ContentFixture.SeedAsync"/> makes.</summary>
    public static Metadata Ada => As("creators/ada-example", "writer");

    /// <summary>Another writer.</summary>
    public static Metadata Bob => As("creators/bob", "writer");

    /// <summary>An editor who writes nothing.</summary>
    public static Metadata Ed => ContentFixture.Editor;

    /// <summary>A named reader without any role.</summary>
    public static Metadata Reader => new() { { "x-broadsheet-caller", "readers/rita" } };

    public static Metadata As(string name, string roles) => new() { { "x-broadsheet-caller", $"{name};roles={roles}" } };

    /// <summary>A draft that the caller has written in the seeded community under the seeded name.</summary>
    public static async Task<Story> DraftAsync(this ContentFixture content, Metadata? caller, string title = "Why ice floats", params Section[] sections) =>
        await content.Stories.CreateStoryAsync(
            new()
            {
                Story = new Story
                {
                    Title = title, Community = "communities/geeks", Creator = "creators/ada-example",
                    Sections = { sections.Length > 0 ? sections : [Part("", "Ice is lighter than water.")] },
                },
            },
            caller,
            cancellationToken: Cancel);

    public static Section Part(string heading, params string[] paragraphs) =>
        new() { Heading = heading, Blocks = { paragraphs.Select(text => new Block { Text = text }) } };

    public static async Task<Story> EditAsync(this ContentFixture content, Metadata? caller, Story story, Action<Story> edit)
    {
        var changed = new Story { Name = story.Name, Etag = story.Etag };
        edit(changed);
        return await content.Stories.UpdateStoryAsync(new() { Story = changed }, caller, cancellationToken: Cancel);
    }

    public static async Task<Story> SubmitAsync(this ContentFixture content, Metadata? caller, Story story) =>
        await content.Stories.SubmitStoryAsync(new() { Name = story.Name, Etag = story.Etag }, caller, cancellationToken: Cancel);

    public static async Task<Story> WithdrawAsync(this ContentFixture content, Metadata? caller, Story story) =>
        await content.Stories.WithdrawStoryAsync(new() { Name = story.Name, Etag = story.Etag }, caller, cancellationToken: Cancel);

    public static async Task<Story> ApproveAsync(this ContentFixture content, Metadata? caller, Story story, bool publish = false) =>
        await content.Stories.ReviewStoryAsync(
            new() { Name = story.Name, Etag = story.Etag, Verdict = ReviewVerdict.Approve, Publish = publish }, caller, cancellationToken: Cancel);

    public static async Task<Story> ReturnAsync(this ContentFixture content, Metadata? caller, Story story, params ReviewReason[] reasons) =>
        await content.Stories.ReviewStoryAsync(
            new() { Name = story.Name, Etag = story.Etag, Verdict = ReviewVerdict.Return, Reasons = { reasons } }, caller, cancellationToken: Cancel);

    public static async Task<Story> PublishAsync(this ContentFixture content, Metadata? caller, Story story, int revision = 0) =>
        await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag, Revision = revision }, caller, cancellationToken: Cancel);

    public static async Task<Story> ScheduleAsync(this ContentFixture content, Metadata? caller, Story story, DateTimeOffset time, int revision = 0) =>
        await content.Stories.ScheduleStoryAsync(
            new() { Name = story.Name, Etag = story.Etag, ScheduleTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(time), Revision = revision },
            caller, cancellationToken: Cancel);

    public static async Task<Story> GetAsync(this ContentFixture content, Metadata? caller, string name) =>
        await content.Stories.GetStoryAsync(new() { Name = name }, caller, cancellationToken: Cancel);

    public static async Task RuleAsync(this ContentFixture content, PublishRules rules) => await content.Communities.UpdateCommunityAsync(
        new() { Community = new() { Name = "communities/geeks", Etag = "*", PublishRules = rules } }, Ed, cancellationToken: Cancel);
}
