using Broadsheet.Content.V1;
using Broadsheet.Query.Indexing;
using Lucene.Net.Documents;
using Lucene.Net.Util;
using Document = Lucene.Net.Documents.Document;

namespace Broadsheet.Query.Search;

/// <summary>What a story's document has for search alone.</summary>
internal static class SearchDocuments
{
    // Names that are longer are sentences in capitals.
    private const int MaxName = 80;
    private const int MaxNames = 300;
    private const int MaxSuggestion = 40;
    private const int MaxTitleWords = 20;
    private const int MaxValue = 1_000;

    /// <summary>Adds the values that are filtered, counted and suggested by.</summary>
    public static void AddTo(Document document, Story story, IReadOnlyList<Entity> names)
    {
        document.Add(new SortedDocValuesField(IndexField.Community, new BytesRef(story.Community)));
        document.Add(new SortedDocValuesField(IndexField.Creator, new BytesRef(story.Creator)));
        document.Add(new SortedDocValuesField(IndexField.Language, new BytesRef(story.Language.ToLowerInvariant())));
        foreach (var topic in story.Topics.Select(StoryFilter.TopicOf).Distinct(StringComparer.Ordinal))
        {
            document.Add(new SortedSetDocValuesField(IndexField.Topic, new BytesRef(topic)));
            AddSuggestions(document, SearchField.TopicSuggestion, topic, topic);
        }

        var acronyms = Acronyms.In(story.PlainText);
        foreach (var (acronym, longName) in acronyms)
        {
            Add(document, SearchField.Acronym, Acronyms.Term(acronym, longName));
        }

        AddSuggestions(document, SearchField.TitleSuggestion, story.Title, "");
        AddNames(document, names, acronyms);
    }

    /// <summary>A name or what was typed, as names and titles are compared: words without case and accents.</summary>
    public static string KeyOf(string name) => string.Join(' ', TextAnalyzer.Exact.Words(name));

    private static void AddNames(Document document, IReadOnlyList<Entity> names, IReadOnlyCollection<(string Acronym, string LongName)> acronyms)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var entities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entity in names)
        {
            Add(entity.Text);
            if (entity.Key.Length is > 0 and <= MaxName && entities.Count < MaxNames)
            {
                entities.Add(entity.Key);
            }
        }

        // Who looks for the one finds stories that say the other.
        foreach (var (acronym, longName) in acronyms)
        {
            Add(acronym);
            Add(longName);
        }

        foreach (var entity in entities.Where(entity => !keys.ContainsKey(entity)))
        {
            SearchDocuments.Add(document, SearchField.Entity, entity);
        }

        foreach (var (key, name) in keys)
        {
            SearchDocuments.Add(document, SearchField.Entity, key);
            AddSuggestions(document, SearchField.EntitySuggestion, key, name);
        }

        void Add(string name)
        {
            if (name.Length <= MaxName && keys.Count < MaxNames && KeyOf(name) is { Length: > 0 } key)
            {
                keys.TryAdd(key, name.ReplaceLineEndings(" ").Replace('\t', ' '));
            }
        }
    }

    /// <summary>One term from each word on, so that a title is found by any of its words.</summary>
    private static void AddSuggestions(Document document, string field, string text, string shown)
    {
        var words = TextAnalyzer.Exact.Words(text);
        for (var first = 0; first < words.Count && first < MaxTitleWords; first++)
        {
            var key = string.Join(' ', words.Skip(first));
            key = key.Length <= MaxSuggestion ? key : key[..MaxSuggestion];
            // The tab keeps the words apart from what is shown, the digit says whether the text begins here.
            Add(document, field, $"{key}\t{(first == 0 ? 0 : 1)}{shown}");
        }
    }

    private static void Add(Document document, string field, string term)
    {
        if (term.Length <= MaxValue)
        {
            document.Add(TermField.Of(field, term));
        }
    }
}
