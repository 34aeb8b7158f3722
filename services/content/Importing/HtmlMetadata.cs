using System.Text.Json;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>What a page says of itself: JSON-LD first, then OpenGraph and other meta elements, then what is marked up.</summary>
internal static class HtmlMetadata
{
    public static void Read(IHtmlDocument document, StoryDraft draft)
    {
        var article = Article(document);
        var site = Meta(document, "og:site_name");
        draft.Title = First(Text(article, "headline"), Meta(document, "og:title"), Meta(document, "twitter:title"), Heading(document), WithoutSite(document.Title ?? "", site));
        draft.Dek = First(Meta(document, "description"), Meta(document, "og:description"), Text(article, "description"));
        draft.CanonicalUri = StoryDraft.WebAddress(First(document.QuerySelector("link[rel=canonical]")?.GetAttribute("href") ?? "", Meta(document, "og:url"), Text(article, "mainEntityOfPage")));
        draft.Language = document.DocumentElement.GetAttribute("lang") ?? "";
        draft.Creator = First(Author(article), Meta(document, "author"), Name(Meta(document, "article:author")), Meta(document, "byl"), Marked(document, "[rel=author]"), Marked(document, "[itemprop=author]"));
        draft.Creator = draft.Creator.StartsWith("By ", StringComparison.Ordinal) ? draft.Creator[3..] : draft.Creator;
        draft.Community = First(Meta(document, "article:section"), Text(article, "articleSection"));
        draft.Topics.AddRange(document.QuerySelectorAll("meta[property='article:tag']").Select(tag => tag.GetAttribute("content") ?? ""));
        draft.Topics.AddRange(Meta(document, "keywords").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        foreach (var date in new[]
        {
            Text(article, "datePublished"), Meta(document, "article:published_time"), Meta(document, "date"), Meta(document, "pubdate"), Meta(document, "dc.date"), Meta(document, "parsely-pub-date"),
            document.QuerySelector("[itemprop=datePublished]") is { } marked ? First(marked.GetAttribute("datetime") ?? "", marked.GetAttribute("content") ?? "", marked.TextContent) : "",
            document.QuerySelector("article time[datetime], time[pubdate], header time[datetime]")?.GetAttribute("datetime") ?? "",
            document.QuerySelector("time[datetime]")?.GetAttribute("datetime") ?? "",
        })
        {
            if (date.Length > 0 && draft.TryPublished(date))
            {
                break;
            }
        }
    }

    private static string Heading(IHtmlDocument document) =>
        document.QuerySelectorAll("h1") is [var only] ? StoryDraft.OneLine(only.TextContent) : StoryDraft.OneLine(document.QuerySelector("article h1")?.TextContent ?? "");

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

    private static string Meta(IHtmlDocument document, string name) =>
        StoryDraft.OneLine((document.QuerySelector($"meta[property='{name}' i]") ?? document.QuerySelector($"meta[name='{name}' i]"))?.GetAttribute("content") ?? "");

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
