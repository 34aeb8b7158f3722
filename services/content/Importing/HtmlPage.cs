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
        HtmlMetadata.ReadAddress(document, draft);
        var scored = tags <= MaxScoredTags && html.Length <= MaxScoredText ? Score(html, draft.Address) : null;
        HtmlMetadata.Read(document, scored, draft);
        var (found, isWhole) = Root(document, scored);
        var root = found ?? throw DocumentException.Unreadable("has no text");
        HtmlFragment.SayDropped(root, draft);
        HtmlArticle.Read(root, draft, isWhole);
        if (!draft.HasStory && !ReferenceEquals(root, document.Body) && document.Body is { } body)
        {
            HtmlArticle.Read(body, draft, isWhole: true);
        }

        if (draft.Title.Length == 0)
        {
            draft.AssumeTitle();
        }
    }

    /// <summary>What SmartReader makes of the page, from the text alone; null if it finds no article.</summary>
    private static SmartReader.Article? Score(string html, string address)
    {
        // A tree of its own: scoring tears it apart.
        var document = BoundedHtml.Parse(html).Document;
        using var reader = new SmartReader.Reader(address.Length > 0 ? address : UnknownAddress, document) { KeepClasses = true };
        var article = reader.GetArticle();
        return article.Completed && article.IsReadable && article.Content.Length > 0 ? article : null;
    }

    /// <summary>
    /// The element that holds the story: what SmartReader finds, or where it finds nothing (in short texts, and in pages
    /// too large for it) the page's article or main part.
    /// </summary>
    private static (IElement? Root, bool IsWhole) Root(IHtmlDocument document, SmartReader.Article? scored)
    {
        if (scored is not null && BoundedHtml.Parse(scored.Content).Document.Body is { } found)
        {
            return (found, false);
        }

        var articles = document.QuerySelectorAll("article").Where(article => article.ParentElement?.Closest("article") is null).ToArray();
        var marked = articles is [var only] ? only : articles.Length == 0 ? document.QuerySelector("main, [role=main]") : null;
        return (marked is not null && marked.TextContent.Length > 300 ? marked : articles.MaxBy(article => article.TextContent.Length) ?? document.Body, true);
    }
}
