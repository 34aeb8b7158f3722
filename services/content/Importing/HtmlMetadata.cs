using System.Text.Json;
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
        var article = Article(document);
        var site = Meta(document, "og:site_name");
        draft.CanonicalUri = StoryDraft.WebAddress(First(document.QuerySelector("link[rel=canonical]")?.GetAttribute("href") ?? "", Meta(document, "og:url"), Text(article, "mainEntityOfPage")));
        draft.Title = Title(document, scored, article, site);
        draft.Dek = First(Meta(document, "dc:description"), Meta(document, "dcterm:description"), Meta(document, "og:description"), Meta(document, "description"), Text(article, "description"), Meta(document, "twitter:description"));
        if (Dek(document) is { Length: > 0 } shown)
        {
            // What stands below the headline was written for readers; descriptions are written for search engines.
            draft.Dek = shown;
        }
        else if (draft.Dek.Length > StoryDraft.MaxDek)
        {
            draft.Say("DEK_DROPPED", $"The page's description has more than {StoryDraft.MaxDek} characters and is none.", draft.Dek);
            draft.Dek = "";
        }

        draft.Language = First(document.DocumentElement.GetAttribute("lang") ?? "", Meta(document, "language"), Text(article, "inLanguage"));
        draft.Creator = WithoutBy(First(
            Author(article), Meta(document, "dc:creator"), Meta(document, "dcterm:creator"), Meta(document, "author"), Name(Meta(document, "article:author")), Meta(document, "parsely-author"), Meta(document, "byl"),
            Marked(document, "[itemprop=author] [itemprop=name]"), Marked(document, "[itemprop=author]"), Marked(document, "article [rel=author]"), Marked(document, "[rel=author]")));
        draft.Community = First(Meta(document, "article:section"), Text(article, "articleSection"), Masthead(document));
        draft.Topics.AddRange(document.QuerySelectorAll("meta[property='article:tag']").Select(tag => tag.GetAttribute("content") ?? ""));
        draft.Topics.AddRange(Meta(document, "keywords").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        ReadDate(document, article, draft);
        if (draft.Creator.Length == 0 && scored?.Byline is { Length: > 0 and <= 200 } byline)
        {
            Take(byline, draft);
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

    private static string Title(IHtmlDocument document, SmartReader.Article? scored, JsonElement? article, string site)
    {
        var stated = First(Headline(article, document.Title ?? ""), Meta(document, "dc:title"), Meta(document, "dcterm:title"), Meta(document, "og:title"), Meta(document, "parsely-title"), Meta(document, "twitter:title"));
        var heading = Heading(document);
        var whole = StoryDraft.OneLine(document.Title ?? "");
        if (stated.Length == 0)
        {
            // The headline that readers see, where the page's title holds it; else what is left of that title.
            return heading.Length > 0 && (whole.Length == 0 || whole.StartsWith(heading, StringComparison.OrdinalIgnoreCase))
                ? heading
                : First(StoryDraft.OneLine(scored?.Title ?? ""), WithoutSite(whole, site), heading);
        }

        return heading.Length > 0 && heading.Length < stated.Length && stated.StartsWith(heading, StringComparison.OrdinalIgnoreCase) ? heading : WithoutSite(stated, site);
    }

    // Some sites put a short description where the headline belongs and the headline in "name".
    private static string Headline(JsonElement? article, string title)
    {
        var (headline, name) = (Text(article, "headline"), Text(article, "name"));
        return name.Length > 0 && (headline.Length == 0 || (title.Contains(name, StringComparison.OrdinalIgnoreCase) && !title.Contains(headline, StringComparison.OrdinalIgnoreCase))) ? name : headline;
    }

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

    private static void ReadDate(IHtmlDocument document, JsonElement? article, StoryDraft draft)
    {
        foreach (var date in new[]
        {
            Text(article, "datePublished"), Meta(document, "article:published_time"), Meta(document, "parsely-pub-date"), Meta(document, "date"), Meta(document, "pubdate"), Meta(document, "dc:date"), Meta(document, "dcterms:date"),
            Meta(document, "dcterms.created"), Meta(document, "sailthru.date"), Meta(document, "publish-date"),
            document.QuerySelector("[itemprop=datePublished]") is { } marked ? First(marked.GetAttribute("datetime") ?? "", marked.GetAttribute("content") ?? "", marked.TextContent) : "",
            document.QuerySelector("article time[datetime], time[pubdate], header time[datetime]")?.GetAttribute("datetime") ?? "",
            document.QuerySelector("time[datetime]")?.GetAttribute("datetime") ?? "",
        })
        {
            if (date.Length > 0 && draft.TryPublished(date))
            {
                return;
            }
        }
    }

    /// <summary>What a reader of pages took for the byline: a byline of ours, or a name with more behind it.</summary>
    private static void Take(string line, StoryDraft draft)
    {
        var text = StoryDraft.OneLine(line);
        if ((Byline.Parse(text) ?? Byline.ParseDateline(text)) is { } byline)
        {
            draft.Apply(byline);
            return;
        }

        var name = WithoutBy(text).Split([',', '|', '·', '•'], 2)[0].Trim();
        if (name.Length is > 0 and <= 100 && name.Any(char.IsLetter) && !name.Any(char.IsDigit) && name.AsSpan().Count(' ') < 8)
        {
            draft.Creator = name;
        }
    }

    private static string WithoutBy(string name) =>
        name.StartsWith("By ", StringComparison.OrdinalIgnoreCase) ? name[3..].TrimStart() : name;

    private static string Heading(IHtmlDocument document) =>
        (document.QuerySelectorAll("h1") is [var only] ? only : document.QuerySelector("article h1")) is { } heading && HtmlArticle.TextOf(heading) is { Length: <= StoryDraft.MaxTitle } text ? text : "";

    // "Headline | Section | Site": the site's name says where to cut; a dash alone may belong to the headline.
    private static string WithoutSite(string title, string site)
    {
        var line = StoryDraft.OneLine(title);
        foreach (var separator in (ReadOnlySpan<string>)[" | ", " – ", " — ", " - ", " :: ", " · "])
        {
            var at = line.LastIndexOf(separator, StringComparison.Ordinal);
            if (at > 0 && (separator == " | " || (site.Length > 0 && line[(at + separator.Length)..].Contains(site, StringComparison.OrdinalIgnoreCase))))
            {
                return line[..line.IndexOf(separator, StringComparison.Ordinal)];
            }
        }

        return line;
    }

    // A property may list several names; dots and colons are used alike.
    private static string Meta(IHtmlDocument document, string name)
    {
        foreach (var meta in document.QuerySelectorAll("meta[content]"))
        {
            var names = $"{meta.GetAttribute("property")} {meta.GetAttribute("name")}";
            if (names.Contains(name, StringComparison.OrdinalIgnoreCase) || names.Contains('.', StringComparison.Ordinal))
            {
                foreach (var own in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                {
                    if (own.Replace('.', ':').Equals(name.Replace('.', ':'), StringComparison.OrdinalIgnoreCase) && StoryDraft.OneLine(meta.GetAttribute("content")!) is { Length: > 0 } content)
                    {
                        return content;
                    }
                }
            }
        }

        return "";
    }

    private static string Marked(IHtmlDocument document, string selector) => StoryDraft.OneLine(document.QuerySelector(selector)?.TextContent ?? "");

    // Some sites put the address of a profile where the name belongs.
    private static string Name(string author) => author.Contains("://", StringComparison.Ordinal) ? "" : author;

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

    /// <summary>The JSON-LD description of the article, wherever in the page's graphs it stands.</summary>
    private static JsonElement? Article(IHtmlDocument document)
    {
        foreach (var script in document.QuerySelectorAll("script[type='application/ld+json']").Take(20))
        {
            try
            {
                using var json = JsonDocument.Parse(script.TextContent, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 });
                if (Find(json.RootElement) is { } article)
                {
                    return article.Clone();
                }
            }
            catch (JsonException)
            {
                // Broken JSON-LD is common and says nothing; the page's other words for the same things are read instead.
            }
        }

        return null;
    }

    private static JsonElement? Find(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (Find(item) is { } found)
                {
                    return found;
                }
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("@type", out var type) && type.ToString().Contains("Article", StringComparison.Ordinal) | type.ToString().Contains("Posting", StringComparison.Ordinal))
            {
                return element;
            }

            return element.TryGetProperty("@graph", out var graph) ? Find(graph) : null;
        }

        return null;
    }

    private static string Text(JsonElement? element, string property) =>
        element is { } found && found.TryGetProperty(property, out var value)
            ? StoryDraft.OneLine(value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Array when value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.String => value[0].GetString()!,
                JsonValueKind.Object when value.TryGetProperty("@id", out var id) && id.ValueKind == JsonValueKind.String => id.GetString()!,
                _ => "",
            })
            : "";

    private static string Author(JsonElement? element)
    {
        if (element is not { } found || !found.TryGetProperty("author", out var author))
        {
            return "";
        }

        var first = author.ValueKind == JsonValueKind.Array && author.GetArrayLength() > 0 ? author[0] : author;
        return first.ValueKind switch
        {
            JsonValueKind.String => StoryDraft.OneLine(first.GetString()!),
            JsonValueKind.Object => Text(first, "name"),
            _ => "",
        };
    }
}
