using System.Diagnostics;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;

namespace Broadsheet.Content.Importing;

/// <summary>
/// An HTML page: what it says of itself, then its article in the order of reading. All text comes out plain, so nothing
/// active survives. Nothing is loaded: no style, script, frame or picture.
/// </summary>
internal static class HtmlPage
{
    private const int MaxTags = 200_000;
    private const int MaxOpenTags = 5_000;
    private const int MaxAttributes = 200;

    // Elements deeper than this become siblings; what walks the tree below us may then recurse.
    private const int MaxDepth = 200;

    // SmartReader scores and clones the tree several times; larger pages go by their own mark-up alone.
    private const int MaxScoredTags = 20_000;
    private const int MaxScoredText = 2_000_000;
    private static readonly TimeSpan MaxParsing = TimeSpan.FromSeconds(10);

    // SmartReader makes addresses absolute; what begins with this one was relative to nothing.
    public const string NoAddress = "https://document.invalid/";

    // Elements that need no end tag, so an open one says nothing about nesting.
    private static readonly HashSet<string> Unclosed = new(StringComparer.Ordinal)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "option", "optgroup", "rp", "rt", "html", "head", "body",
    };

    public static void Read(string html, StoryDraft draft)
    {
        var (document, tags) = Parse(html);
        HtmlMetadata.ReadAddress(document, draft);
        var scored = tags <= MaxScoredTags && html.Length <= MaxScoredText ? Score(html, draft.Address) : null;
        HtmlMetadata.Read(document, scored, draft);
        var (root, isWhole) = Root(document, scored);
        HtmlArticle.Read(root ?? throw DocumentException.Unreadable("has no text"), draft, isWhole);
        if (!draft.HasStory && !ReferenceEquals(root, document.Body) && document.Body is { } body)
        {
            HtmlArticle.Read(body, draft, isWhole: true);
        }

        if (draft.Title.Length == 0)
        {
            draft.AssumeTitle();
        }
    }

    /// <summary>Parses within bounds of size, nesting and time.</summary>
    private static (IHtmlDocument Document, int Tags) Parse(string html)
    {
        // The tokenizer reports every stray one as an error, which costs more than a tag.
        if (html.AsSpan().Count('<') > MaxTags * 5)
        {
            throw DocumentException.TooMuch($"has more than {MaxTags} tags");
        }

        var tags = 0;
        var open = 0;
        var openByName = new Dictionary<string, int>(StringComparer.Ordinal);
        var started = Stopwatch.GetTimestamp();
        var options = new HtmlParserOptions
        {
            IsScripting = false,
            SkipComments = true,
            DisableElementPositionTracking = true,
            MaximumDepth = MaxDepth,
            ShouldEmitAttribute = static (ref token, _) => token.Attributes.Count < MaxAttributes,
            OnToken = (token, _) => Count(token),
        };
        return (new HtmlParser(options).ParseDocument(html), tags);

        void Count(HtmlToken token)
        {
            if (token.Type == HtmlTokenType.StartTag)
            {
                if (++tags > MaxTags)
                {
                    throw DocumentException.TooMuch($"has more than {MaxTags} tags");
                }

                if ((tags & 1023) == 0 && Stopwatch.GetElapsedTime(started) > MaxParsing)
                {
                    throw DocumentException.Unreadable("is marked up so badly that it takes too long to read");
                }

                if (!Unclosed.Contains(token.Name))
                {
                    openByName[token.Name] = openByName.GetValueOrDefault(token.Name) + 1;
                    open++;
                }

                // The parser itself takes the square of what stays open.
                if (open > MaxOpenTags)
                {
                    throw DocumentException.Unreadable($"leaves more than {MaxOpenTags} tags open");
                }
            }
            else if (token.Type == HtmlTokenType.EndTag && openByName.GetValueOrDefault(token.Name) is > 0 and var count)
            {
                openByName[token.Name] = count - 1;
                open--;
            }
        }
    }

    /// <summary>What SmartReader makes of the page, from the text alone; null if it finds no article.</summary>
    private static SmartReader.Article? Score(string html, string address)
    {
        // A tree of its own: scoring tears it apart.
        var document = Parse(html).Document;
        using var reader = new SmartReader.Reader(address.Length > 0 ? address : NoAddress, document) { KeepClasses = true };
        var article = reader.GetArticle();
        return article.Completed && article.IsReadable && article.Content.Length > 0 ? article : null;
    }

    /// <summary>
    /// The element that holds the story: what SmartReader finds, or where it finds nothing (in short texts, and in pages
    /// too large for it) the page's article or main part.
    /// </summary>
    private static (IElement? Root, bool IsWhole) Root(IHtmlDocument document, SmartReader.Article? scored)
    {
        if (scored is not null && Parse(scored.Content).Document.Body is { } found)
        {
            return (found, false);
        }

        var articles = document.QuerySelectorAll("article").Where(article => article.ParentElement?.Closest("article") is null).ToArray();
        var marked = articles is [var only] ? only : articles.Length == 0 ? document.QuerySelector("main, [role=main]") : null;
        return (marked is not null && marked.TextContent.Length > 300 ? marked : articles.MaxBy(article => article.TextContent.Length) ?? document.Body, true);
    }
}
