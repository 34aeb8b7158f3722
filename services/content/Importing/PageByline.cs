using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Finds who wrote a page's story: in what the page says of itself, and in what it shows. What it says wins, unless that
/// names only the site or a login, or one of several names that are shown.
/// </summary>
internal static class PageByline
{
    private const int MaxStated = 20;

    private static readonly string[] Metas =
        ["dc:creator", "dcterm:creator", "dcterms:creator", "article:author", "author", "og:article:author", "parsely-author", "sailthru:author", "byl", "citation_author", "cxenseparse:author", "article:author_name"];

    // What the label of a name says in the cards that pages make for messengers.
    private static readonly string[] Labels = ["written by", "by", "author", "posted by", "verfasst von", "geschrieben von", "écrit par", "escrito por", "scritto da", "geschreven door", "skriven av", "written-by"];

    public static string Find(IHtmlDocument document, PageHead head, MetaElements meta, StructuredData data)
    {
        var stated = Stated(meta, data);
        var shown = ShownByline.Find(document, head);
        if (stated.Length == 0 || shown.Length == 0)
        {
            return stated.Length > 0 ? stated : shown;
        }

        return IsSite(stated, meta, data) || IsLogin(stated) || (shown.Length > stated.Length && shown.StartsWith(stated, StringComparison.OrdinalIgnoreCase) && IsList(shown[stated.Length..])) ? shown : stated;
    }

    private static string Stated(MetaElements meta, StructuredData data)
    {
        if (Join(data.Authors) is { Length: > 0 } structured)
        {
            return structured;
        }

        foreach (var name in Metas)
        {
            // Some sites put the address of a profile where the name belongs; AuthorName leaves addresses out.
            if (Join(meta.All(name).Take(MaxStated)) is { Length: > 0 } stated)
            {
                return stated;
            }
        }

        foreach (var number in (ReadOnlySpan<string>)["1", "2"])
        {
            if (Labels.Contains(meta.First($"twitter:label{number}").TrimEnd(':').ToLowerInvariant()) && AuthorName.Find(meta.First($"twitter:data{number}")) is { Length: > 0 } card)
            {
                return card;
            }
        }

        return "";

        string Join(IEnumerable<string> names)
        {
            string[] found = [.. names.Select(AuthorName.Find).Where(name => name.Length > 0)];
            return AuthorName.Join(found.Length > 1 && found.Any(name => !IsSite(name, meta, data)) ? found.Where(name => !IsSite(name, meta, data)) : found);
        }
    }

    private static bool IsSite(string name, MetaElements meta, StructuredData data) =>
        name.Equals(meta.First("og:site_name"), StringComparison.OrdinalIgnoreCase) || name.Equals(data.Publisher, StringComparison.OrdinalIgnoreCase);

    // "marao1" is how somebody signs in.
    private static bool IsLogin(string name) => !name.Contains(' ', StringComparison.Ordinal) && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '_' or '-' or '.');

    private static bool IsList(string rest) => rest.StartsWith(',') || rest.StartsWith(" and ", StringComparison.Ordinal) || rest.StartsWith(" & ", StringComparison.Ordinal) || rest.StartsWith(" et ", StringComparison.Ordinal) || rest.StartsWith(" und ", StringComparison.Ordinal) || rest.StartsWith(" y ", StringComparison.Ordinal);
}
