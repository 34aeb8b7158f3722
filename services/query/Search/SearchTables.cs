using System.Runtime.CompilerServices;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>What searches keep in memory of each segment besides the library.</summary>
internal static class SearchTables
{
    // When an index is opened there are many that are new, later one or two.
    private const int FewSegments = 3;

    private static readonly ConditionalWeakTable<object, object> Prepared = [];

    /// <summary>Makes it before anybody waits for it.</summary>
    public static void Prepare(IndexReader reader)
    {
        var fresh = reader.Leaves.Select(leaf => leaf.AtomicReader).Where(segment => !Prepared.TryGetValue(segment.CoreCacheKey, out _)).ToArray();
        if (fresh.Length > FewSegments)
        {
            Parallel.ForEach(fresh, Prepare);
            return;
        }

        foreach (var segment in fresh)
        {
            Prepare(segment);
        }
    }

    private static void Prepare(AtomicReader segment)
    {
        StoryColumns.Of(segment);
        AcronymTable.Of(segment);
        SuggestionTable.Of(segment, SearchField.TitleSuggestion);
        SuggestionTable.Of(segment, SearchField.EntitySuggestion);
        SuggestionTable.Of(segment, SearchField.TopicSuggestion);
        Prepared.TryAdd(segment.CoreCacheKey, Prepared);
    }
}
