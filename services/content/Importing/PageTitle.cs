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
    private const int MaxHeadings = 50;
    private const double MinLikeness = 0.5;

    private static readonly HashSet<string> Small = new(StringComparer.Ordinal)
    {
        "THE", "AND", "FOR", "WITH", "FROM", "THIS", "THAT", "ARE", "WAS", "HOW", "WHY", "WHAT", "WHO", "YOU", "YOUR", "ITS", "HIS", "HER", "THEIR", "INTO", "OVER", "ABOUT", "NEW", "NOT", "BUT", "ALL", "HAS", "HAVE", "WILL", "CAN",
        "DER", "DIE", "DAS", "UND", "EIN", "EINE", "DEN", "DEM", "FÜR", "MIT", "VON", "LES", "DES", "UNE", "DANS", "POUR", "SUR", "QUE", "QUI", "LOS", "LAS", "DEL", "UNA", "POR", "PARA", "CON", "COM", "UMA", "DOS", "DAS", "IL", "DELLA", "VAN", "HET", "EEN", "VOOR",
    };

    private static readonly string[] Separators = [" | ", " – ", " — ", " - ", " :: ", " · ", " • ", " » ", " « ", " / ", " : ", " ‹ ", "_", "|", "－", "｜", " ~ "];

    // The meta elements that name what a page is about, the most particular first.
    private static readonly string[] Names =
        ["dc:title", "dcterm:title", "dcterms:title", "og:title", "weibo:article:title", "weibo:webpage:title", "title", "twitter:title", "parsely-title", "sailthru:title", "citation_title"];

    public static string Find(IHtmlDocument document, MetaElements meta, StructuredData data, SmartReader.Article? scored)
    {
        var whole = StoryDraft.OneLine(document.Title ?? "");
        string[] sites = [.. Sites(document, meta, data)];
        // A page that calls itself by the site's name has not said what it is about.
        string[] stated = [.. new[] { Headline(data, whole) }.Concat(Names.Select(name => meta.First(name))).Where(name => name.Length > 0 && !IsSite(name))];
        var headings = document.QuerySelectorAll("h1").Take(MaxHeadings).Where(heading => !IsLogo(heading) && !HtmlArticle.IsUnseen(heading))
            .Select(heading => (Text: HtmlArticle.TextOf(heading), IsMarked: heading.Closest("article, main, [role=main]") is not null))
            .Where(heading => heading.Text.Length is > 0 and <= StoryDraft.MaxTitle && !IsSite(heading.Text)).ToArray();

        // The shorter part at the end of the title element is the site's name, and a heading of its own on many pages.
        var last = headings.Where(heading => whole.EndsWith(heading.Text, StringComparison.OrdinalIgnoreCase) && Rest(whole, heading.Text).Length > heading.Text.Length).Select(heading => heading.Text).ToArray();
        headings = [.. headings.Where(heading => !last.Contains(heading.Text))];
        sites = [.. sites, .. last];

        // What readers see as the headline, if what the page says elsewhere tells of the same; else it may head anything.
        var shown = headings
            .Select(heading => (heading.Text, Likeness: Likeness(heading.Text, stated.Length > 0 ? stated[0] : WithoutSite(whole, sites, []))))
            .Where(heading => heading.Likeness >= MinLikeness)
            .OrderByDescending(heading => heading.Likeness).FirstOrDefault().Text;
        if (shown is not null)
        {
            return WithoutSite(shown, sites, []).TrimEnd('¶', '§', ' ');
        }

        if (stated.Length > 0)
        {
            return WithoutSite(stated[0], sites, stated);
        }

        var heading = Array.Find(headings, heading => heading.IsMarked || headings.Length == 1).Text ?? "";
        var cut = WithoutSite(whole, sites, [heading]);
        if (heading.Length > 0 && (whole.Length == 0 || IsSite(cut) || Tokens(heading).Count > Tokens(cut).Count))
        {
            // The title element is only a label ("Home", "Untitled").
            return heading;
        }

        return cut == whole && StoryDraft.OneLine(scored?.Title ?? "") is { Length: > 0 } known && Contains(whole, known) ? known : cut;

        bool IsSite(string text) => Array.Exists(sites, site => Same(site, text));
    }

    // Some sites put a short description where the headline belongs and the headline in "name"; others name themselves there.
    private static string Headline(StructuredData data, string title)
    {
        var words = Tokens(title);
        return data.Name.Length > 0 && (data.Headline.Length == 0 || words.Count(Tokens(data.Name).Contains) > words.Count(Tokens(data.Headline).Contains)) ? data.Name : data.Headline;
    }

    // The site's name is often the first h1: a picture, or a link to the front page.
    private static bool IsLogo(IElement heading) =>
        heading.QuerySelector("a[href]")?.GetAttribute("href") is { } target && (target is "/" or "#" or "./" || (Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && uri.Query.Length == 0));

    /// <summary>How many of their words two titles share, from 0 to 1; 0 for a single word that is not all of the other before a separator.</summary>
    private static double Likeness(string heading, string other)
    {
        var (own, others) = (Tokens(heading), Tokens(other));
        return own.Count == 0 || (own.Count == 1 && !Same(heading, other) && Rest(other, heading).Length == 0) ? 0 : 2.0 * own.Count(others.Contains) / (own.Count + others.Count);
    }

    private static IEnumerable<string> Sites(IHtmlDocument document, MetaElements meta, StructuredData data)
    {
        yield return meta.First("og:site_name");
        yield return data.Publisher;
        foreach (var application in new[] { meta.First("application-name"), meta.First("apple-mobile-web-app-title") })
        {
            // Some put the headline there.
            yield return StoryDraft.OneLine(document.Title ?? "").StartsWith(application, StringComparison.OrdinalIgnoreCase) ? "" : application;
        }

        foreach (var address in new[] { document.QuerySelector("link[rel=canonical]")?.GetAttribute("href"), meta.First("og:url") })
        {
            // "www.example.co.uk" is called Example.
            if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Split('.') is { Length: > 1 } labels)
            {
                yield return uri.Host;
                yield return labels[..^1].Where(label => label != "www").MaxBy(label => label.Length) ?? "";
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

    /// <summary>What titles are compared by: words that carry meaning; pairs of characters where words are not set apart.</summary>
    private static HashSet<string> Tokens(string text)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in text.ToUpperInvariant().Split([' ', '-', '–', '—', '/', '|', '_'], StringSplitOptions.RemoveEmptyEntries).Select(Letters))
        {
            if (word.Any(character => character >= '\u2E80'))
            {
                tokens.UnionWith(Enumerable.Range(0, word.Length - 1).Select(at => word.Substring(at, 2)));
            }
            else if (word.Length > 2 && !Small.Contains(word))
            {
                tokens.Add(word);
            }
        }

        return tokens;
    }
}
