using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.Search;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;

namespace Broadsheet.Query.Ask;

/// <summary>Finds the sentences that may answer a question.</summary>
internal static class SentenceSearch
{
    // What stands around a sentence says what it is about ("It was formed in 1955."), but less than the sentence.
    private const float ContextWeight = 0.35f;
    private const float ProximityWeight = 0.4f;
    private const int ProximitySlop = 4;
    private const int MaxPairs = 16;

    /// <summary>The sentences that fit the words best, best first; only of the story or community if one is given.</summary>
    public static List<FoundSentence> Find(IndexReading reading, SearchText text, string story, string community, int count)
    {
        if (text.IsEmpty)
        {
            return [];
        }

        var top = reading.Searcher.Search(QueryOf(text, story, community), count).ScoreDocs;
        var stories = new Dictionary<int, StorySenses>();
        var found = new List<FoundSentence>(top.Length);
        foreach (var hit in top)
        {
            var leaves = reading.Searcher.IndexReader.Leaves;
            var leaf = leaves[ReaderUtil.SubIndex(hit.Doc, leaves)];
            var document = hit.Doc - leaf.DocBase;
            var storyDocument = hit.Doc + (int)leaf.AtomicReader.GetNumericDocValues(IndexField.ToStory).Get(document);
            if (!stories.TryGetValue(storyDocument, out var stored))
            {
                stories[storyDocument] = stored = new StorySenses(StoredStory.Read(reading.Searcher, storyDocument));
            }

            found.Add(new FoundSentence(stored, (int)leaf.AtomicReader.GetNumericDocValues(IndexField.Ordinal).Get(document), hit.Score));
        }

        return found;
    }

    private static Lucene.Net.Search.Query QueryOf(SearchText text, string story, string community)
    {
        var query = new BooleanQuery(disableCoord: true);
        foreach (var word in text.Words)
        {
            Add(IndexField.Sentence, word.Stem, 1);
            Add(IndexField.SentenceContext, word.Stem, ContextWeight);
        }

        foreach (var stem in text.Phrases.SelectMany(phrase => phrase).SelectMany(TextAnalyzer.Stemmed.Words))
        {
            Add(IndexField.Sentence, stem, 1);
            Add(IndexField.SentenceContext, stem, ContextWeight);
        }

        for (var i = 0; i + 1 < text.Words.Count && i < MaxPairs; i++)
        {
            query.Add(
                new PhraseQuery { new Term(IndexField.Sentence, text.Words[i].Stem), new Term(IndexField.Sentence, text.Words[i + 1].Stem) }
                    .Near(ProximitySlop, ProximityWeight),
                Occur.SHOULD);
        }

        var filters = new BooleanFilter();
        Is(IndexField.Block, story);
        Is(IndexField.Community, community);
        return filters.Clauses.Count > 0 ? new FilteredQuery(query, filters) : query;

        void Add(string field, string stem, float weight) => query.Add(new TermQuery(new Term(field, stem)) { Boost = weight }, Occur.SHOULD);

        void Is(string field, string value)
        {
            if (value.Length > 0)
            {
                filters.Add(new TermFilter(new Term(field, value)), Occur.MUST);
            }
        }
    }
}

/// <summary>A sentence that fits a question.</summary>
/// <param name="Senses">The story that it stands in, with the words it uses.</param>
/// <param name="Ordinal">Its number in the story's table of sentences.</param>
/// <param name="Score">How well it fits; comparable within one search.</param>
internal sealed record FoundSentence(StorySenses Senses, int Ordinal, float Score)
{
    /// <summary>The story that it stands in.</summary>
    public StoredStory Story => Senses.Story;

    /// <summary>Where it stands.</summary>
    public StoredSentence Position => Story.Sentences[Ordinal];

    /// <summary>Its section.</summary>
    public StoredSection Section => Story.Sections[Position.Section];

    /// <summary>The sentence.</summary>
    public string Text => Senses.Text.Cut(Position.Start, Position.End);

    /// <summary>Senses of all words of its section.</summary>
    public IReadOnlySet<string> SectionSenses => Senses.OfSection(Position.Section);

    /// <summary>Senses of all words of its story.</summary>
    public IReadOnlySet<string> StorySenses => Senses.OfStory;

    /// <summary>The sentence before it under the same heading; null if it is the first.</summary>
    public string? Before => Neighbour(-1);

    /// <summary>The sentence after it under the same heading; null if it is the last.</summary>
    public string? After => Neighbour(1);

    private string? Neighbour(int step) =>
        Ordinal + step >= 0 && Ordinal + step < Story.Sentences.Count && Story.Sentences[Ordinal + step] is { IsHeading: false } other && other.Section == Position.Section
            ? Senses.Text.Cut(other.Start, other.End)
            : null;
}

/// <summary>A story with the senses of its words, taken once for all its sentences.</summary>
internal sealed class StorySenses(StoredStory story)
{
    private readonly Dictionary<int, HashSet<string>> _sections = [];
    private HashSet<string>? _story;

    public StoredStory Story => story;

    public CodePoints Text { get; } = new(story.PlainText);

    public IReadOnlySet<string> OfStory => _story ??= Of($"{story.Title}\n{story.Dek}\n{story.PlainText}");

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
