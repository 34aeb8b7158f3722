using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>What searches keep in memory of each segment besides the library.</summary>
internal static class SearchTables
{
    /// <summary>Makes it before anybody waits for it.</summary>
    public static void Prepare(IndexReader reader)
    {
        // When an index is opened there are many, later one or two that are new.
        Parallel.ForEach(reader.Leaves, static leaf =>
        {
            StoryColumns.Of(leaf.AtomicReader);
            AcronymTable.Of(leaf.AtomicReader);
            EntityPages.EntitySegment.Of(leaf.AtomicReader);
            SuggestionTable.Of(leaf.AtomicReader, SearchField.TitleSuggestion);
            SuggestionTable.Of(leaf.AtomicReader, SearchField.EntitySuggestion);
            SuggestionTable.Of(leaf.AtomicReader, SearchField.TopicSuggestion);
        });
    }
}
