using System.Text.RegularExpressions;
using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Search;

/// <summary>
/// Finds what acronyms are short for where a text says so: "Long Name (LN)". The letters must be the first letters of
/// the words before the bracket, where small words ("of", "the", "and") may be left out.
/// </summary>
internal static partial class Acronyms
{
    private const int MaxWords = 10;
    private const int MaxAStory = 50;

    private static readonly HashSet<string> SmallWords = new(["of", "the", "and", "for", "in", "on", "to", "de", "a", "an", "at", "by", "&"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The acronyms that a text explains, with their long names as written, each once.</summary>
    public static IReadOnlyCollection<(string Acronym, string LongName)> In(string text)
    {
        var found = new HashSet<(string, string)>();
        foreach (Match match in InBrackets().Matches(text))
        {
            if (found.Count < MaxAStory && LongNameBefore(text, match.Index, match.Groups[1].Value.TrimEnd('s')) is { } name)
            {
                found.Add((match.Groups[1].Value.TrimEnd('s'), name));
            }
        }

        return found;
    }

    /// <summary>How an acronym and its long name stand in the index.</summary>
    public static string Term(string acronym, string longName) =>
        $"{string.Join(' ', TextAnalyzer.Exact.Words(acronym))}\t{string.Join(' ', TextAnalyzer.Stemmed.Words(longName))}";

    private static string? LongNameBefore(string text, int bracket, string acronym)
    {
        var letters = acronym.Where(char.IsLetter).Select(char.ToUpperInvariant).ToArray();
        var end = bracket;
        while (end > 0 && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        // Word by word towards the front, letter by letter from the last.
        var (at, words) = (end, 0);
        for (var letter = letters.Length - 1; letter >= 0;)
        {
            var start = at;
            while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '\'' or '’' or '&'))
            {
                start--;
            }

            if (start == at || ++words > MaxWords)
            {
                return null;
            }

            var word = text[start..at];
            if (char.ToUpperInvariant(word[0]) == letters[letter] && (char.IsUpper(word[0]) || !SmallWords.Contains(word) || letters.Length > 2))
            {
                letter--;
            }
            else if (!SmallWords.Contains(word))
            {
                return null;
            }

            if (letter < 0)
            {
                return words < 2 ? null : text[start..end];
            }

            at = start;
            while (at > 0 && text[at - 1] is ' ' or '-' or '\u00A0')
            {
                at--;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\((\p{Lu}[\p{Lu}\d&]{1,9}s?)\)", RegexOptions.NonBacktracking)]
    private static partial Regex InBrackets();
}
