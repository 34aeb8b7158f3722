using System.Text.Json;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing.Exports;

/// <summary>Ghost's JSON export: its posts. Pages are part of a site, not stories, and are skipped.</summary>
internal sealed class GhostExport
{
    // What stands in an export for the site's own address.
    private const string SitePlaceholder = "__GHOST_URL__";

    private readonly DocumentReading _reading;
    private readonly string _site;
    private readonly string _title;
    private readonly string _language;
    private readonly Dictionary<string, JsonElement> _users;
    private readonly Dictionary<string, JsonElement> _tags;
    private readonly Dictionary<string, JsonElement> _meta;
    private readonly Dictionary<string, List<string>> _authorsOf;
    private readonly Dictionary<string, List<string>> _tagsOf;

    private GhostExport(JsonElement data, DocumentReading reading)
    {
        _reading = reading;
        _site = SiteOf(reading.SourceUri);
        var settings = Rows(data, "settings").GroupBy(row => row.Text("key"), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Text("value"), StringComparer.Ordinal);
        _title = StoryDraft.OneLine(settings.GetValueOrDefault("title", "")) is { Length: <= 100 } title ? title : "";
        _language = settings.GetValueOrDefault("locale", settings.GetValueOrDefault("lang", ""));
        _users = ById(data, "users", "id");
        _tags = ById(data, "tags", "id");
        _meta = ById(data, "posts_meta", "post_id");
        _authorsOf = Joined(data, "posts_authors", "author_id");
        _tagsOf = Joined(data, "posts_tags", "tag_id");
        foreach (var (table, what) in new[] { ("newsletters", "Newsletters"), ("members", "Members"), ("products", "Membership tiers"), ("snippets", "Snippets"), ("custom_theme_settings", "Theme settings") })
        {
            if (Rows(data, table).Count() is > 0 and var count)
            {
                reading.Say("TABLE_DROPPED", $"{what} of the export are not stories ({count}).", table);
            }
        }
    }

    /// <summary>The posts of the export; throws <see cref="DocumentException"/> if the JSON is none.</summary>
    public static IEnumerable<ImportedItem> Read(string text, DocumentReading reading)
    {
        using var json = Parse(text);
        var root = json.RootElement;
        // Exports of the program hold a list of databases, those of the interface are one.
        var database = root.Member("db") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : root;
        var data = database.Member("data");
        if (data.Member("posts").ValueKind != JsonValueKind.Array)
        {
            throw DocumentException.Unreadable("is JSON but not a Ghost export (it has no db[0].data.posts)");
        }

        foreach (var item in new GhostExport(data, reading).Posts(data))
        {
            yield return item;
        }
    }

    private IEnumerable<ImportedItem> Posts(JsonElement data)
    {
        var posts = 0;
        foreach (var post in Rows(data, "posts"))
        {
            var title = StoryDraft.OneLine(post.Text("title"));
            if (post.Text("type") == "page" || post.Member("page").ValueKind == JsonValueKind.True || post.Text("page") == "1")
            {
                _reading.Skip("This is a page of the site, not a post.", title);
                continue;
            }

            posts++;
            var identifier = post.Text("uuid") is { Length: > 0 } uuid ? $"urn:uuid:{uuid}" : post.Text("id");
            if (_reading.Identify(identifier, "", _site, title) is { } identity)
            {
                yield return _reading.Story(identity, title, draft => ReadPost(post, title, draft));
            }
        }

        if (posts == 0)
        {
            throw DocumentException.Unreadable("is a Ghost export without posts");
        }
    }

    private void ReadPost(JsonElement post, string title, StoryDraft draft)
    {
        var meta = _meta.GetValueOrDefault(post.Text("id"));
        draft.Title = title;
        draft.Slug = post.Text("slug");
        draft.Community = _title;
        draft.Language = post.Text("locale") is { Length: > 0 } locale ? locale : _language;
        draft.Dek = StoryDraft.OneLine(post.Text("custom_excerpt"));
        draft.CanonicalUri = StoryDraft.WebAddress(Placed(post.Text("canonical_url"))) is { Length: > 0 } canonical ? canonical : _site;
        ReadStatus(post, draft);
        ReadAuthors(post, draft);
        foreach (var tag in _tagsOf.GetValueOrDefault(post.Text("id"), []).Select(id => _tags.GetValueOrDefault(id).Text("name")))
        {
            // "#newsletter": tags of this form steer the site and are not shown.
            if (!tag.StartsWith('#'))
            {
                draft.Topics.Add(tag);
            }
        }

        ReadCover(post, meta, draft);
        ReadBody(post, draft);
        if (post.Text("canonical_url").Length == 0)
        {
            // The site's address served to complete addresses; where the post stood is not in the export.
            draft.CanonicalUri = "";
        }
    }

