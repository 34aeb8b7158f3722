using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>What searches keep in memory of each segment besides the library.</summary>
internal static class SearchTables
{
    /// <summary>Makes it before anybody waits for it.</summary>
    public static void Prepare(IndexReader reader)
    {
        StoryColumns.Prepare(reader);
        foreach (var leaf in reader.Leaves)
        {
            AcronymTable.Of(leaf.AtomicReader);
            EntityPages.EntitySegment.Of(leaf.AtomicReader);
            SuggestionTable.Of(leaf.AtomicReader, SearchField.TitleSuggestion);
            SuggestionTable.Of(leaf.AtomicReader, SearchField.EntitySuggestion);
            SuggestionTable.Of(leaf.AtomicReader, SearchField.TopicSuggestion);
        }
    }
}
