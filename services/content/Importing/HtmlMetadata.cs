using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>What a page says of itself: JSON-LD first, then OpenGraph and other meta elements, then what is marked up.</summary>
internal static class HtmlMetadata
{
    private static readonly string[] DekClasses = ["dek", "deck", "subtitle", "sub-title", "subhead", "subheading", "subheadline", "standfirst", "strapline"];
    private static readonly string[] BylineClasses = ["byline", "author", "byl", "meta", "post-meta", "entry-meta"];

    public static void Read(IHtmlDocument document, SmartReader.Article? scored, StoryDraft draft)
    {
        var meta = new MetaElements(document);
        var data = StructuredData.Read(document, draft.CanonicalUri);
        draft.CanonicalUri = First(draft.CanonicalUri, StoryDraft.WebAddress(data.Uri));
        draft.Title = PageTitle.Find(document, meta, data, scored);
        ReadDek(document, meta, data, draft);
        draft.Language = First(document.DocumentElement.GetAttribute("lang") ?? "", meta.First("language"), data.Language);
        draft.Community = First(meta.First("article:section"), data.Section, Masthead(document));
        draft.Topics.AddRange(meta.All("article:tag"));
        draft.Topics.AddRange(data.Keywords);
        draft.Topics.AddRange(meta.First("keywords").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        draft.Creator = PageByline.Find(document, meta, data, draft.Title);
        PageDate.Read(document, meta, data, draft);
        if (draft.Creator.Length == 0 && scored?.Byline is { Length: > 0 and <= 200 } byline)
        {
            Take(byline, draft);
        }
    }

    /// <summary>Where the page says that it stands: what it has relative addresses for is found from there.</summary>
    public static void ReadAddress(IHtmlDocument document, StoryDraft draft) =>
        draft.CanonicalUri = First(
            StoryDraft.WebAddress(document.QuerySelector("link[rel~=canonical]")?.GetAttribute("href") ?? ""),
            StoryDraft.WebAddress(document.QuerySelector("meta[property='og:url']")?.GetAttribute("content") ?? ""));

    private static void ReadDek(IHtmlDocument document, MetaElements meta, StructuredData data, StoryDraft draft)
    {
        // What stands below the headline was written for readers; descriptions are written for search engines.
        draft.Dek = First(
            Dek(document), data.Description,
            meta.First("dc:description", "dcterm:description", "dcterms:description", "og:description", "weibo:article:description", "weibo:webpage:description", "description", "twitter:description", "sailthru:description"),
            data.PageDescription);
        if (draft.Dek.Length > StoryDraft.MaxDek)
        {
            draft.Say("DEK_DROPPED", $"The page's description has more than {StoryDraft.MaxDek} characters and is none.", draft.Dek);
            draft.Dek = "";
        }
    }

    /// <summary>The class names say that the element holds the line below the headline.</summary>
    public static bool IsDekClass(string classes) => HasClass(classes, DekClasses);

    /// <summary>The class names say that the element holds who and when.</summary>
    public static bool IsBylineClass(string classes) => HasClass(classes, BylineClasses);

    // "article-header__dek" is one as much as "dek".
    private static bool HasClass(string classes, string[] names) =>
        classes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(name =>
            Array.Exists(names, known => name.Equals(known, StringComparison.OrdinalIgnoreCase)
                || name.EndsWith($"-{known}", StringComparison.OrdinalIgnoreCase) || name.EndsWith($"_{known}", StringComparison.OrdinalIgnoreCase)));

    private static string Dek(IHtmlDocument document)
    {
        foreach (var name in DekClasses)
        {
            if (document.QuerySelector($"header .{name}, hgroup .{name}, h1 ~ .{name}") is { } element
                && IsAboveText(element) && HtmlArticle.TextOf(element) is { Length: > 0 and <= 400 } text)
            {
                return text;
            }
        }

        return "";
    }

    // A line under a later heading may carry the same class.
    private static bool IsAboveText(IElement element)
    {
        for (var above = element.PreviousElementSibling; above is not null && above.LocalName != "h1"; above = above.PreviousElementSibling)
        {
            if (above.LocalName is "h2" or "h3" or "ul" or "ol" || (above.LocalName == "p" && above.TextContent.Length > 150))
            {
                return false;
            }
        }

        return true;
    }

    // The picture above everything is the community's, as its text for those who don't see it says.
    private static string Masthead(IHtmlDocument document) =>
        document.QuerySelector("img[alt$=' logo']")?.GetAttribute("alt") is { Length: > 5 and <= 105 } alt && StoryDraft.OneLine(alt) is { Length: > 5 } line ? line[..^5].TrimEnd() : "";

    /// <summary>What a reader of pages took for the byline: a byline of ours, or a name with more behind it.</summary>
    private static void Take(string line, StoryDraft draft)
    {
        var text = StoryDraft.OneLine(line);
        if ((Byline.Parse(text) ?? Byline.ParseDateline(text)) is { } byline)
        {
            draft.Apply(byline);
            return;
        }

        draft.Creator = AuthorName.Find(line);
    }

    private static string First(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }

        return "";
    }
}
