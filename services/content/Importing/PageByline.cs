using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Finds who wrote a page's story: in what the page says of itself, else in what it shows: elements marked as the author
/// (rel, microdata, hCard) or classed as byline, best where they stand between the headline and the text.
/// </summary>
internal static class PageByline
{
    private const int MaxText = 150;

    // Ranks: what is marked as the author by an attribute for it says so more plainly than a class name.
    private const int PlainMark = 4;
    private const int MaxStated = 20;
    private const int MaxMarked = 1_000;

    // So much text may stand between the headline and a byline that heads it.
    private const int HeadText = 500;

    private static readonly string[] Marks = ["byline", "author", "authors", "writer", "writtenby", "bylines", "contributor", "contributors", "byauthor", "creator"];
    private static readonly string[] Lists = ["comment", "comments", "related", "sidebar", "promo", "recirc", "widget", "teaser", "trending", "popular", "recommended", "newsletter", "respond", "replies", "reply", "disqus", "share", "social", "latest"];

    public static string Find(IHtmlDocument document, MetaElements meta, StructuredData data, string title)
    {
        if (AuthorName.Join(data.Authors.Select(AuthorName.Find).Where(IsSaid)) is { Length: > 0 } structured)
        {
            return structured;
        }

        foreach (var name in (ReadOnlySpan<string>)["dc:creator", "dcterm:creator", "dcterms:creator", "author", "article:author", "og:article:author", "parsely-author", "sailthru:author", "byl", "citation_author", "cxenseparse:author", "article:author_name"])
        {
            // Some sites put the address of a profile where the name belongs; AuthorName leaves addresses out.
            if (AuthorName.Join(meta.All(name).Take(MaxStated).Select(AuthorName.Find).Where(IsSaid)) is { Length: > 0 } stated)
            {
                return stated;
            }
        }

        return Shown(document, title);
    }

    private static bool IsSaid(string name) => name.Length > 0;

    private static string Shown(IHtmlDocument document, string title)
    {
        var best = "";
        var bestRank = 0;
        var elsewhere = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var isBelowTitle = document.QuerySelector("h1") is null;
        var textBelow = 0;
        var marked = 0;
        foreach (var element in document.QuerySelectorAll("body *"))
        {
            if (!isBelowTitle && element.LocalName is "h1" or "h2" && (element.LocalName == "h1" || string.Equals(HtmlArticle.TextOf(element), title, StringComparison.OrdinalIgnoreCase)))
            {
                isBelowTitle = true;
                textBelow = 0;
            }

            if (textBelow <= HeadText && element.LocalName == "p")
            {
                textBelow += PageHead.IsLonger(element, HeadText) ? HeadText + 1 : element.TextContent.Length;
            }

            var mark = Mark(element);
            if (mark == 0 || ++marked > MaxMarked || IsListed(element, mark))
            {
                continue;
            }

            var names = Names(element);
            if (names.Length == 0)
            {
                continue;
            }

            var isHead = isBelowTitle && textBelow <= HeadText;
            if (!isHead)
            {
                elsewhere.Add(names);
            }

            var rank = mark + (isHead ? 10 : 0) + (element.Closest("article, main") is not null ? 3 : 0);
            if (rank > bestRank)
            {
                (best, bestRank) = (names, rank);
            }
        }

        // Several names far from the headline are those of other stories.
        return bestRank >= 10 || elsewhere.Count == 1 ? best : "";
    }

    // How plainly the element says that it names the author.
    private static int Mark(IElement element)
    {
        if (element.LocalName is "script" or "style" or "meta" or "link" or "img" or "input" or "body" or "article" or "main" or "section" or "form")
        {
            return 0;
        }

        if (HasWord(element.GetAttribute("itemprop"), "author"))
        {
            return PlainMark + 1;
        }

        if (HasWord(element.GetAttribute("rel"), "author"))
        {
            return PlainMark;
        }

        var classes = $"{element.ClassName} {element.Id}";
        return classes.Length > 1 && Parts(classes).Any(Marks.Contains) ? 3 : 0;
    }

    // A byline among many: of comments, of other stories.
    private static bool IsListed(IElement element, int mark)
    {
        for (var above = element; above is not null && above.LocalName != "body"; above = above.ParentElement)
        {
            // What is marked as the author aside in an article is the author of the article.
            if (above.LocalName == "nav" || (above.LocalName == "aside" && (mark < PlainMark || above.Closest("article") is null)) || above.HasAttribute("hidden") || (above.ClassName is { Length: > 0 } classes && Parts(classes).Any(Lists.Contains)))
            {
                return true;
            }
        }

        return false;
    }

    private static string Names(IElement element)
    {
        if (element.GetAttribute("content") is { Length: > 1 } content)
        {
            return AuthorName.Find(content);
        }

        if (PageHead.IsLonger(element, 10 * MaxText))
        {
            return "";
        }

        var text = Lines(element);
        var marked = element.QuerySelectorAll("[itemprop~=name], .fn, .p-name, [rel~=author]").Select(inner => AuthorName.Find(inner.GetAttribute("content") ?? Lines(inner))).Where(IsSaid).ToArray();
        return marked.Length > 0 ? AuthorName.Join(marked) : text.Length <= MaxText ? AuthorName.Find(text) : "";
    }

    /// <summary>The element's words; where elements meet without a space between them, a line ends.</summary>
    private static string Lines(IElement element)
    {
        var text = new StringBuilder();
        Append(element);
        return text.ToString();

        void Append(INode node)
        {
            foreach (var child in node.ChildNodes)
            {
                if (child is IText words)
                {
                    text.Append(words.Data);
                }
                else if (child is IElement { LocalName: not ("script" or "style" or "svg" or "img" or "time" or "button") } inner)
                {
                    var apart = inner.LocalName is "br" or "p" or "div" or "li" or "h2" or "h3" or "h4" or "h5" || (text.Length > 0 && !char.IsWhiteSpace(text[^1]));
                    text.Append(apart ? "\n" : "");
                    Append(inner);
                    text.Append(inner.LocalName is "p" or "div" or "li" || inner.NextSibling is IElement ? "\n" : "");
                }
            }
        }
    }

    private static bool HasWord(string? words, string word) => words is { Length: > 0 } && words.Split(' ').Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>The words of class names: "c-article__byLine" has c, article and byline.</summary>
    private static string[] Parts(string classes) =>
        classes.ToLowerInvariant().Split([' ', '-', '_', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
