using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>A sentence that fits a question.</summary>
/// <param name="Senses">The story that it stands in, with the words it uses.</param>
/// <param name="Ordinal">Its number in the story's table of sentences.</param>
/// <param name="Score">How well the index finds it to fit; comparable within one search.</param>
internal sealed record FoundSentence(StorySenses Senses, int Ordinal, float Score)
{
    /// <summary>The story that it stands in.</summary>
    public StoredStory Story => Senses.Story;

    /// <summary>Where it stands.</summary>
    public StoredSentence Position => Story.Sentences[Ordinal];

    /// <summary>Its section.</summary>
    public StoredSection Section => Story.Sections[Position.Section];

    /// <summary>The sentence.</summary>
    public string Text => Read.Text;

    /// <summary>The sentence, taken apart.</summary>
    public ReadSentence Read => Senses.Read(Ordinal);

    /// <summary>Senses of all words of its section.</summary>
    public IReadOnlySet<string> SectionSenses => Senses.OfSection(Position.Section);

    /// <summary>Senses of all words of its story.</summary>
    public IReadOnlySet<string> StorySenses => Senses.OfStory;

    /// <summary>The sentence before it under the same heading; null if it is the first.</summary>
    public ReadSentence? ReadBefore => Neighbour(-1);

    /// <summary>The sentence after it under the same heading; null if it is the last.</summary>
    public ReadSentence? ReadAfter => Neighbour(1);

    /// <summary>True if a word of the sense is in the heading that it stands under.</summary>
    public bool HeadingHas(string sense) => Senses.OfHeading(Position.Section).Has(sense);

    private ReadSentence? Neighbour(int step) =>
        Ordinal + step >= 0 && Ordinal + step < Story.Sentences.Count && Story.Sentences[Ordinal + step] is { IsHeading: false } other && other.Section == Position.Section
            ? Senses.Read(Ordinal + step)
            : null;
}

/// <summary>A story with its words, read once for all its sentences. Not for several threads.</summary>
internal sealed class StorySenses(StoredStory story)
{
    private readonly Dictionary<int, HashSet<string>> _sections = [];
    private readonly ReadSentence?[] _sentences = new ReadSentence?[story.Sentences.Count];
    private readonly ReadSentence?[] _headings = new ReadSentence?[story.Sections.Count];
    private HashSet<string>? _story;
    private HashSet<string>? _title;

    public StoredStory Story => story;

    public CodePoints Text { get; } = new(story.PlainText);

    public IReadOnlySet<string> OfStory => _story ??= Of($"{story.Title}\n{story.Dek}\n{story.PlainText}");

    /// <summary>True if the text has capitals, by which names are known.</summary>
    public bool HasCapitals { get; } = story.PlainText.Any(char.IsUpper);

    /// <summary>Senses of title and dek.</summary>
    public IReadOnlySet<string> OfTitle => _title ??= Of($"{story.Title} {story.Dek}");

    /// <summary>A sentence or heading of the story.</summary>
    public ReadSentence Read(int ordinal) =>
        _sentences[ordinal] ??= new ReadSentence(Text.Cut(story.Sentences[ordinal].Start, story.Sentences[ordinal].End));

    /// <summary>The heading of a section, empty if it has none.</summary>
    public ReadSentence OfHeading(int section) => _headings[section] ??= new ReadSentence(story.Sections[section].Heading);

    public IReadOnlySet<string> OfSection(int section)
    {
        if (!_sections.TryGetValue(section, out var senses))
        {
            var sentences = story.Sentences.Where(sentence => sentence.Section == section).ToArray();
            _sections[section] = senses = Of(Text.Cut(sentences[0].Start, sentences[^1].End));
        }

        return senses;
    }

    private static HashSet<string> Of(string text) => Word.Split(text).Select(word => word.Sense).ToHashSet(StringComparer.Ordinal);
}
