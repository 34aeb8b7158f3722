using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// An HTML page: what it says of itself, then its article in the order of reading. All text comes out plain, so nothing
/// active survives. Nothing is loaded: no style, script, frame or picture.
/// </summary>
internal static class HtmlPage
{
    /// <summary>Where a page is taken to be while nobody says where; addresses below it are relative ones.</summary>
    public const string UnknownAddress = "https://document.invalid/";

    // SmartReader scores and clones the tree several times; larger pages go by their own mark-up alone.
    private const int MaxScoredTags = 20_000;
    private const int MaxScoredText = 2_000_000;

    public static void Read(string html, StoryDraft draft)
    {
        var (document, tags) = BoundedHtml.Parse(html);
        var scored = tags <= MaxScoredTags && html.Length <= MaxScoredText ? Score(html) : null;
        HtmlMetadata.Read(document, scored, draft);
        var root = Root(document, scored) ?? throw DocumentException.Unreadable("has no text");
        HtmlFragment.SayDropped(root, draft);
        HtmlArticle.Read(root, draft);
        if (!draft.HasText && !ReferenceEquals(root, document.Body) && document.Body is { } body)
        {
            HtmlArticle.Read(body, draft);
        }
    }

    /// <summary>What SmartReader makes of the page, from the text alone; null if it finds no article.</summary>
    private static SmartReader.Article? Score(string html)
    {
        // A tree of its own: scoring tears it apart.
        var document = BoundedHtml.Parse(html).Document;
        using var reader = new SmartReader.Reader(UnknownAddress, document) { KeepClasses = true };
        var article = reader.GetArticle();
        return article.Completed && article.IsReadable && article.Content.Length > 0 ? article : null;
    }

    /// <summary>
    /// The element that holds the story. A page's one article (or main part) is taken as it is where SmartReader finds
    /// about the same words in it; where it finds less, the article holds furniture, and where more, only a part.
    /// </summary>
    private static IElement? Root(IHtmlDocument document, SmartReader.Article? scored)
    {
        var articles = document.QuerySelectorAll("article").Where(article => article.ParentElement?.Closest("article") is null).ToArray();
        var marked = articles is [var only] ? only : articles.Length == 0 ? document.QuerySelector("main, [role=main]") : null;
        var found = scored is null ? null : BoundedHtml.Parse(scored.Content).Document.Body;
        if (found is null)
        {
            return marked is not null && marked.TextContent.Length > 300 ? marked : articles.MaxBy(article => article.TextContent.Length) ?? document.Body;
        }

        if (marked is null)
        {
            return found;
        }

        var words = HtmlArticle.TextOf(marked).Length;
        var foundWords = HtmlArticle.TextOf(found).Length;
        return foundWords >= words * 0.6 && foundWords <= words * 1.1 ? marked : found;
    }
}
