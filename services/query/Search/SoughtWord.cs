using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Search;

/// <summary>A word of the query with all that is looked for in its place.</summary>
/// <param name="Word">The word as asked for.</param>
/// <param name="Alternatives">What is looked for; the word itself first.</param>
internal sealed record SoughtWord(SearchWord Word, IReadOnlyList<Alternative> Alternatives)
{
    /// <summary>A word that only itself is looked for.</summary>
    public static SoughtWord Of(SearchWord word) => new(word, [new Alternative(AlternativeKind.Itself, [word.Stem], word.Exact, 1)]);
}

/// <summary>What may stand for a word of the query.</summary>
/// <param name="Kind">Why it is looked for.</param>
/// <param name="Stems">One stem, or those of a phrase.</param>
/// <param name="Exact">The form that counts as exact; null of a phrase.</param>
/// <param name="Weight">How much one occurrence counts beside one of the word itself.</param>
internal sealed record Alternative(AlternativeKind Kind, string[] Stems, string? Exact, float Weight)
{
    // Whoever writes one thing for the other means the same.
    private const float SynonymWeight = 0.9f;
    private const float PrefixWeight = 0.6f;
    private const float SpellingWeight = 0.5f;
    private const float DistantSpellingWeight = 0.3f;

    /// <summary>An alternative of that kind.</summary>
    /// <param name="kind">Why it is looked for.</param>
    /// <param name="text">Its words as they stand; stems of an acronym's long name.</param>
    public static Alternative Of(AlternativeKind kind, string text)
    {
        var words = text.Split(' ');
        var stems = kind == AlternativeKind.LongName ? words : [.. words.Select(TextAnalyzer.StemOf)];
        var weight = kind switch
        {
            AlternativeKind.Prefix => PrefixWeight,
            AlternativeKind.Spelling => SpellingWeight,
            AlternativeKind.DistantSpelling => DistantSpellingWeight,
            _ => SynonymWeight,
        };
        return new Alternative(kind, stems, words.Length == 1 && kind != AlternativeKind.LongName ? words[0] : null, weight);
    }
}

/// <summary>Why something else is looked for in place of a word. The numbers stand in page tokens.</summary>
internal enum AlternativeKind
{
    Itself = 0,

    /// <summary>Of the list of synonyms.</summary>
    Synonym = 1,

    /// <summary>The acronym of a long name, as a story says.</summary>
    Acronym = 2,

    /// <summary>The long name of an acronym, as a story says; its words are stems.</summary>
    LongName = 3,

    /// <summary>Begins with the word.</summary>
    Prefix = 4,

    /// <summary>One edit away.</summary>
    Spelling = 5,

    /// <summary>Two edits away.</summary>
    DistantSpelling = 6,
}
