using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.EntityPages;

/// <summary>An entity as one story has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">PER, ORG, LOC or MISC: what most of its mentions are taken for.</param>
/// <param name="Name">The fullest name.</param>
/// <param name="Mentions">How often it is mentioned.</param>
/// <param name="InTitle">The title names it.</param>
/// <param name="Aliases">Its names as written, each once, in the order of their first mention.</param>
internal sealed record StoryEntity(string Id, string Type, string Name, int Mentions, bool InTitle, IReadOnlyList<string> Aliases);

/// <summary>The entities of a story.</summary>
internal static class StoryEntities
{
    // A name that is longer is a heading in capitals, and a story with more names is a list.
    private const int MaxName = 100;
    private const int MostEntities = 500;
    private const int MostAliases = 20;

    /// <summary>The entities in the order of their first mention. Headings count, captions do not stand in the text.</summary>
    public static List<StoryEntity> Of(StoredStory story, TextAnalysis analysis)
    {
        var title = $" {string.Join(' ', TextAnalyzer.Exact.Words(story.Title))} ";
        return
        [
            .. analysis.Entities
                .Where(entity => entity.Key.Length > 0 && entity.Name.Length <= MaxName && entity.Text.Length <= MaxName)
                .GroupBy(entity => entity.Key, StringComparer.Ordinal)
                .Take(MostEntities)
                .Select(mentions => Of(title, [.. mentions])),
        ];
    }

    private static StoryEntity Of(string title, Entity[] mentions)
    {
        var aliases = mentions.Select(mention => OneLine(mention.Text)).Distinct(StringComparer.Ordinal).Take(MostAliases).ToArray();
        var type = mentions.GroupBy(mention => mention.Type, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;
        return new StoryEntity(
            EntityId.Of(mentions[0].Key),
            type,
            OneLine(mentions[0].Name),
            mentions.Length,
            aliases.Append(mentions[0].Name).Any(name => TextAnalyzer.Exact.Words(name) is { Count: > 0 } words && title.Contains($" {string.Join(' ', words)} ", StringComparison.Ordinal)),
            aliases);
    }

    // A tab parts the values of a term.
    private static string OneLine(string name) => name.ReplaceLineEndings(" ").Replace('\t', ' ');
}
