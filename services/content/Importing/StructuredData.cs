using System.Text.Json;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// What a page says of its article in JSON-LD (schema.org), wherever in the page's graphs it stands. Things that are
/// only referred to by <c>@id</c> are looked up.
/// </summary>
internal sealed class StructuredData
{
    private const int MaxScripts = 50;
    private const int MaxThings = 5_000;
    private const int MaxAuthors = 20;

    private readonly Dictionary<string, JsonElement> _byId = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _articles = [];
    private readonly List<JsonElement> _pages = [];
    private int _things;

    private StructuredData()
    {
    }

    /// <summary>Headline of the article; empty like every other text if the page does not say.</summary>
    public string Headline => Text("headline");

    /// <summary>The article's name, which some sites use for the headline.</summary>
    public string Name => Text("name");

    public string Description => Text("description");

    public string AlternativeHeadline => Text("alternativeHeadline");

    public string Published => Text("datePublished");

    public string Modified => Text("dateModified");

    public string Section => Text("articleSection");

    public string Language => Text("inLanguage");

    /// <summary>The name of who publishes it.</summary>
    public string Publisher => Names(Article, "publisher").FirstOrDefault("");

    public string Uri => First(Text("mainEntityOfPage"), Text("url"));

    /// <summary>When the web page around it was published, where it does not say that of the article.</summary>
    public string PagePublished => Page is { } page ? Of(page, "datePublished") : "";

    /// <summary>The description of the web page around the article.</summary>
    public string PageDescription => Page is { } page ? Of(page, "description") : "";

    /// <summary>Who wrote it, in the page's order.</summary>
    public IReadOnlyList<string> Authors { get; private set; } = [];

    /// <summary>What it is about: a list, or one text with commas.</summary>
    public IReadOnlyList<string> Keywords { get; private set; } = [];

    private JsonElement? Article { get; set; }

    private JsonElement? Page { get; set; }

    public static StructuredData Read(IHtmlDocument document, string canonical)
    {
        var data = new StructuredData();
        foreach (var script in document.QuerySelectorAll("script[type]").Where(script => IsJsonLd(script.GetAttribute("type")!)).Take(MaxScripts))
        {
            if (Parse(script.TextContent) is { } root)
            {
                data.Collect(root);
            }
        }

        // A list page describes many articles; the one that this page is, if it says so, else the first.
        data.Article = data._articles.Count == 0 ? null : data._articles.FindIndex(article => IsAt(article, canonical)) is > 0 and var at ? data._articles[at] : data._articles[0];
        data.Page = data._pages.Count == 0 ? null : data._pages[0];
        data.Authors = [.. data.Names(data.Article, "author").Concat(data.Names(data.Article, "creator")).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxAuthors)];
        data.Keywords = data.List("keywords");
        return data;
    }

    private static bool IsJsonLd(string type) => type.Split(';')[0].Trim().Equals("application/ld+json", StringComparison.OrdinalIgnoreCase);

    private static JsonElement? Parse(string script)
    {
        // Written for readers that don't know scripts: the data stands in a comment or in CDATA.
        var text = script.AsSpan().Trim();
        foreach (var (open, close) in (ReadOnlySpan<(string, string)>)[("//", ""), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("/*<![CDATA[*/", "/*]]>*/")])
        {
            if (text.StartsWith(open, StringComparison.Ordinal))
            {
                text = text[open.Length..].TrimStart();
                text = close.Length > 0 && text.EndsWith(close, StringComparison.Ordinal) ? text[..^close.Length].TrimEnd("/ \n\t") : text;
            }
        }

        var json = text.ToString();
        return TryParse(json) ?? (json.AsSpan().ContainsAny('\n', '\t') ? TryParse(json.Replace('\n', ' ').Replace('\t', ' ')) : null);
    }

    private static JsonElement? TryParse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Broken JSON-LD is common and says nothing; the page's other words for the same things are read instead.
            return null;
        }
    }

    private void Collect(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object && _things++ < MaxThings)
        {
            var type = element.TryGetProperty("@type", out var stated) ? stated.ToString() : "";
            if (element.TryGetProperty("@id", out var id) && id.ValueKind == JsonValueKind.String && type.Length > 0)
            {
                _byId.TryAdd(id.GetString()!, element);
            }

            if (type.Contains("Article", StringComparison.Ordinal) || type.Contains("Posting", StringComparison.Ordinal) || type is "Report" or "APIReference")
            {
                _articles.Add(element);
            }
            else if (type.Contains("Page", StringComparison.Ordinal) && !type.Contains("Element", StringComparison.Ordinal))
            {
                _pages.Add(element);
            }

            foreach (var inner in (ReadOnlySpan<string>)["@graph", "mainEntity", "mainEntityOfPage", "hasPart"])
            {
                if (element.TryGetProperty(inner, out var part) && part.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
                {
                    Collect(part);
                }
            }
        }
    }

    private static bool IsAt(JsonElement article, string canonical) =>
        canonical.Length > 0 && (Of(article, "url") == canonical || Of(article, "mainEntityOfPage") == canonical || Of(article, "@id").StartsWith(canonical, StringComparison.Ordinal));

    private string Text(string property) => Article is { } article ? Of(article, property) : "";

    private static string Of(JsonElement element, string property) => element.TryGetProperty(property, out var value) ? Text(value) : "";

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => MetaElements.Plain(value.GetString()!),
        JsonValueKind.Array when value.GetArrayLength() > 0 => Text(value[0]),
        JsonValueKind.Object when value.TryGetProperty("@value", out var literal) => Text(literal),
        JsonValueKind.Object when value.TryGetProperty("@id", out var id) && id.ValueKind == JsonValueKind.String => id.GetString()!,
        _ => "",
    };

    private IEnumerable<string> Names(JsonElement? thing, string property)
    {
        if (thing is not { } found || !found.TryGetProperty(property, out var value))
        {
            yield break;
        }

        foreach (var one in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Take(MaxAuthors) : Enumerable.Repeat(value, 1))
        {
            var name = one.ValueKind switch
            {
                JsonValueKind.String => Text(one),
                JsonValueKind.Object when one.TryGetProperty("name", out var own) => Text(own),
                JsonValueKind.Object when one.TryGetProperty("@id", out var id) && id.ValueKind == JsonValueKind.String && _byId.TryGetValue(id.GetString()!, out var known) => Of(known, "name"),
                _ => "",
            };
            if (name.Length > 0)
            {
                yield return name;
            }
        }
    }

    private string[] List(string property) =>
        Article is not { } article || !article.TryGetProperty(property, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Take(100).Select(Text)]
        : Text(value).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string First(string one, string other) => one.Length > 0 ? one : other;
}
