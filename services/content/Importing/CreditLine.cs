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

    // Services whose name makes "By … on …" a credit; without one the words could be the title of anything.
    private const string Services =
        "Unsplash|Pexels|Pixabay|Flickr|Getty Images|Getty|Shutterstock|iStock|Adobe Stock|Wikimedia Commons|Wikimedia|Wikipedia|Reuters|AP|AFP|Alamy|Canva|Freepik|StockSnap|Burst|Giphy|DeviantArt|Instagram|Dreamstime|Depositphotos";

    /// <summary>The credit that the line is, or null.</summary>
    public static MediaCredit? Parse(string line)
    {
        var text = line.Trim();
        if (text.Length is < 5 or > MaxLength)
        {
            return null;
        }

        foreach (var wording in (ReadOnlySpan<Regex>)[ByOnService(), Labelled(), LabelBy()])
        {
            if (wording.Match(text) is { Success: true } match
                && Provided(match.Groups["who"].Value.Trim(), match.Groups["where"].Value.Trim()) is var (who, where)
                && IsName(who))
            {
                return new MediaCredit { Creator = who, Provider = where, Stated = text };
            }
        }

        return null;
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

    private static bool IsName(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MaxWords || text[^1] is '.' or ',' or ';' or ':' or '!' or '?' && !text.EndsWith(" Inc.", StringComparison.Ordinal) && !text.EndsWith(" Jr.", StringComparison.Ordinal))
        {
            return false;
        }

        // A name begins with a capital, a handle or a digit, and is not a sentence: no comma before a lower-case word.
        if (!char.IsUpper(text[0]) && text[0] != '@' && !char.IsDigit(text[0]) && char.IsLower(text[0]))
        {
            return false;
        }

        return !words.Any(word => word is "is" or "was" or "are" or "were" or "has" or "had" or "the" or "he" or "she" or "they" or "it");
    }

    [GeneratedRegex($@"^(?<label>By|Photo by|Image by|Picture by|Illustration by) (?<who>[^:/|]+?) (on|from|via|at) (?<where>{Services})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ByOnService();

    [GeneratedRegex(@"^((Photo|Image|Picture|Illustration|Photograph|Cover)( credits?)?|Credits?|Photo courtesy|Image courtesy) ?: (?<who>[^:/|]+?)( ?(/|\||via|on|from) ?(?<where>\p{Lu}[^:/|]{1,40}))?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Labelled();

    [GeneratedRegex(@"^(Photo|Image|Picture|Illustration|Photograph|Photography|Artwork)s? (by|courtesy of|credit to|from) (?<who>[^:/|]+?)( (on|from|via|at|/) (?<where>\p{Lu}[^:/|]{1,40}))?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LabelBy();

    [GeneratedRegex(@"^(?<who>.+) (via|on|from) (?<where>\p{Lu}[^:/|]{1,40})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Via();
}
