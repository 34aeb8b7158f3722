using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;

namespace Broadsheet.Query.Explore;

/// <summary>
/// What a story is about, as far as others can share it. Read from the beginning of its text, where stories say what they
/// are about; so a book costs no more than an article.
/// </summary>
/// <param name="Entities">Names by key, mentioned most first.</param>
/// <param name="Words">Words that are no part of a name, by stem, used most first.</param>
internal sealed record StoryProfile(IReadOnlyList<ProfileItem> Entities, IReadOnlyList<ProfileItem> Words)
{
    private const int MaxLength = 20_000;
    private const int MaxEntities = 60;
    private const int MaxWords = 100;
    private const int ShortestWord = 3;

    // A title says in few words what the text says in many.
    private const int TitleCounts = 3;

    /// <summary>The profile of a story.</summary>
    public static StoryProfile Of(StoredStory story)
    {
        var text = BeginningOf(story.PlainText);
        var whole = $"{story.Title}\n\n{story.Dek}\n\n{text}";
        var entities = new Dictionary<string, ProfileItem>(StringComparer.Ordinal);
        var nameWords = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entity in Language.Entities.Find(whole))
        {
            nameWords.UnionWith(TextAnalyzer.Exact.Words(entity.Text));
            nameWords.UnionWith(TextAnalyzer.Exact.Words(entity.Name));
            if (entity.Key.Length > 0)
            {
                Count(entities, entity.Key, entity.Name, 1);
            }
        }

        var words = new Dictionary<string, ProfileItem>(StringComparer.Ordinal);
        CountWords(story.Title, TitleCounts);
        CountWords(story.Dek, 1);
        CountWords(text, 1);
        return new StoryProfile(Most(entities, MaxEntities), Most(words, MaxWords));

        void CountWords(string part, int count)
        {
            var exact = TextAnalyzer.Exact.Words(part);
            var stems = TextAnalyzer.Stemmed.Words(part);
            for (var i = 0; i < exact.Count; i++)
            {
                var word = exact[i];
                if (word.Length >= ShortestWord && !SearchText.IsFunctionWord(word) && !word.AsSpan().ContainsAnyInRange('0', '9') && !nameWords.Contains(word))
                {
                    Count(words, stems[i], word, count);
                }
            }
        }
    }

    /// <summary>The text up to a length that nothing longer is needed of.</summary>
    public static string BeginningOf(string text) =>
        text.Length <= MaxLength ? text : text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];

    private static void Count(Dictionary<string, ProfileItem> items, string key, string shown, int count)
    {
        if (!items.TryGetValue(key, out var item))
        {
            items[key] = item = new ProfileItem(key, items.Count);
        }

        item.Add(shown, count);
    }

    private static ProfileItem[] Most(Dictionary<string, ProfileItem> items, int most) =>
        [.. items.Values.OrderByDescending(item => item.Total).ThenBy(item => item.First).Take(most)];
}

/// <summary>A name or word of a story.</summary>
/// <param name="key">What it is found by.</param>
/// <param name="first">How many others came up before it.</param>
internal sealed class ProfileItem(string key, int first)
{
    private readonly Dictionary<string, int> _forms = new(StringComparer.Ordinal);

    /// <summary>What it is found by.</summary>
    public string Key => key;

    /// <summary>How many others came up before it.</summary>
    public int First => first;

    /// <summary>How often it came up.</summary>
    public int Total { get; private set; }

    /// <summary>The form in which it came up most; the longest, then the first in order of letters, of several.</summary>
    public string Shown => _forms.OrderByDescending(form => form.Value).ThenByDescending(form => form.Key.Length).ThenBy(form => form.Key, StringComparer.Ordinal).First().Key;

    /// <summary>Counts it once more, or more often.</summary>
    public void Add(string form, int count)
    {
        _forms[form] = _forms.GetValueOrDefault(form) + count;
        Total += count;
    }
}
