using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>The lines that a page shows around its headline, down to where the text begins: dek, byline, date and the like.</summary>
/// <param name="Headline">The heading that says the title, else the first h1; null if there is none.</param>
/// <param name="Lines">The elements whose words fit on a line, in the order of reading; an element comes before those in it.</param>
internal sealed record PageHead(IElement? Headline, IReadOnlyList<HeadLine> Lines)
{
    private const int MaxLine = 300;
    private const int MaxLines = 150;
    private const int MaxElements = 3_000;
    private const int TextBegins = 200;
    private const int MaxHeader = 800;
    private const int MaxNodes = 1_000;

    public static PageHead Read(IHtmlDocument document, string title)
    {
        var headings = document.QuerySelectorAll("h1, h2");
        var headline = headings.FirstOrDefault(heading => string.Equals(HtmlArticle.TextOf(heading), title, StringComparison.OrdinalIgnoreCase)) ?? headings.FirstOrDefault(heading => heading.LocalName == "h1");
        var root = headline?.Closest("article, main") ?? document.QuerySelector("article, main, [role=main]") ?? document.Body;
        return new PageHead(headline, root is null ? [] : [.. Read(root, headline).Take(MaxLines)]);
    }

    private static IEnumerable<HeadLine> Read(IElement root, IElement? headline)
    {
        // What stands above the headline counts as far as it stands in the same header.
        var header = headline;
        while (header?.ParentElement is { } parent && parent != root && !IsLonger(parent, MaxHeader))
        {
            header = parent;
        }

        var started = header is null;
        var elements = 0;
        var walk = new Walk(root);
        while (walk.Next() is { } node)
        {
            if (node is not IElement element)
            {
                continue;
            }

            started |= element == header;
            if (HtmlArticle.IsUnseen(element))
            {
                walk.Skip();
            }
            else if (started && element != headline)
            {
                if (++elements > MaxElements)
                {
                    yield break;
                }

                var text = IsLonger(element, 10 * MaxLine) ? null : HtmlArticle.TextOf(element);
                if (element.LocalName == "p" && text is null or { Length: > TextBegins })
                {
                    yield break;
                }

                if (text is { Length: > 0 and <= MaxLine })
                {
                    yield return new HeadLine(element, text);
                }
            }
        }
    }

    /// <summary>
    /// True if a node has more than so many characters of text (or is made of so many nodes that it is no line); found
    /// without putting the text together, since a page may be of any size.
    /// </summary>
    public static bool IsLonger(INode root, int limit)
    {
        var length = 0;
        var nodes = 0;
        var walk = new Walk(root);
        while (walk.Next() is { } node)
        {
            length += node is IText text ? text.Length : 0;
            if (length > limit || ++nodes > MaxNodes)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The nodes below a root in the order of reading. A node's next sibling is not asked for: finding it takes longer the more siblings there are.</summary>
    private sealed class Walk(INode root)
    {
        private readonly Stack<(INodeList Nodes, int At)> _open = new([(root.ChildNodes, 0)]);

        /// <summary>The next node, or null; its own nodes come after it unless they are skipped.</summary>
        public INode? Next()
        {
            while (_open.TryPop(out var level))
            {
                if (level.At < level.Nodes.Length)
                {
                    var node = level.Nodes[level.At];
                    _open.Push((level.Nodes, level.At + 1));
                    _open.Push((node.ChildNodes, 0));
                    return node;
                }
            }

            return null;
        }

        /// <summary>Leaves out what is in the node that came last.</summary>
        public void Skip() => _open.Pop();
    }
}

/// <summary>A line near the headline.</summary>
/// <param name="Element">What it stands in.</param>
/// <param name="Text">Its words.</param>
internal readonly record struct HeadLine(IElement Element, string Text);
