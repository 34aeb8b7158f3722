using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Search;

/// <summary>What is looked for, with the terms of the index that stand for it and the numbers to score with.</summary>
internal sealed class SearchPlan
{
    // One or two words are all meant. More are a description, of which a story that has any two may be what is sought;
    // how many it has is what the score says. A word that is so much rarer than the others is what the description is
    // about, and enough alone.
    private const int RequiredWords = 2;
    private const float Outstanding = 1.5f;

    public SearchPlan(SearchText text, IReadOnlyList<SoughtWord> words, SearchTerms terms, SearchStatistics? statistics)
    {
        Text = text;
        Sought = words;
        Terms = terms;
        Words = [.. words.Select(word => PlannedWord.Of(word, terms))];
        Phrases = [.. text.Phrases.Select(phrase => phrase.Select(word => terms.Get(IndexField.TextExact, word)).ToArray())];
        ExcludedWords = [.. text.ExcludedWords.Select(stem => terms.Get(IndexField.Text, stem))];
        ExcludedPhrases = [.. text.ExcludedPhrases.Select(phrase => phrase.Select(word => terms.Get(IndexField.TextExact, word)).ToArray())];
        Required = Math.Min(words.Count, RequiredWords);
        Statistics = statistics ?? SearchStatistics.Of(terms.Reader, Words, Phrases);
        var rarities = Statistics.Words.Select(word => (float)word[0]).ToArray();
        Votes = [.. rarities.Select(rarity => (byte)(words.Count > RequiredWords && rarity >= Outstanding * rarities.Average() ? Required : 1))];
        LengthTables = [.. Statistics.Lengths.Select(Bm25.LengthTable)];
    }

    /// <summary>The query as read.</summary>
    public SearchText Text { get; }

    /// <summary>The words with their alternatives.</summary>
    public IReadOnlyList<SoughtWord> Sought { get; }

    /// <summary>Where terms are looked up.</summary>
    public SearchTerms Terms { get; }

    /// <summary>The words' terms, in the order of <see cref="Sought"/>.</summary>
    public PlannedWord[] Words { get; }

    /// <summary>Terms of phrases that must occur.</summary>
    public SearchTerm[][] Phrases { get; }

    /// <summary>Terms that must not occur.</summary>
    public SearchTerm[] ExcludedWords { get; }

    /// <summary>Terms of phrases that must not occur.</summary>
    public SearchTerm[][] ExcludedPhrases { get; }

    /// <summary>How many votes the words that a story has must have.</summary>
    public int Required { get; }

    /// <summary>Votes of each word.</summary>
    public byte[] Votes { get; }

    /// <summary>What is scored with.</summary>
    public SearchStatistics Statistics { get; }

    /// <summary>What lengths of text, title, dek and headings add to the frequency.</summary>
    public float[][] LengthTables { get; }

    /// <summary>True if every story is found.</summary>
    public bool IsEmpty => Words.Length == 0 && Phrases.Length == 0;
}

/// <summary>The terms that a word is looked for by, alternative by alternative.</summary>
/// <param name="Weights">Weight of each alternative.</param>
/// <param name="Text">In the text: several terms if the alternative is a phrase.</param>
/// <param name="Exact">As typed; null of a phrase.</param>
/// <param name="Title">In the title; null of a phrase.</param>
/// <param name="Dek">In the dek.</param>
/// <param name="Headings">In headings.</param>
internal sealed record PlannedWord(float[] Weights, SearchTerm[][] Text, SearchTerm?[] Exact, SearchTerm?[] Title, SearchTerm?[] Dek, SearchTerm?[] Headings)
{
    /// <summary>In how many fields a word is looked for.</summary>
    public const int Fields = 5;

    /// <summary>The terms of a word, looked up.</summary>
    public static PlannedWord Of(SoughtWord word, SearchTerms terms)
    {
        var alternatives = word.Alternatives;
        var text = alternatives.Select(alternative => alternative.Stems.Select(stem => terms.Get(IndexField.Text, stem)).ToArray()).ToArray();
        return new PlannedWord(
            [.. alternatives.Select(alternative => alternative.Weight)],
            text,
            [.. alternatives.Select((alternative, i) => alternative.Exact is { } exact ? terms.Get(IndexField.TextExact, exact, text[i][0]) : null)],
            In(IndexField.Title),
            In(IndexField.Dek),
            In(IndexField.Headings));

        SearchTerm?[] In(string field) => [.. alternatives.Select((alternative, i) => alternative.Stems.Length == 1 ? terms.Get(field, alternative.Stems[0], text[i][0]) : null)];
    }

    /// <summary>The terms of a field: 0 is the text (none of a phrase), then exact, title, dek and headings.</summary>
    public SearchTerm?[] Of(int field) => field switch
    {
        1 => Exact,
        2 => Title,
        3 => Dek,
        4 => Headings,
        _ => [.. Text.Select(terms => terms.Length == 1 ? terms[0] : null)],
    };
}
