using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>What a page says of itself: JSON-LD first, then OpenGraph and other meta elements, then what is marked up.</summary>
internal static class HtmlMetadata
{
    private static readonly string[] DekClasses = ["dek", "deck", "subtitle", "sub-title", "subhead", "subheading", "sub-heading", "subheadline", "sub-headline", "standfirst", "strapline", "tagline", "perex", "chapo"];
    private static readonly string[] BylineClasses = ["byline", "author", "byl", "meta", "post-meta", "entry-meta"];

    private const int LongestDek = 400;
    private const int MaxHeaderElements = 30;
    private const int MaxCommunity = 100;
    private const int MaxTopicLinks = 50;
    private const int MaxTopic = 60;

    public static void Read(IHtmlDocument document, SmartReader.Article? scored, StoryDraft draft)
    {
        var meta = new MetaElements(document);
        var data = StructuredData.Read(document, draft.CanonicalUri);
        draft.CanonicalUri = First(draft.CanonicalUri, StoryDraft.WebAddress(data.Uri));
        draft.Title = PageTitle.Find(document, meta, data, scored);
        if (draft.Title.Length > StoryDraft.MaxTitle)
        {
            draft.Say("TITLE_CUT", $"The page's title has more than {StoryDraft.MaxTitle} characters and was cut.", draft.Title);
            draft.Title = StoryDraft.Shortened(draft.Title, StoryDraft.MaxTitle);
        }

        var head = PageHead.Read(document, draft.Title);
        ReadDek(head, meta, data, draft);
        draft.Language = First(document.DocumentElement.GetAttribute("lang") ?? "", meta.First("language"), data.Language);
        draft.Community = new[] { meta.First("article:section"), data.Section, Masthead(document) }.FirstOrDefault(name => name.Length is > 0 and <= MaxCommunity, "");
        ReadTopics(document, meta, data, draft);
        draft.Creator = PageByline.Find(document, head, meta, data);
        PageDate.Read(document, head, meta, data, draft);
        if (draft.Creator.Length == 0 && scored?.Byline is { Length: > 0 and <= 200 } byline && AuthorName.Find(byline) is { Length: > 0 } name
            && head.Lines.Any(line => line.Text.Contains(name, StringComparison.OrdinalIgnoreCase)))
        {
            // SmartReader takes the first byline of the page, be it another story's; near the headline it is this one's.
            draft.Creator = name;
        }
    }

    /// <summary>Where the page says that it stands: what it has relative addresses for is found from there.</summary>
    public static void ReadAddress(IHtmlDocument document, StoryDraft draft) =>
        draft.CanonicalUri = First(
            StoryDraft.WebAddress(document.QuerySelector("link[rel~=canonical]")?.GetAttribute("href") ?? ""),
            StoryDraft.WebAddress(document.QuerySelector("meta[property='og:url']")?.GetAttribute("content") ?? ""));

    private static void ReadTopics(IHtmlDocument document, MetaElements meta, StructuredData data, StoryDraft draft)
    {
        foreach (var topic in meta.All("article:tag").Concat(data.Keywords).Concat(document.QuerySelectorAll("a[rel~=tag]").Take(MaxTopicLinks).Select(link => HtmlArticle.TextOf(link))))
        {
            // "Mergers, Acquisitions and Divestitures" is one topic; more commas make a list.
            Add(topic.AsSpan().Count(',') > 1 ? Split(topic) : [topic]);
        }

        foreach (var name in (ReadOnlySpan<string>)["parsely-tags", "sailthru:tags", "news_keywords", "keywords"])
        {
            Add(meta.All(name).SelectMany(Split));
        }

        void Add(IEnumerable<string> topics) =>
            draft.Topics.AddRange(topics.Select(topic => topic.TrimStart('#')).Where(topic => topic.Length <= MaxTopic && !topic.Equals(draft.Title, StringComparison.OrdinalIgnoreCase)));

        static string[] Split(string topics) => topics.Split([',', ';', '，', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static void ReadDek(PageHead head, MetaElements meta, StructuredData data, StoryDraft draft)
    {
        // What stands below the headline was written for readers; descriptions are written for search engines.
        draft.Dek = First(
            Dek(head, isNamed: true), data.Description,
            meta.First("dc:description", "dcterm:description", "dcterms:description", "og:description", "weibo:article:description", "weibo:webpage:description", "description", "twitter:description", "sailthru:description"),
            data.PageDescription);
        draft.Dek = First(draft.Dek, Dek(head, isNamed: false));
        if (string.Equals(draft.Dek, draft.Title, StringComparison.OrdinalIgnoreCase))
        {
            draft.Dek = "";
        }
        else if (draft.Dek.Length > StoryDraft.MaxDek)
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

    // What stands below the headline and is called so, or fills the headline's header where the page describes itself in no other way.
    private static string Dek(PageHead head, bool isNamed)
    {
        foreach (var (element, text) in head.Lines)
        {
            if (text.Length > LongestDek)
            {
                continue;
            }

            if (isNamed ? IsDekClass(element.ClassName ?? "") && IsAboveText(element) : IsInHeader(element, head.Headline) && IsProse(text))
            {
                return text;
            }
        }

        return "";
    }

    private static bool IsInHeader(IElement element, IElement? headline) =>
        element.LocalName is "h2" or "h3" or "h4" or "p" && headline is not null && element.PreviousElementSibling == headline && headline.Closest("header, hgroup") is { } header && header.Contains(element);

    private static bool IsProse(string text) =>
        text.Length >= 20 && Byline.Parse(text) is null && Byline.ParseName(text) is null && Byline.ParseDateline(text) is null && !text.StartsWith("By ", StringComparison.OrdinalIgnoreCase);

    // A line under a later heading may carry the same class.
    private static bool IsAboveText(IElement element)
    {
        // Not further than a header is long: finding the one before takes longer the more siblings there are.
        var steps = 0;
        for (var above = element.PreviousElementSibling; above is not null && above.LocalName != "h1" && steps++ < MaxHeaderElements; above = above.PreviousElementSibling)
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
