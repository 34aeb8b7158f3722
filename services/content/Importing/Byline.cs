using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing;

/// <summary>
/// The line that says who wrote a story, when, and how long it takes to read, as pages run these together:
/// "By Mara OkaforPublished about a year ago 4 min read".
/// </summary>
/// <param name="Name">Who.</param>
/// <param name="When">The words that say when it was published; empty if none.</param>
/// <param name="Updated">The words that say when it was last changed; empty if none.</param>
/// <param name="Minutes">The stated reading time; 0 if none.</param>
internal sealed partial record Byline(string Name, string When, string Updated, int Minutes)
{
    private const int MaxLength = 300;

    /// <summary>The byline that the line is, or null. Prose that begins with "By" has neither a date nor a reading time at its end.</summary>
    public static Byline? Parse(string line)
    {
        if (line.Length is < 5 or > MaxLength || !line.StartsWith("By ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var (rest, minutes) = WithoutReadingTime(line);
        if (rest.Length < 5)
        {
            return null;
        }

        // The name runs up to the first "Published": nothing need separate the two.
        if (Verb().Match(rest, 4) is { Success: true } verb && Clean(rest[3..verb.Index]) is { Length: > 0 and <= 120 } name)
        {
            var (when, updated) = Dates(rest[verb.Index..]);
            return minutes > 0 || Date(when) || Date(updated) ? new Byline(name, when, updated, minutes) : null;
        }

        // "By Mara Okafor · 3 days ago"
        if (Separated().Match(rest) is { Success: true } separated && Date(separated.Groups["when"].Value))
        {
            return new Byline(Clean(separated.Groups["name"].Value), separated.Groups["when"].Value, "", minutes);
        }

        // "By Mara Okafor, Staff Writer | Jan 5, 2020"
        var parts = Separators().Split(rest[3..]);
        for (var at = 1; at < parts.Length; at++)
        {
            var (when, updated) = Dates(parts[at]);
            if ((Date(when) || Date(updated)) && AuthorName.Find(string.Join('\n', parts[..at])) is { Length: > 0 } who)
            {
                return new Byline(who, when, updated, minutes);
            }
        }

        return minutes > 0 && IsName(rest[3..]) ? new Byline(Clean(rest[3..]), "", "", minutes) : null;
    }

    /// <summary>The byline that is nothing but "By" and a name that looks like one, or null.</summary>
    public static Byline? ParseName(string line) =>
        line.Length <= 100 && line.StartsWith("By ", StringComparison.OrdinalIgnoreCase) && IsName(line[3..]) && CreditLine.Parse(line) is null
            ? new Byline(Clean(line[3..]), "", "", 0)
            : null;

    /// <summary>The line below a name: "Published 3 days ago 4 min read", "March 3, 2023" or "4 min read"; null if it is none of them.</summary>
    public static Byline? ParseDateline(string line)
    {
        if (line.Length > MaxLength || line.StartsWith("By ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var (rest, minutes) = WithoutReadingTime(line);
        var (when, updated) = Dates(rest);
        return Date(when) || Date(updated) || (minutes > 0 && rest.Length == 0) ? new Byline("", when, updated, minutes) : null;
    }

    private static (string Before, int Minutes) WithoutReadingTime(string line) =>
        ReadingTime().Match(line) is { Success: true } match
            ? (Clean(line[..match.Index]), int.Parse(match.Groups["minutes"].Value, CultureInfo.InvariantCulture))
            : (Clean(line), 0);

    /// <summary>What stands behind "Published" and what behind "Updated"; with neither word all of it is the publish date.</summary>
    private static (string When, string Updated) Dates(string text)
    {
        var updatedAt = UpdatedWord().Match(text);
        var updated = updatedAt.Success ? Clean(text[(updatedAt.Index + updatedAt.Length)..]) : "";
        var when = Clean(updatedAt.Success ? text[..updatedAt.Index] : text);
        // "Updated 3 days agoPublished a year ago": the other way round.
        if (PublishedWord().Match(updated) is { Success: true } later)
        {
            return (Clean(updated[(later.Index + later.Length)..]), Clean(updated[..later.Index]));
        }

        return (PublishedWord().Match(when) is { Success: true, Index: 0 } published ? Clean(when[published.Length..]) : when, updated);
    }

    // Whether the words say a date does not depend on when they were saved.
    private static bool Date(string words) => words.Length > 0 && PublishDate.Parse(words, DateTimeOffset.UnixEpoch.AddYears(100), notAfter: null) is not null;

    private static bool IsName(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is >= 2 and <= 6
            && PersonName.IsWrittenAs(words)
            && (char.IsLetter(words[^1][^1]) || words[^1] is "Jr." or "Sr.")
            && !text.Any(char.IsDigit);
    }

    private static string Clean(string text) => text.Trim(' ', '·', '•', '|', '-', '–', '—', ',', '\t');

    [GeneratedRegex(@"(Published|Posted|Updated):? ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Verb();

    [GeneratedRegex(@"^[Bb][Yy] (?<name>[^·•|–—,]{1,100}?) ?[·•|–—,] ?(?<when>.{1,100})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Separated();

    [GeneratedRegex(@" ?[·•|] ?| [–—-] ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Separators();

    [GeneratedRegex(@"(?<minutes>[0-9]{1,3})[ -]?min(ute)?s?( read)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ReadingTime();

    [GeneratedRegex(@"(\b(last|first) )?(Updated|Edited|Modified|Revised|Aktualisiert|Mis à jour|Mise à jour|Actualizado|Actualizada|Atualizado|Aggiornato|Bijgewerkt|Uppdaterad|Oppdatert|Opdateret|Обновлено)( on| at| am| le| el| em| il| op)?(: ?| |$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex UpdatedWord();

    [GeneratedRegex(@"(\bfirst )?(Published|Posted|Released|Veröffentlicht|Erschienen|Publié|Publiée|Publicado|Publicada|Pubblicato|Gepubliceerd|Publicerad|Publisert|Offentliggjort|Опубликовано)( on| am| le| el| em| il| op|)(: ?| |$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex PublishedWord();
}
