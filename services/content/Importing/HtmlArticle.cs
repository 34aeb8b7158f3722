using System.Text;
using AngleSharp.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>Goes through the element that holds a story in the order of reading and hands its blocks to the draft.</summary>
internal sealed class HtmlArticle
{
    private const int MaxDekLine = 120;

    // Stands for <br> until paragraphs are split; white space to everything else.
    private const char LineBreak = '\u2028';

    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal)
    {
        "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button", "iframe", "object", "embed", "svg", "annotation", "annotation-xml",
        "input", "select", "textarea", "dialog", "audio", "canvas", "map", "head", "menu", "title", "link", "meta",
    };

    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "figure", "figcaption", "table",
        "img", "picture", "hr", "address", "details", "summary", "center", "body", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "video", "hgroup",
    };

    private readonly StoryDraft _draft;
    private readonly StringBuilder _loose = new();

    private readonly bool _isWhole;

    private HtmlArticle(StoryDraft draft, bool isWhole) => (_draft, _isWhole) = (draft, isWhole);

    /// <summary>Reads an element; where nothing has yet told its text from what stands around it, it is read as a whole and told here.</summary>
    public static void Read(IElement root, StoryDraft draft, bool isWhole)
    {
        var article = new HtmlArticle(draft, isWhole);
        article.Walk(root, "");
        article.Flush("");
    }

    /// <summary>The words of a node on one line, without what a reader does not see.</summary>
    public static string TextOf(INode node, INode? without = null)
    {
        var text = new StringBuilder();
        Append(node, text, without);
        return StoryDraft.OneLine(text.ToString());
    }

    private static void Append(INode node, StringBuilder text, INode? without = null)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText data)
            {
                text.Append(data.Data.Replace(LineBreak, ' '));
            }
            else if (child is IElement { LocalName: "br" })
            {
                text.Append(LineBreak);
            }
            else if (child is IElement element && !IsUnseen(element) && !ReferenceEquals(element, without))
            {
                var apart = Blocks.Contains(element.LocalName) ? " " : "";
                text.Append(apart);
                Append(element, text, without);
                text.Append(apart);
            }
        }
    }

    /// <summary>True for what a reader does not see, and for what belongs to the page around the text.</summary>
    public static bool IsUnseen(IElement element) =>
        Skipped.Contains(element.LocalName) || element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true"
        || (element.GetAttribute("style") is { } style && IsHidden(style));

    private static bool IsHidden(string style)
    {
        var plain = style.Replace(" ", "", StringComparison.Ordinal);
        return plain.Contains("display:none", StringComparison.OrdinalIgnoreCase) || plain.Contains("visibility:hidden", StringComparison.OrdinalIgnoreCase);
    }

    private void Walk(INode root, string classes)
    {
        foreach (var node in root.ChildNodes)
        {
            if (node is IText text)
            {
                _loose.Append(text.Data.Replace(LineBreak, ' '));
            }
            else if (node is IElement { LocalName: "br" })
            {
                _loose.Append(LineBreak);
            }
            else if (node is IElement element)
            {
                Visit(element, classes);
            }
        }
    }

    private void Visit(IElement element, string classes)
    {
        var name = element.LocalName;
        if (PageFurniture.Is(element, isTold: !_isWhole))
        {
            if (TextOf(element) is { Length: > 0 } known)
            {
                _draft.Dropped(known);
            }

            return;
        }

        if (IsUnseen(element))
        {
            if (name is "nav" or "aside" or "footer" && TextOf(element) is { Length: > 0 } furniture)
            {
                _draft.Dropped(furniture);
            }

            return;
        }

        if (!Blocks.Contains(name))
        {
            Walk(element, classes);
            return;
        }

        Flush(classes);
        switch (name)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Heading(TextOf(element), name == "h1", element.ClassName ?? "");
                break;
            case "p" or "address":
                foreach (var image in element.QuerySelectorAll("img").Where(image => !IsInNoscript(image)))
                {
                    Picture(image, null);
                }

                Append(element, _loose);
                Flush(element.ClassName ?? classes);
                break;
            case "ul" or "ol":
                var items = new List<string>();
                Items(element, items);
                _draft.AddList(name == "ol", items);
                break;
            case "blockquote":
                if (TextOf(element) is { Length: > 0 } quote)
                {
                    _draft.AddQuote(quote);
                }

                break;
            case "pre":
                Code(element);
                break;
            case "figure" when element.QuerySelectorAll("img").Length > 1:
                // A gallery: pictures that stand for themselves.
                goto default;
            case "figure":
                Figure(element);
                break;
            case "img":
                Picture(element, null);
                break;
            case "tr":
                // A row reads as a line; a table that only lays out the page holds blocks and is gone through.
                if (element.QuerySelector("p, div, ul, ol, table, h1, h2, h3, h4, img, blockquote, pre") is not null)
                {
                    goto default;
                }

                Paragraph(string.Join(" | ", element.Children.Select(cell => TextOf(cell)).Where(cell => cell.Length > 0)), "");
                break;
            default:
                var inner = element.ClassName is { Length: > 0 } own ? own : classes;
                Walk(element, inner);
                Flush(inner);
                break;
        }
    }

    /// <summary>Ends the running paragraph: two line breaks in a row are as good as two paragraphs.</summary>
    private void Flush(string classes)
    {
        if (_loose.Length == 0)
        {
            return;
        }

        var paragraph = new StringBuilder();
        var breaks = 0;
        foreach (var line in _loose.ToString().Split(LineBreak))
        {
            var text = StoryDraft.OneLine(line);
            if (text.Length == 0)
            {
                breaks++;
                continue;
            }

            if (breaks > 0 && paragraph.Length > 0)
            {
                Paragraph(paragraph.ToString(), classes);
                paragraph.Clear();
            }

            breaks = 0;
            paragraph.Append(paragraph.Length > 0 ? " " : "").Append(text);
        }

        _loose.Clear();
        Paragraph(paragraph.ToString(), classes);
    }

    private void Heading(string text, bool isTop, string classes)
    {
        if (text.Length == 0 || IsSame(text, _draft.Title))
        {
            return;
        }

        if (_draft.IsEmpty && (IsSame(text, _draft.Dek) || (_draft.Dek.Length == 0 && HtmlMetadata.IsDekClass(classes))))
        {
            _draft.Dek = text;
            _draft.Dropped(text);
        }
        else if (_draft.Title.Length == 0 && (isTop || _draft.IsEmpty))
        {
            _draft.Title = text;
        }
        else
        {
            _draft.StartSection(text);
        }
    }

    private void Paragraph(string text, string classes)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (PageFurniture.IsLine(text) || (_draft.IsEmpty && IsHeadFurniture(text, classes)))
        {
            _draft.Dropped(text);
        }
        else if (_draft.LastMedia is { Caption.Length: 0 } above && HtmlPicture.IsCaptionClass(classes))
        {
            HtmlPicture.Describe(above, text);
        }
        else if (CreditLine.Parse(text) is { } credit)
        {
            _draft.AddCredit(credit);
        }
        else
        {
            _draft.AddText(text);
        }
    }

    /// <summary>Headline, dek, byline and date stand above the text; what they say is taken, the lines are not.</summary>
    private bool IsHeadFurniture(string text, string classes)
    {
        // Systems that have no dek describe a page by its first paragraph, which belongs to the text all the same.
        if ((IsSame(text, _draft.Dek) && (text.Length <= MaxDekLine || HtmlMetadata.IsDekClass(classes))) || IsSame(text, _draft.Title) || IsSame(text, _draft.Creator) || IsSame(text, _draft.Community))
        {
            return true;
        }

        if (_draft.Dek.Length == 0 && HtmlMetadata.IsDekClass(classes))
        {
            _draft.Dek = text;
            return true;
        }

        if ((Byline.Parse(text) ?? Byline.ParseName(text) ?? Byline.ParseDateline(text)) is { } byline)
        {
            _draft.Apply(byline);
            return true;
        }

        // "By Ravi Sandhu-Klein, editor at large": the page's head has told whose name it is.
        return text.Length <= 160 && text[^1] != '.' && _draft.Creator.Length > 0
            && (text.StartsWith($"By {_draft.Creator}", StringComparison.OrdinalIgnoreCase) || (HtmlMetadata.IsBylineClass(classes) && text.Contains(_draft.Creator, StringComparison.OrdinalIgnoreCase)));
    }

    // An item ends where a list inside it begins; the inner items follow as items of their own.
    private static void Items(IElement list, List<string> items)
    {
        foreach (var item in list.Children.Where(child => !IsUnseen(child)))
        {
            if (item.LocalName is "ul" or "ol")
            {
                Items(item, items);
                continue;
            }

            var text = new StringBuilder();
            foreach (var node in item.ChildNodes)
            {
                if (node is IText data)
                {
                    text.Append(data.Data);
                }
                else if (node is IElement element && element.LocalName is not ("ul" or "ol") && !IsUnseen(element))
                {
                    text.Append(element.LocalName == "br" ? " " : TextWithSpaces(element));
                }
            }

            if (StoryDraft.OneLine(text.ToString()) is { Length: > 0 } line)
            {
                items.Add(line);
            }

            foreach (var inner in item.Children.Where(child => child.LocalName is "ul" or "ol"))
            {
                Items(inner, items);
            }
        }
    }

    // Unlike TextOf it keeps the space before or after an inline element.
    private static string TextWithSpaces(IElement element)
    {
        var text = new StringBuilder();
        var apart = Blocks.Contains(element.LocalName) ? " " : "";
        text.Append(apart);
        Append(element, text);
        return text.Append(apart).ToString();
    }

    private void Code(IElement element)
    {
        var text = new StringBuilder();
        AppendCode(element, text);
        if (text.ToString().Trim('\n') is { } code && !string.IsNullOrWhiteSpace(code))
        {
            _draft.AddCode(code);
        }
    }

    // Its white space is kept; what a reader does not see is not.
    private static void AppendCode(INode node, StringBuilder text)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText data)
            {
                text.Append(data.Data);
            }
            else if (child is IElement element && !IsUnseen(element))
            {
                text.Append(element.LocalName == "br" ? "\n" : "");
                AppendCode(element, text);
            }
        }
    }

    private void Figure(IElement figure)
    {
        var caption = figure.QuerySelector("figcaption");
        if (figure.QuerySelectorAll("img").Where(image => !IsInNoscript(image)).ToArray() is { Length: > 0 } images)
        {
            // The caption is that of all pictures above it; it is said once.
            for (var at = 0; at < images.Length; at++)
            {
                Picture(images[at], at == images.Length - 1 ? caption : null);
            }
        }
        else if (figure.QuerySelector("blockquote") is { } quote && TextOf(quote) is { Length: > 0 } quoted)
        {
            _draft.AddQuote(quoted);
        }
        else if (figure.QuerySelector("pre") is { } code)
        {
            Code(code);
        }
        else if (figure.QuerySelector("table") is { } table)
        {
            Visit(table, "");
        }
        else if (caption is not null && CreditLine.Parse(TextOf(caption)) is { } credit)
        {
            _draft.AddCredit(credit);
        }
    }

    private static bool IsInNoscript(IElement image) => image.ParentElement?.Closest("noscript") is not null;

    private void Picture(IElement image, IElement? caption)
    {
        if (HtmlPicture.Read(image, caption, _draft) is { } media)
        {
            _draft.AddPicture(media);
        }
    }

    private static bool IsSame(string one, string other) => other.Length > 0 && string.Equals(one, StoryDraft.OneLine(other), StringComparison.OrdinalIgnoreCase);
}
