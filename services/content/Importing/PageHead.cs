using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>The lines that a page shows around its headline, down to where the text begins: dek, byline, date and the like.</summary>
internal static class PageHead
{
    private const int MaxLine = 300;
    private const int MaxLines = 150;
    private const int TextBegins = 200;
    private const int MaxHeader = 800;

    /// <summary>The headline's element: the heading that says the title, else the first h1; null if there is none.</summary>
    public static IElement? Headline(IHtmlDocument document, string title)
    {
        var headings = document.QuerySelectorAll("h1, h2");
        return headings.FirstOrDefault(heading => string.Equals(HtmlArticle.TextOf(heading), title, StringComparison.OrdinalIgnoreCase)) ?? headings.FirstOrDefault(heading => heading.LocalName == "h1");
    }

    /// <summary>
    /// The elements around the headline whose words fit on a line, in the order of reading; an element comes before those in it.
    /// </summary>
    public static IEnumerable<(IElement Element, string Text)> Lines(IHtmlDocument document, string title)
    {
        var headline = Headline(document, title);
        var root = headline?.Closest("article, main") ?? document.QuerySelector("article, main, [role=main]") ?? document.Body;
        if (root is null)
        {
            yield break;
        }

        // What stands above the headline counts as far as it stands in the same header.
        var header = headline;
        while (header?.ParentElement is { } parent && parent != root && !IsLonger(parent, MaxHeader))
        {
            header = parent;
        }

        var started = header is null;
        var lines = 0;
        for (INode? node = root; node is not null && lines < MaxLines;)
        {
            var descend = true;
            if (node is IElement element)
            {
                started |= element == header;
                if (!started || HtmlArticle.IsUnseen(element))
                {
                    descend = !HtmlArticle.IsUnseen(element);
                }
                else if (element != headline)
                {
                    var text = IsLonger(element, 10 * MaxLine) ? null : HtmlArticle.TextOf(element);
                    if (element.LocalName == "p" && text is null or { Length: > TextBegins })
                    {
                        yield break;
                    }

                    if (text is { Length: > 0 and <= MaxLine })
                    {
                        lines++;
                        yield return (element, text);
                    }
                }
            }

            node = (descend ? node.FirstChild : null) ?? After(node, root);
        }
    }

    /// <summary>True if a node has more than so many characters of text; found without putting them together, since a page may be of any size.</summary>
    public static bool IsLonger(INode root, int limit)
    {
        var length = 0;
        for (INode? node = root; node is not null; node = node.FirstChild ?? After(node, root))
        {
            length += node is IText text ? text.Length : 0;
            if (length > limit)
            {
                return true;
            }
        }

        return false;
    }

    private static INode? After(INode node, INode root)
    {
        for (var at = node; at is not null && at != root; at = at.Parent)
        {
            if (at.NextSibling is { } next)
            {
                return next;
            }
        }

        return null;
    }
}
