using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Finds whom a page shows as the author: elements marked so (rel, microdata, hCard), classed as byline or linking to a
/// profile, best where they stand between the headline and the text; else a line there that begins with "By".
/// </summary>
internal static partial class ShownByline
{
    private const int MaxText = 150;

    // Ranks: what is marked as the author by an attribute for it says so more plainly than a class name, and that more than a link.
    private const int PlainMark = 4;
    private const int ClassMark = 3;
    private const int LinkMark = 1;
    private const int HeadRank = 10;
    private const int MaxMarked = 1_000;

    // So much text may stand between the headline and a byline that heads it.
    private const int HeadText = 500;

    private static readonly string[] Marks = ["byline", "author", "authors", "writer", "writtenby", "bylines", "contributor", "contributors", "byauthor", "creator"];
    private static readonly string[] Lists = ["comment", "comments", "related", "sidebar", "promo", "recirc", "widget", "teaser", "trending", "popular", "recommended", "newsletter", "respond", "replies", "reply", "disqus", "share", "social", "latest"];

    public static string Find(IHtmlDocument document, PageHead head)
    {
        var best = "";
        var bestRank = 0;
        var elsewhere = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var isBelowTitle = head.Headline is null;
        var textBelow = 0;
        var marked = 0;
        foreach (var element in document.QuerySelectorAll("body *"))
        {
            if (element == head.Headline)
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
                // A link far from the headline leads to anyone.
                if (mark == LinkMark)
                {
                    continue;
                }

                elsewhere.Add(names);
            }

            else if (mark == LinkMark && !PersonName.IsWrittenAs(names.Split(' ')))
            {
                continue;
            }

            var rank = mark + (isHead ? HeadRank : 0) + (element.Closest("article, main") is not null ? 3 : 0);
            if (rank > bestRank)
            {
                (best, bestRank) = (names, rank);
            }
        }

        // Several names far from the headline are those of other stories.
        return bestRank > HeadRank || elsewhere.Count == 1 ? Longer(best, Line(head)) : Line(head);
    }

    // "By Mara Okafor and Bo Lind" says more than the link on the first of the names.
    private static string Longer(string marked, string line) => line.Length > marked.Length && line.StartsWith(marked, StringComparison.OrdinalIgnoreCase) ? line : marked;

    // A line near the headline that says "By" and a name, whatever its element is called.
    private static string Line(PageHead head)
    {
        foreach (var (element, text) in head.Lines)
        {
            if (text.Length <= MaxText && By().IsMatch(text) && AuthorName.Find(Lines(element)) is { Length: > 3 } names && PersonName.IsWrittenAs(names.Split(' ', StringSplitOptions.RemoveEmptyEntries)) && CreditLine.Parse(text) is null)
            {
                return names;
            }
        }

        return "";
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
        return classes.Length > 1 && Parts(classes).Any(Marks.Contains) ? ClassMark : element.LocalName == "a" && Profile().IsMatch(element.GetAttribute("href") ?? "") ? LinkMark : 0;
    }

    // A byline among many: of comments, of other stories.
    private static bool IsListed(IElement element, int mark)
    {
        for (var above = element; above is not null && above.LocalName != "body"; above = above.ParentElement)
        {
            // What is marked as the author aside in an article is the author of the article.
            if ((above.LocalName == "nav" && mark < PlainMark) || (above.LocalName == "aside" && (mark < PlainMark || above.Closest("article") is null)) || above.HasAttribute("hidden") || (above.ClassName is { Length: > 0 } classes && Parts(classes).Any(Lists.Contains)))
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

        // Each of several authors is marked, and the words around them put them together.
        if (HasWord(element.GetAttribute("rel"), "author") && element.ParentElement is { } parent && parent.QuerySelectorAll("[rel~=author]").Length > 1 && !PageHead.IsLonger(parent, MaxText)
            && AuthorName.Find(HtmlArticle.TextOf(parent)) is { Length: > 0 } all)
        {
            return all;
        }

        var text = Lines(element);
        var marked = element.QuerySelectorAll("[itemprop~=name], .fn, .p-name, [rel~=author]").Select(inner => AuthorName.Find(inner.GetAttribute("content") ?? Lines(inner))).Where(name => name.Length > 0).ToArray();
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
            for (var at = 0; at < node.ChildNodes.Length; at++)
            {
                if (node.ChildNodes[at] is IText words)
                {
                    text.Append(words.Data);
                }
                else if (node.ChildNodes[at] is IElement { LocalName: not ("script" or "style" or "svg" or "img" or "time" or "button") } inner)
                {
                    var apart = inner.LocalName is "br" or "p" or "div" or "li" or "h2" or "h3" or "h4" or "h5" || (text.Length > 0 && !char.IsWhiteSpace(text[^1]));
                    text.Append(apart ? "\n" : "");
                    Append(inner);
                    text.Append(inner.LocalName is "p" or "div" or "li" || (at + 1 < node.ChildNodes.Length && node.ChildNodes[at + 1] is IElement) ? "\n" : "");
                }
            }
        }
    }

    private static bool HasWord(string? words, string word) => words is { Length: > 0 } && words.Split(' ').Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>The words of class names: "c-article__byLine" has c, article and byline.</summary>
    private static string[] Parts(string classes) =>
        classes.ToLowerInvariant().Split([' ', '-', '_', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^(By|Written by|Posted by|Words by|Von|Par|Por|Door|Av|Af|Text|Autor|Author):? ?\p{Lu}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex By();

    // Addresses of profiles, as systems make them.
    [GeneratedRegex(@"/(authors?|profiles?|staff|editors?|contributors?|writers?|people|by|team|user|users|autor|autoren|auteur|auteurs|autores|redaktion)/[^/?#]{3,}/?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Profile();
}