    // A source that is a file on the site stands for the site.
    private static string SiteOf(string source)
    {
        var address = StoryDraft.WebAddress(source);
        return address.Length > 0 && new Uri(address) is { } uri && Path.HasExtension(uri.AbsolutePath) ? uri.GetLeftPart(UriPartial.Authority) : address.TrimEnd('/');
    }

    private static void ReadStatus(JsonElement post, StoryDraft draft)
    {
        var status = post.Text("status");
        if (status is not ("published" or "sent" or ""))
        {
            draft.MayPublish = false;
            draft.Say("NOT_PUBLISHED", $"The post's status is {Excerpt.Of(status)}; it stays a draft.");
        }
        else if (post.Text("visibility") is { Length: > 0 } visibility and not "public")
        {
            draft.MayPublish = false;
            draft.Say("NOT_PUBLISHED", $"The post is for {Excerpt.Of(visibility)} only; it stays a draft.");
        }

        var date = post.Text("published_at");
        if (date.Length > 0 && !draft.TryPublished(date.Length == 19 ? $"{date.Replace(' ', 'T')}Z" : date))
        {
            draft.Say("PUBLISH_TIME_UNREAD", "The date of the post was not understood.", date);
        }
    }

    private void ReadAuthors(JsonElement post, StoryDraft draft)
    {
        var ids = _authorsOf.GetValueOrDefault(post.Text("id")) ?? [post.Text("author_id")];
        var users = ids.Select(id => _users.GetValueOrDefault(id)).Where(user => user.Text("name").Length > 0).ToArray();
        if (users.Length > 0)
        {
            draft.Creator = users[0].Text("name");
            draft.CreatorBiography = users[0].Text("bio");
        }

        if (users.Length > 1)
        {
            draft.Say("AUTHORS_DROPPED", "A story has one creator; the first author was taken.", string.Join(", ", users.Skip(1).Select(user => user.Text("name"))));
        }
    }

    private void ReadCover(JsonElement post, JsonElement meta, StoryDraft draft)
    {
        var uri = draft.Resolve(Placed(post.Text("feature_image")));
        if (uri.Length == 0)
        {
            return;
        }

        // Both fields were the post's own before they had a table.
        var caption = HtmlFragment.TextOf(meta.Text("feature_image_caption") is { Length: > 0 } stated ? stated : post.Text("feature_image_caption"));
        var (text, credit) = CreditLine.Split(caption);
        draft.Cover = new Media
        {
            Uri = uri,
            Alt = StoryDraft.OneLine(meta.Text("feature_image_alt") is { Length: > 0 } alt ? alt : post.Text("feature_image_alt")),
            Caption = text,
            Credit = credit,
        };
    }

    private void ReadBody(JsonElement post, StoryDraft draft)
    {
        if (post.Text("html") is { } html && !string.IsNullOrWhiteSpace(html))
        {
            if (_site.Length == 0 && html.Contains(SitePlaceholder, StringComparison.Ordinal))
            {
                draft.Say("SITE_UNKNOWN", "The export does not say where its pictures are; state the site's address as the source URI.", SitePlaceholder);
            }

            _reading.ReadHtml(Placed(html), draft);
        }
        else if (post.Text("lexical") is { Length: > 0 } lexical)
        {
            EditorState.ReadLexical(Placed(lexical), draft, _reading);
        }
        else if (post.Text("mobiledoc") is { Length: > 0 } mobiledoc)
        {
            EditorState.ReadMobiledoc(Placed(mobiledoc), draft, _reading);
        }
        else
        {
            foreach (var paragraph in post.Text("plaintext").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(StoryDraft.OneLine).Where(text => text.Length > 0))
            {
                draft.AddText(paragraph);
            }
        }
    }

    private string Placed(string text) => text.Replace(SitePlaceholder, _site, StringComparison.Ordinal);

    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException error)
        {
            throw DocumentException.Unreadable($"is not JSON (line {error.LineNumber + 1})");
        }
    }

    private static IEnumerable<JsonElement> Rows(JsonElement data, string table) =>
        data.Member(table) is { ValueKind: JsonValueKind.Array } rows ? rows.EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Object) : [];

    private static Dictionary<string, JsonElement> ById(JsonElement data, string table, string key)
    {
        var rows = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var row in Rows(data, table))
        {
            rows[row.Text(key)] = row;
        }

        return rows;
    }

    /// <summary>For each post the ids that a table ties to it, in their order.</summary>
    private static Dictionary<string, List<string>> Joined(JsonElement data, string table, string column) => Rows(data, table)
        .GroupBy(row => row.Text("post_id"), StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => group.OrderBy(row => row.Member("sort_order") is { ValueKind: JsonValueKind.Number } order && order.TryGetInt32(out var number) ? number : 0).Select(row => row.Text(column)).ToList(),
            StringComparer.Ordinal);
}
