using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// An HTML page: what it says of itself in its head, then its article, in the order of reading. All text comes out
/// plain, so nothing active survives. Nothing is loaded: no style, script, frame or picture.
/// </summary>
internal static class HtmlPage
{
    /// <summary>Deeper pages are hostile or broken; libraries below us recurse.</summary>
    private const int MaxDepth = 400;

    private const int MaxTags = 500_000;

    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button", "iframe", "object", "embed", "svg", "math",
        "input", "select", "textarea", "dialog", "audio", "canvas", "map", "head", "menu",
    };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "figure", "table", "img",
        "picture", "hr", "address", "details", "summary", "center", "body", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "video",
    };

    public static void Read(string html, StoryDraft draft)
    {
        if (html.AsSpan().Count('<') > MaxTags)
        {
            throw DocumentException.TooMuch($"has more than {MaxTags} tags");
        }

        CheckDepth(html);
        // A context without a loader or a script engine: parsing is all that can happen.
        var document = new HtmlParser(new HtmlParserOptions { IsScripting = false }, BrowsingContext.New(Configuration.Default)).ParseDocument(html);
        HtmlMetadata.Read(document, draft);
        var reader = new Walker(draft);
        reader.Walk(Article(document, html));
        reader.Flush();
    }

    /// <summary>The element that holds the story: the page's one article, else its main part, else what SmartReader takes for the text, else the body.</summary>
    private static IElement Article(IHtmlDocument document, string html)
    {
        var marked = document.QuerySelectorAll("article").Where(article => article.ParentElement?.Closest("article") is null).MaxBy(article => article.TextContent.Length);
        if (marked is not null && marked.TextContent.Length > 300)
        {
            return marked;
        }

        if ((document.QuerySelector("main") ?? document.QuerySelector("[role=main]")) is { } main && main.TextContent.Length > 300)
        {
            return main;
        }

        using var reader = new SmartReader.Reader("https://document.invalid/", html);
        var article = reader.GetArticle();
        return article.IsReadable && article.Content.Length > 0
            ? new HtmlParser().ParseDocument(article.Content).Body!
            : document.Body ?? throw DocumentException.Unreadable("has no body");
    }

    /// <summary>Counts open tags without building anything; void and self-closing ones don't nest.</summary>
    private static void CheckDepth(string html)
    {
        var depth = 0;
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < html.Length; at = html.IndexOf('<', at + 1))
        {
            var next = html[at + 1];
            if (next == '/')
            {
                depth = Math.Max(0, depth - 1);
            }
            else if (char.IsAsciiLetter(next) && !IsVoid(html.AsSpan(at + 1)))
            {
                depth++;
            }

            if (depth > MaxDepth * 4)
            {
                break;
            }
        }

        // Unclosed paragraphs and list items are no nesting; only a page that goes far beyond is refused before it is parsed.
        if (depth > MaxDepth * 4)
        {
            throw DocumentException.Unreadable("nests its tags too deeply");
        }
    }

    private static bool IsVoid(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOfAny(' ', '>', '/');
        var name = end < 0 ? tag : tag[..end];
        foreach (var known in (ReadOnlySpan<string>)["br", "img", "hr", "meta", "link", "input", "source", "wbr", "area", "base", "col", "embed", "track", "p", "li", "td", "tr", "th", "dt", "dd", "option"])
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes through an article in the order of reading and hands its blocks to the draft.</summary>
    private sealed class Walker(StoryDraft draft)
    {
        private readonly StringBuilder _loose = new();

        public void Walk(INode root)
        {
            foreach (var node in root.ChildNodes)
            {
                if (node is IElement element)
                {
                    Visit(element);
                }
                else if (node is IText text)
                {
                    _loose.Append(text.Data);
                }
            }
        }

        /// <summary>Ends a paragraph that no element held.</summary>
        public void Flush()
        {
            var text = StoryDraft.OneLine(_loose.ToString());
            _loose.Clear();
            Paragraph(text, "");
        }

        private void Visit(IElement element)
        {
            var name = element.LocalName;
            if (Skipped.Contains(name) || element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true")
            {
                if (name is "nav" or "aside" or "footer" && StoryDraft.OneLine(element.TextContent) is { Length: > 0 } furniture)
                {
                    draft.Dropped(furniture);
                }

                return;
            }

            if (!Blocks.Contains(name))
            {
                // Inline: part of the running paragraph, unless it wraps blocks.
                if (element.Children.Any(child => Blocks.Contains(child.LocalName)))
                {
                    Walk(element);
                }
                else
                {
                    _loose.Append(name == "br" ? "\n" : element.TextContent);
                }

                return;
            }

            Flush();
            switch (name)
            {
                case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                    Heading(StoryDraft.OneLine(element.TextContent), name == "h1");
                    break;
                case "p" or "address":
                    foreach (var image in element.QuerySelectorAll("img"))
                    {
                        Picture(image, "");
                    }

                    Paragraph(StoryDraft.OneLine(element.TextContent), element.ClassName ?? "");
                    break;
                case "ul" or "ol":
                    draft.AddList(name == "ol", [.. element.Children.Where(item => item.LocalName == "li").Select(item => StoryDraft.OneLine(item.TextContent)).Where(item => item.Length > 0)]);
                    break;
                case "blockquote":
                    if (StoryDraft.OneLine(element.TextContent) is { Length: > 0 } quote)
                    {
                        draft.AddQuote(quote);
                    }

                    break;
                case "pre":
                    if (element.TextContent.Trim('\n') is { Length: > 0 } code)
                    {
                        draft.AddCode(code);
                    }

                    break;
                case "figure":
                    Figure(element);
                    break;
                case "img":
                    Picture(element, "");
                    break;
                default:
                    Walk(element);
                    Flush();
                    break;
            }
        }

        private void Heading(string text, bool isTop)
        {
            if (text.Length == 0 || IsSame(text, draft.Title))
            {
                return;
            }

            if (isTop && draft.Title.Length == 0)
            {
                draft.Title = text;
            }
            else if (isTop && draft.IsEmpty)
            {
                // The page calls itself something else in its head; what readers saw is the headline.
                draft.Title = text;
            }
            else
            {
                draft.StartSection(text);
            }
        }

        private void Paragraph(string text, string classes)
        {
            if (text.Length == 0)
            {
                return;
            }

            if (draft.IsEmpty && IsHeadFurniture(text, classes))
            {
                draft.Dropped(text);
            }
            else if (CreditLine.Parse(text) is { } credit)
            {
                if (draft.LastMedia is { Credit: null } above)
                {
                    above.Credit = credit;
                }
                else
                {
                    draft.AddMedia(new Media { Credit = credit });
                }
            }
            else
            {
                draft.AddText(text);
            }
        }

        /// <summary>Dek and byline stand above the text; both were read from the page's head or are read here.</summary>
        private bool IsHeadFurniture(string text, string classes)
        {
            if (IsSame(text, draft.Dek) || IsSame(text, draft.Title))
            {
                return true;
            }

            if (draft.Dek.Length == 0 && (classes.Contains("dek", StringComparison.OrdinalIgnoreCase) || classes.Contains("subtitle", StringComparison.OrdinalIgnoreCase) || classes.Contains("standfirst", StringComparison.OrdinalIgnoreCase)))
            {
                draft.Dek = text;
                return true;
            }

            if (!text.StartsWith("By ", StringComparison.Ordinal) || text.Length > 120 || text[^1] == '.')
            {
                return classes.Contains("byline", StringComparison.OrdinalIgnoreCase);
            }

            if (draft.Creator.Length == 0)
            {
                draft.Creator = text[3..].Split([',', '|', '·'], 2)[0].Trim();
            }

            return text.AsSpan(3).StartsWith(draft.Creator, StringComparison.OrdinalIgnoreCase) || classes.Contains("byline", StringComparison.OrdinalIgnoreCase);
        }

        private void Figure(IElement figure)
        {
            var caption = StoryDraft.OneLine(figure.QuerySelector("figcaption")?.TextContent ?? "");
            if (figure.QuerySelector("img") is { } image)
            {
                Picture(image, caption);
            }
            else if (figure.QuerySelector("blockquote") is { } quote && StoryDraft.OneLine(quote.TextContent) is { Length: > 0 } quoted)
            {
                draft.AddQuote(quoted);
            }
            else if (figure.QuerySelector("pre") is { } code && code.TextContent.Trim('\n') is { Length: > 0 } preformatted)
            {
                draft.AddCode(preformatted);
            }
        }

        private void Picture(IElement image, string caption)
        {
            var (text, credit) = Split(caption);
            var media = new Media { Uri = Address(image), Alt = Limited(StoryDraft.OneLine(image.GetAttribute("alt") ?? "")), Caption = Limited(text), Credit = credit };
            if (media.Uri.Length == 0 && media.Alt.Length == 0 && credit is null)
            {
                return;
            }

            if (draft.IsEmpty && draft.Cover is null)
            {
                draft.Cover = media;
            }
            else
            {
                draft.AddMedia(media);
            }
        }

        // "A distress rocket. Image by … from …": the credit is the last sentence, or all of it.
        private static (string Caption, MediaCredit? Credit) Split(string caption)
        {
            if (CreditLine.Parse(caption) is { } whole)
            {
                return ("", whole);
            }

            for (var at = caption.LastIndexOf(". ", StringComparison.Ordinal); at > 0; at = caption.LastIndexOf(". ", at - 1, StringComparison.Ordinal))
            {
                if (CreditLine.Parse(caption[(at + 2)..]) is { } credit)
                {
                    return (caption[..(at + 1)], credit);
                }
            }

            return (caption, null);
        }

        private string Address(IElement image)
        {
            var source = image.GetAttribute("src") ?? image.GetAttribute("data-src") ?? "";
            return Uri.TryCreate(draft.CanonicalUri, UriKind.Absolute, out var page) && Uri.TryCreate(page, source, out var absolute)
                ? StoryDraft.WebAddress(absolute.AbsoluteUri)
                : StoryDraft.WebAddress(source);
        }

        private static string Limited(string text) => text.Length <= 2_000 ? text : "";

        private static bool IsSame(string one, string other) =>
            string.Equals(one, StoryDraft.OneLine(other), StringComparison.OrdinalIgnoreCase);
    }
}
