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

    private const string Kinds =
        "Photo|Photograph|Photography|Image|Picture|Illustration|Artwork|Cover|Cover photo|Cover image|Screenshot|Graphic|Foto|Bild|Bildquelle|Fotografía|Fotografia|Imagen|Imagem|Immagine|Afbeelding|Beeld|Fotograf|Fotó|Kuva|Zdjęcie|Crédit photo|Crédits photo|Crédito|Фото";

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

    /// <summary>
    /// The credit that stands at the end of a caption, or is all of it: "A distress rocket. Image by … from …", "A rocket
    /// (A. B./Agency)". Below a picture less is needed than elsewhere: a © and a name, or a name and an agency.
    /// </summary>
    public static (string Caption, MediaCredit? Credit) Split(string caption)
    {
        var text = caption.Trim();
        if ((Parse(text) ?? Below(text)) is { } whole)
        {
            return ("", whole);
        }

        if (InBrackets().Match(text) is { Success: true } brackets && (Parse(brackets.Groups["credit"].Value) ?? Below(brackets.Groups["credit"].Value)) is { } enclosed)
        {
            return (text[..brackets.Index].TrimEnd(), enclosed);
        }

        foreach (var separator in (ReadOnlySpan<string>)[". ", " | ", " — ", " – ", " - ", "? ", "! ", ".”", " ©"])
        {
            var at = text.LastIndexOf(separator, StringComparison.Ordinal);
            var rest = at > 0 ? text[(separator == " ©" ? at + 1 : at + separator.Length)..].Trim() : "";
            if (at > 0 && (Parse(rest.TrimEnd('.', ')')) ?? Below(rest.TrimEnd('.', ')'))) is { } credit)
            {
                return (separator[0] is '.' or '?' or '!' ? text[..(at + separator.TrimEnd().Length)] : text[..at].TrimEnd(), credit);
            }
        }

        return (caption, null);
    }

    /// <summary>The credit in an element that is marked as one; null if it is too long to be a credit.</summary>
    public static MediaCredit? Of(string text)
    {
        var stated = text.Trim(' ', '(', ')', '[', ']', '|');
        if (stated.Length is < 2 or > MaxLength || stated.AsSpan().Count(' ') > 2 * MaxWords)
        {
            return null;
        }

        if ((Parse(stated) ?? Below(stated)) is { } known)
        {
            return known;
        }

        var (who, where) = Provided(Label().Replace(stated, "").Trim(), "");
        return who.Length == 0 ? null : new MediaCredit { Creator = who, Provider = where, Stated = stated };
    }

    private static MediaCredit? Below(string text)
    {
        var stated = text.Trim();
        if (stated.Length is < 5 or > MaxLength)
        {
            return null;
        }

        var said = stated;
        while (said.StartsWith("Credit", StringComparison.Ordinal) && said[6..].TrimStart(' ', ':', '.') is { Length: > 1 } rest && char.IsUpper(rest[0]))
        {
            // "CreditCreditA. B./Agency": a label for those who hear the page, and another for those who see it.
            said = rest;
        }

        // "AP Photo/A. B.", "REUTERS / A. B."
        if (AgencyFirst().Match(said) is { Success: true } agency && IsName(agency.Groups["who"].Value.Trim(), asName: true))
        {
            return new MediaCredit { Creator = agency.Groups["who"].Value.Trim(), Provider = agency.Groups["where"].Value.Trim(), Stated = stated };
        }

        foreach (var wording in (ReadOnlySpan<Regex>)[NameAndAgency(), CopyrightAlone(), Source()])
        {
            if (wording.Match(said) is { Success: true } match && IsName(match.Groups["who"].Value.Trim(), asName: true) && !char.IsLower(match.Groups["who"].Value[0]))
            {
                return new MediaCredit { Creator = match.Groups["who"].Value.Trim(), Provider = match.Groups["where"].Value.Trim(), Stated = stated };
            }
        }

        return Service().IsMatch(stated) ? new MediaCredit { Provider = stated, Stated = stated } : null;
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

    [GeneratedRegex(@"[(\[](?<credit>[^()\[\]]{3,160})[)\]]\.?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InBrackets();

    [GeneratedRegex($@"^(({Kinds})s?( credits?| courtesy| by)?|Credits?|Credit to|Source|Courtesy( of)?|Quelle|By|©|\([cC]\)) ?:? ?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex(@"^(?<where>AP|AFP|Associated Press|The Associated Press|Reuters|EPA|dpa|Getty|Getty Images|PA|Xinhua|TASS)( Photo| via AP| Images)? ?/ ?(?<who>[^/|:]{2,80})$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex AgencyFirst();

    // "A. B./Agency", "A. B. / Agency via Getty Images": one slash, and names on both sides.
    [GeneratedRegex(@"^(?<who>\p{Lu}[^/|:;,]{1,60}?) ?/ ?(?<where>\p{Lu}[^/|:;]{1,60})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameAndAgency();

    [GeneratedRegex(@"^(©|\([cC]\)|Copyright:?|Copyright ©) ?(?<who>\p{Lu}[^:/|0-9]{1,80})(?<where>)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CopyrightAlone();

    [GeneratedRegex(@"^(((Source|Sources|Quelle|Fuente|Fonte|Bron|Källa|Kilde|Courtesy|Credit) ?:)|Courtesy of) (?<who>\p{Lu}[^:/|]{1,80})(?<where>)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Source();

    [GeneratedRegex($@"^({Services}|Shutterstock\.com|The Associated Press)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Service();
}
