using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Finds a page's headline among the places that state it: JSON-LD, meta elements, the h1 and the title element. What
/// stands behind (or before) a headline is cut off where another place has the headline without it, or where it is the
/// site's name; a dash or a bar alone may belong to the headline.
/// </summary>
internal static class PageTitle
{
    private const int MaxNameWords = 3;

    private static readonly string[] Separators = [" | ", " – ", " — ", " - ", " :: ", " · ", " • ", " » ", " « ", " / ", " : ", " ‹ ", "_", "|", "－", "｜", " ~ "];

    // The meta elements that name what a page is about, the most particular first.
    private static readonly string[] Names =
        ["dc:title", "dcterm:title", "dcterms:title", "og:title", "weibo:article:title", "weibo:webpage:title", "title", "twitter:title", "parsely-title", "sailthru:title", "citation_title"];

    public static string Find(IHtmlDocument document, MetaElements meta, StructuredData data, SmartReader.Article? scored)
    {
        var whole = StoryDraft.OneLine(document.Title ?? "");
        string[] sites = [.. Sites(document, meta, data)];
        var heading = Heading(document);
        // What the h1 and the title element both say is the headline, if what is stated has no word of it: then that is of the site.
        // A page that calls itself by the site's name has not said what it is about.
        var stated = new[] { Headline(data, whole) }.Concat(Names.Select(name => meta.First(name))).FirstOrDefault(name => name.Length > 0 && !Array.Exists(sites, site => Same(site, name)), "");
        if (stated.Length > 0 && !(Contains(whole, heading) && !Words(heading).Intersect(Words(stated)).Any() && !Array.Exists(sites, site => Same(site, heading)) && Words(heading).Length > 0))
        {
            return WithoutSite(stated, sites, [heading, meta.First("og:title"), meta.First("twitter:title"), data.Headline]);
        }

        if (whole.Length == 0)
        {
            return heading;
        }

        var cut = WithoutSite(whole, sites, [heading]);
        if (heading.Length == 0)
        {
            return cut == whole && StoryDraft.OneLine(scored?.Title ?? "") is { Length: > 0 } known && Contains(whole, known) ? known : cut;
        }

        return Same(cut, heading) || IsHeadline(heading, cut, sites) ? heading : cut;
    }

    // Some sites put a short description where the headline belongs and the headline in "name"; others name themselves there.
    private static string Headline(StructuredData data, string title)
    {
        var words = Words(title);
        return data.Name.Length > 0 && (data.Headline.Length == 0 || words.Count(Words(data.Name).Contains) > words.Count(Words(data.Headline).Contains)) ? data.Name : data.Headline;
    }

    private static string Heading(IHtmlDocument document)
    {
        var headings = document.QuerySelectorAll("h1").Where(heading => !IsLogo(heading)).ToArray();
        var heading = headings is [var only] ? only : Array.Find(headings, heading => heading.Closest("article, main") is not null);
        return heading is not null && HtmlArticle.TextOf(heading) is { Length: <= StoryDraft.MaxTitle } text ? text : "";
    }

    // The site's name is often the first h1: a picture, or a link to the front page.
    private static bool IsLogo(IElement heading) =>
        heading.QuerySelector("a[href]")?.GetAttribute("href") is { } target && (target is "/" or "#" or "./" || (Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && uri.Query.Length == 0));

    // The title element and the h1 say different things: the h1 is the headline if both tell of the same, or if the title
    // is only a label ("Home", "Untitled", the site's name).
    private static bool IsHeadline(string heading, string title, string[] sites)
    {
        if (Array.Exists(sites, site => Same(site, heading)))
        {
            return false;
        }

        var (shown, other) = (Words(heading), Words(title));
        return Array.Exists(sites, site => Same(site, title)) || shown.Length > other.Length || (shown.Length > 1 && shown.Count(other.Contains) * 2 >= shown.Length);
    }

    private static IEnumerable<string> Sites(IHtmlDocument document, MetaElements meta, StructuredData data)
    {
        yield return meta.First("og:site_name");
        yield return data.Publisher;
        yield return meta.First("application-name");
        yield return meta.First("apple-mobile-web-app-title");
        foreach (var address in new[] { document.QuerySelector("link[rel=canonical]")?.GetAttribute("href"), meta.First("og:url") })
        {
            // "www.example.co.uk" is called Example.
            if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Split('.') is { Length: > 1 } labels)
            {
                yield return uri.Host;
                yield return labels[..^1].MaxBy(label => label.Length) ?? "";
            }
        }
    }

    /// <summary>The part of a title that is the headline, as far as the site's names and the page's other titles tell.</summary>
    private static string WithoutSite(string title, string[] sites, string[] others)
    {
        foreach (var other in others.OrderByDescending(other => other.Length))
        {
            if (other.Length > 0 && other.Length < title.Length && !Array.Exists(sites, site => Contains(Letters(site), Letters(other))) && Rest(title, other) is { Length: > 0 })
            {
                return other;
            }
        }

        foreach (var separator in Separators)
        {
            var at = title.LastIndexOf(separator, StringComparison.Ordinal);
            if (at <= 0)
            {
                continue;
            }

            if (Array.Exists(sites, site => IsName(title[(at + separator.Length)..], site)))
            {
                // "Headline | Section | Site"
                return separator == " | " ? title[..title.IndexOf(separator, StringComparison.Ordinal)] : title[..at];
            }

            var first = title.IndexOf(separator, StringComparison.Ordinal);
            if (Array.Exists(sites, site => Same(site, title[..first])))
            {
                return title[(first + separator.Length)..];
            }
        }

        // A bar with spaces around it separates the site's name, and hardly any headline has one; but a name is short.
        var bar = title.LastIndexOf(" | ", StringComparison.Ordinal);
        return bar > 0 && title.AsSpan(bar + 3).Count(' ') < MaxNameWords ? title[..title.IndexOf(" | ", StringComparison.Ordinal)] : title;
    }

    /// <summary>What a title has beside a headline at its beginning or end, if a separator stands between them; else empty.</summary>
    private static string Rest(string title, string headline)
    {
        if (title.StartsWith(headline, StringComparison.OrdinalIgnoreCase))
        {
            var rest = title[headline.Length..];
            return Array.Exists(Separators, separator => rest.StartsWith(separator, StringComparison.Ordinal)) ? rest : "";
        }

        if (title.EndsWith(headline, StringComparison.OrdinalIgnoreCase))
        {
            var rest = title[..^headline.Length];
            return Array.Exists(Separators, separator => rest.EndsWith(separator, StringComparison.Ordinal)) ? rest : "";
        }

        return "";
    }

    // "The Example Times" is the site that calls itself "Example Times".
    private static bool IsName(string text, string site) =>
        site.Length > 0 && text.Length <= 2 * Math.Max(site.Length, 10) && (Contains(Letters(text), Letters(site)) || Contains(Letters(site), Letters(text)));

    private static bool Same(string one, string other) => one.Length > 0 && Letters(one) == Letters(other);

    private static bool Contains(string text, string part) => part.Length > 0 && text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string[] Words(string text) =>
        [.. text.ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Letters).Where(word => word.Length > 2)];

    private static string FirstOf(string one, string other) => one.Length > 0 ? one : other;
}
