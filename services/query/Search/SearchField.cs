namespace Broadsheet.Query.Search;

/// <summary>Fields of story documents that search alone needs, besides those of <see cref="Indexing.IndexField"/>.</summary>
internal static class SearchField
{
    /// <summary>Names that the story mentions: words without case, joined by spaces; and the keys of their entities.</summary>
    public const string Entity = "search.entity";

    /// <summary>What an acronym is short for, as the story says: the acronym, a tab, the stems of the long name.</summary>
    public const string Acronym = "search.acronym";

    /// <summary>What begins to be typed: words without case from each word of a title on.</summary>
    public const string TitleSuggestion = "suggest.title";

    /// <summary>The same of names, then a tab and the name as written.</summary>
    public const string EntitySuggestion = "suggest.entity";

    /// <summary>The same of topics.</summary>
    public const string TopicSuggestion = "suggest.topic";
}
