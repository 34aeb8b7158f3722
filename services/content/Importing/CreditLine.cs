using System.Text.RegularExpressions;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Lines that credit a picture, in the wordings that pages use. A line is one only as a whole: prose that begins with
/// the same words ("Photo by photo, the archive …", "By 1990 …") is prose.
/// </summary>
internal static partial class CreditLine
{
    private const int MaxLength = 160;
    private const int MaxWords = 8;

    private const string Kinds = "Photo|Photograph|Photography|Image|Picture|Illustration|Artwork|Cover|Cover photo|Cover image|Screenshot|Graphic";

    // Services whose name makes "By … on …" a credit; without one the words could be the title of anything.
    private const string Services =
        "Unsplash|Pexels|Pixabay|Flickr|Getty Images|Getty|Shutterstock|iStock|iStockphoto|Adobe Stock|Wikimedia Commons|Wikimedia|Wikipedia|Reuters|AP|AFP|Alamy|Canva|Freepik|StockSnap|Burst|Giphy|DeviantArt|Instagram|Dreamstime|Depositphotos|Rawpixel|Library of Congress";

    private static readonly HashSet<string> ProseWords = new(StringComparer.Ordinal)
    {
        "is", "was", "are", "were", "be", "been", "has", "had", "have", "the", "he", "she", "they", "it", "we", "i", "that", "which", "what", "who", "this", "there", "nobody", "where", "when",
    };

    /// <summary>The credit that the line is, or null.</summary>
    public static MediaCredit? Parse(string line)
    {
        var stated = line.Trim();
        if (stated.Length is < 5 or > MaxLength)
        {
            return null;
        }

        // "By …" alone is weak evidence: a name and a known service must follow, and nothing else.
        if (ByOnService().Match(stated) is { Success: true } by && IsName(by.Groups["who"].Value, asName: true))
        {
            return Credit(by);
        }

        if (KindByOnService().Match(stated) is { Success: true } known && IsName(known.Groups["who"].Value, asName: false))
        {
            return Credit(known);
        }

        foreach (var wording in (ReadOnlySpan<Regex>)[Labelled(), KindBy(), Copyright()])
        {
            if (wording.Match(stated) is { Success: true } match)
            {
                var (who, where) = Provided(match.Groups["who"].Value.Trim(), match.Groups["where"].Value.Trim());
                if (IsName(who, asName: false) && !char.IsLower(who[0]))
                {
                    return new MediaCredit { Creator = who, Provider = where, Stated = stated };
                }
            }
        }

        return null;

        MediaCredit Credit(Match match) => new() { Creator = match.Groups["who"].Value.Trim(), Provider = match.Groups["where"].Value, Stated = stated };
    }

    /// <summary>"A distress rocket. Image by … from …": the credit is the last sentence of a caption, or all of it.</summary>
    public static (string Caption, MediaCredit? Credit) Split(string caption)
    {
        if (Parse(caption) is { } whole)
        {
            return ("", whole);
        }

        foreach (var separator in (ReadOnlySpan<string>)[". ", " | ", " — ", " (", "? ", "! "])
        {
            var at = caption.LastIndexOf(separator, StringComparison.Ordinal);
            if (at > 0 && Parse(caption[(at + separator.Length)..].TrimEnd('.', ')')) is { } credit)
            {
                return (separator is ". " or "? " or "! " ? caption[..(at + 1)] : caption[..at], credit);
            }
        }

        return (caption, null);
    }

    // "… via Getty Images" may stand in the name where the wording has no place for a service.
    private static (string Who, string Where) Provided(string who, string where) =>
        where.Length == 0 && Via().Match(who) is { Success: true } match
            ? (match.Groups["who"].Value.Trim(), match.Groups["where"].Value.Trim())
            : (who, where);

    private static bool IsName(string text, bool asName)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MaxWords || (text[^1] is '.' or ',' or ';' or ':' or '!' or '?' or '…' && !IsAbbreviation(words[^1])))
        {
            return false;
        }

        return !Array.Exists(words, ProseWords.Contains)
            && (!asName || PersonName.IsWrittenAs(words));
    }

    private static bool IsAbbreviation(string word) => word is "Inc." or "Jr." or "Sr." or "Ltd." or "Co." || (word.Length == 2 && char.IsUpper(word[0]));

    [GeneratedRegex($@"^By (?<who>[^:/|]+) (on|from|via|at) (?<where>{Services})\.?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ByOnService();

    [GeneratedRegex($@"^({Kinds})s? (by|from|courtesy of|credit to|credit:) (?<who>[^:/|]+?) ?(on|from|via|at|/|\||,) ?(?<where>{Services})\.?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex KindByOnService();

    [GeneratedRegex($@"^(({Kinds})( credits?| courtesy)?|Credits?) ?: ?(?<who>[^:/|]+?)( ?(/|\||via|on|from) ?(?<where>\p{{Lu}}[^:/|.]{{1,40}}))?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Labelled();

    [GeneratedRegex($@"^({Kinds})s? (by|courtesy of|credit to|from) (?<who>[^:/|]+?)( (on|from|via|at|/) (?<where>\p{{Lu}}[^:/|.]{{1,40}}))?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KindBy();

    // With a service only: © and a name alone is the page's own line.
    [GeneratedRegex($@"^(©|\([cC]\)) ?(?<who>\p{{Lu}}[^:/|0-9]+?) ?(/|via) ?(?<where>{Services})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Copyright();

    [GeneratedRegex(@"^(?<who>.+) (via|on|from) (?<where>\p{Lu}[^:/|.]{1,40})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Via();
}
