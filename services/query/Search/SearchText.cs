using System.Collections.Frozen;
using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Search;

/// <summary>
/// A search query, read: words, "phrases", -excluded words and -"excluded phrases". What looks like syntax but is
/// none is taken as plain words, so there is no query that can't be read.
/// </summary>
/// <param name="Words">Words to look for.</param>
/// <param name="Phrases">Phrases that must occur as such, in words as they stand.</param>
/// <param name="ExcludedWords">Stems that must not occur.</param>
/// <param name="ExcludedPhrases">Phrases that must not occur, in words as they stand.</param>
internal sealed record SearchText(
    IReadOnlyList<SearchWord> Words,
    IReadOnlyList<IReadOnlyList<string>> Phrases,
    IReadOnlyList<string> ExcludedWords,
    IReadOnlyList<IReadOnlyList<string>> ExcludedPhrases)
{
    // What a query says beyond this many words no longer changes what it is about, but costs time.
    private const int MaxWords = 100;

    // Words that questions and sentences are built with; they say nothing of what is looked for.
    private static readonly FrozenSet<string> FunctionWords = """
        a an and are as at be been but by can could did do does for from had has have how if in into is it its may of on or
        should so such than that the their them then there these they this those to was were what when where which who whom
        whose why will with would
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The last word, if it may be only the beginning of one; else null.</summary>
    public string? Unfinished { get; init; }

    /// <summary>True if there is nothing to look for; something may still be excluded.</summary>
    public bool IsEmpty => Words.Count == 0 && Phrases.Count == 0;

    /// <summary>True for a word that says nothing of what is looked for.</summary>
    public static bool IsFunctionWord(string word) => FunctionWords.Contains(word);

    /// <summary>Reads a query.</summary>
    public static SearchText Parse(string query)
    {
        var words = new List<SearchWord>();
        var phrases = new List<IReadOnlyList<string>>();
        var excludedWords = new List<string>();
        var excludedPhrases = new List<IReadOnlyList<string>>();
        var budget = MaxWords;
        for (var at = 0; at < query.Length && budget > 0;)
        {
            if (char.IsWhiteSpace(query[at]))
            {
                at++;
                continue;
            }

            var excluded = query[at] == '-' && at + 1 < query.Length && query[at + 1] != '-' && !char.IsWhiteSpace(query[at + 1]);
            at += excluded ? 1 : 0;
            var (text, isPhrase, end) = Next(query, at);
            at = end;
            // A word that is cut in two ("pro-Russian") is excluded as a whole, not in its parts.
            var exact = TextAnalyzer.Exact.Words(text);
            if (exact.Count == 0)
            {
                continue;
            }

            exact = exact.Count <= budget ? exact : exact[..budget];
            budget -= exact.Count;
            if (isPhrase)
            {
                (excluded ? excludedPhrases : phrases).Add(exact);
            }
            else if (!excluded)
            {
                var capitals = text.Any(char.IsUpper) && !text.Any(char.IsLower);
                words.AddRange(exact.Zip(TextAnalyzer.Stemmed.Words(text), (word, stem) => new SearchWord(stem, word, capitals)));
            }
            else if (exact.Count == 1)
            {
                excludedWords.Add(TextAnalyzer.Stemmed.Words(text)[0]);
            }
            else
            {
                excludedPhrases.Add(exact);
            }
        }

        // Typed in capitals in a query that is not, WHO is no pronoun.
        var shouting = words.Count > 1 && words.All(word => word.Capitals);
        var content = words.Where(word => !FunctionWords.Contains(word.Exact) || (word.Capitals && !shouting && word.Exact.Length > 1)).ToList();
        var wordEnds = query.Length > 0 && char.IsLetter(query[^1]);
        return new SearchText(
            [.. (content.Count > 0 || phrases.Count > 0 ? content : words).DistinctBy(word => word.Stem)], phrases, excludedWords, excludedPhrases)
        {
            Unfinished = wordEnds && words.Count > 0 ? words[^1].Exact : null,
        };
    }

    private static (string Text, bool IsPhrase, int End) Next(string query, int start)
    {
        if (IsQuote(query[start]) && query.AsSpan(start + 1).IndexOfAny('"', '“', '”') is var length and >= 0)
        {
            return (query.Substring(start + 1, length), true, start + length + 2);
        }

        var end = start + 1;
        while (end < query.Length && !char.IsWhiteSpace(query[end]) && !IsQuote(query[end]))
        {
            end++;
        }

        return (query[start..end], false, end);
    }

    private static bool IsQuote(char character) => character is '"' or '“' or '”';
}

/// <summary>A word to look for.</summary>
/// <param name="Stem">What all its forms have in common.</param>
/// <param name="Exact">The form that was asked for.</param>
/// <param name="Capitals">True if it was typed in capitals, as acronyms are.</param>
internal readonly record struct SearchWord(string Stem, string Exact, bool Capitals);
