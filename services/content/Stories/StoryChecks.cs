using System.Globalization;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Stories;

/// <summary>The publish checklist: what is looked at before readers see a story.</summary>
internal static class StoryChecks
{
    /// <summary>All items for a revision, under the rules of its community.</summary>
    /// <param name="story">The revision's text.</param>
    /// <param name="community">The community in which it would appear.</param>
    /// <param name="isReviewed">True if somebody other than its writer has approved it, or does so by publishing it.</param>
    public static StoryChecklist Of(Story story, Community community, bool isReviewed)
    {
        var rules = community.PublishRules ?? new PublishRules();
        var media = story.Media.Count;
        var checklist = new StoryChecklist
        {
            Revision = story.Revision,
            Items =
            {
                Item("word_count", rules.MinWords > 0, story.WordCount, Math.Max(rules.MinWords, 1)),
                Item("dek", rules.RequireDek, story.Dek.Length, 1),
                Item("image", rules.RequireImage, media, 1),
                MediaItem("image_alt", rules.RequireImageAlt, story, HasAlt),
                MediaItem("image_credit", rules.RequireImageCredit, story, HasCredit),
                Item("community_description", rules.RequireCommunityDescription, community.Description.Trim().Length, 1),
                Item("review", rules.RequireReview, isReviewed ? 1 : 0, 1),
            },
        };
        checklist.Passed = checklist.Items.All(item => item.Passed || !item.Required);
        return checklist;
    }

    /// <summary>Refuses a story that lacks what is required, with every item that it lacks.</summary>
    public static void Require(StoryChecklist checklist, string name)
    {
        if (!checklist.Passed)
        {
            throw RpcError.Preconditions(
                ErrorReason.ChecklistFailed, name, [.. Unmet(checklist).Select(item => (item.Id, Describe(item)))]);
        }
    }

    /// <summary>The required items that are not met.</summary>
    public static IEnumerable<ChecklistItem> Unmet(StoryChecklist checklist) => checklist.Items.Where(item => item.Required && !item.Passed);

    /// <summary>What is wrong, for people.</summary>
    public static string Describe(ChecklistItem item)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{item.Id}: {item.Found} of {item.Wanted} wanted");
        var where = item.Cover ? item.Sections.Prepend("the cover") : item.Sections;
        return where.Any() ? $"{what} (missing in {string.Join(", ", where)})" : what;
    }

    private static ChecklistItem Item(string id, bool required, int found, int wanted) =>
        new() { Id = id, Required = required, Found = found, Wanted = wanted, Passed = found >= wanted };

    private static ChecklistItem MediaItem(string id, bool required, Story story, Predicate<Media> has)
    {
        var item = Item(id, required, story.Media.Count(media => has(media)), story.Media.Count);
        item.Cover = story.Cover is not null && !has(story.Cover);
        item.Sections.Add(story.Sections
            .Where(section => section.Blocks.Any(block => block.ContentCase == Block.ContentOneofCase.Media && !has(block.Media)))
            .Select(section => section.Id));
        return item;
    }

    private static bool HasAlt(Media media) => !string.IsNullOrWhiteSpace(media.Alt);

    private static bool HasCredit(Media media) => media.Credit is { } credit
        && !(string.IsNullOrWhiteSpace(credit.Creator) && string.IsNullOrWhiteSpace(credit.Provider) && string.IsNullOrWhiteSpace(credit.Stated));
}
