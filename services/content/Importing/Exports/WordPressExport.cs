using System.Globalization;
using System.Text.Json;
using Broadsheet.Content.Importing.Feeds;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing.Exports;

/// <summary>
/// WordPress's export (WXR): its posts. Pages are part of a site, not stories, and are skipped like menus and
/// revisions; attachments serve as covers and galleries.
/// </summary>
internal sealed class WordPressExport
{
    private const string Encoded = "http://purl.org/rss/1.0/modules/content/";
    private const string Dublin = "http://purl.org/dc/elements/1.1/";
    private const string Declarations = "http://www.w3.org/2000/xmlns/";
    private const string ExportSpace = "http://wordpress.org/export/";
    private const int MaxAttachments = 200_000;

    private readonly string _wp;
    private readonly string _excerpt;
    private readonly DocumentReading _reading;
    private readonly Dictionary<string, string> _authors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Media> _attachments = new(StringComparer.Ordinal);
    private string _site = "";
    private string _title = "";
    private string _language = "";
    private int _comments;

    private WordPressExport(string space, DocumentReading reading)
    {
        _wp = space;
        _excerpt = $"{space}excerpt/";
        _reading = reading;
    }

    /// <summary>The namespace of the export's own elements if the root declares it; else null: then it is an ordinary feed.</summary>
    public static string? SpaceOf(XmlItem root) =>
        root.Attribute("wp", Declarations) is { Length: > 0 } space && space.StartsWith(ExportSpace, StringComparison.Ordinal) ? space : null;

    /// <summary>The posts of the export. It is gone through twice: attachments may stand behind the posts that use them.</summary>
    public static IEnumerable<ImportedItem> Read(string text, string space, DocumentReading reading)
    {
        var export = new WordPressExport(space, reading);
        export.Collect(text);
        return export.Posts(text);
    }

    private void Collect(string text)
    {
        foreach (var (element, refusal) in Elements(text))
        {
            if (element.Name == "item")
            {
                if (refusal is null && element.Text(_wp, "post_type") == "attachment" && _attachments.Count < MaxAttachments)
                {
                    Keep(element);
                }
            }
            else if (element.Space == _wp && element.Name == "author")
            {
                _authors[element.Text(_wp, "author_login")] = StoryDraft.OneLine(element.Text(_wp, "author_display_name"));
            }
            else
            {
                _ = (element.Space, element.Name) switch
                {
                    ("", "title") when _title.Length == 0 => _title = StoryDraft.OneLine(element.Value) is { Length: <= 100 } title ? title : "",
                    ("", "link") when _site.Length == 0 => _site = StoryDraft.WebAddress(element.Value),
                    ("", "language") when _language.Length == 0 => _language = element.Value,
                    _ => "",
                };
            }
        }
    }

    private IEnumerable<ImportedItem> Posts(string text)
    {
        var posts = 0;
        foreach (var (item, refusal) in Elements(text))
        {
            if (item.Name != "item")
            {
                continue;
            }

            var title = HtmlFragment.TextOf(item.Text("", "title"));
            var (type, status) = (item.Text(_wp, "post_type"), item.Text(_wp, "status"));
            if (type is not ("post" or ""))
            {
                if (type is not ("attachment" or "nav_menu_item" or "revision" or "custom_css" or "wp_global_styles" or "wp_navigation"))
                {
                    _reading.Skip($"This is a {Excerpt.Of(type)}, not a post.", title);
                }

                continue;
            }

            posts++;
            _comments += item.All(_wp, "comment").Count();
            if (status is "trash" or "auto-draft" or "inherit")
            {
                _reading.Skip($"The post's status is {status}.", title);
                continue;
            }

            var guid = item.Text("", "guid") is { Length: > 0 } stated ? stated : item.Text(_wp, "post_id");
            if (_reading.Identify(guid, StoryDraft.WebAddress(item.Text("", "link")), _site, title) is { } identity)
            {
                yield return refusal is null
                    ? _reading.Story(identity, title, draft => ReadPost(item, title, status, draft))
                    : _reading.Refused(identity, title, refusal);
            }
        }

        if (_comments > 0)
        {
            _reading.Say("COMMENTS_DROPPED", $"The posts' comments are not imported ({_comments}).");
        }

        if (posts == 0)
        {
            throw DocumentException.Unreadable("is a WordPress export without posts");
        }
    }

    private void ReadPost(XmlItem item, string title, string status, StoryDraft draft)
    {
        draft.Title = title;
        draft.Slug = item.Text(_wp, "post_name");
        draft.Community = _title;
        draft.Language = _language;
        draft.Creator = Author(item.Text(Dublin, "creator"));
        draft.CanonicalUri = StoryDraft.WebAddress(item.Text("", "link")) is { Length: > 0 } link ? link : _site;
        ReadDate(item, draft);
        foreach (var category in item.All("", "category").Where(category => category.Attribute("domain") is "category" or "post_tag" or ""))
        {
            if (category.Attribute("nicename") != "uncategorized")
            {
                draft.Topics.Add(HtmlFragment.TextOf(category.Value));
            }
        }

        if (status is not ("publish" or ""))
        {
            draft.MayPublish = false;
            draft.Say("NOT_PUBLISHED", $"The post's status is {Excerpt.Of(status)}; it stays a draft.");
        }
        else if (item.Text(_wp, "post_password").Length > 0)
        {
            draft.MayPublish = false;
            draft.Say("NOT_PUBLISHED", "The post is protected by a password; it stays a draft.");
        }

        var meta = item.All(_wp, "postmeta").ToArray();
        if (Meta(meta, "_thumbnail_id") is { Length: > 0 } id)
        {
            if (_attachments.TryGetValue(id, out var cover))
            {
                draft.Cover = cover.Clone();
            }
            else
            {
                draft.Say("COVER_MISSING", "The post's picture is not among the attachments of the export.", id);
            }
        }

        var content = item.Text(Encoded, "encoded");
        _reading.ReadHtml(new WordPressContent(_attachments, draft).ToHtml(content), draft);
        ReadFootnotes(Meta(meta, "footnotes"), draft);
        draft.TakeDek(HtmlFragment.TextOf(item.Text(_excerpt, "encoded")));
        if (item.Text("", "link").Length == 0)
        {
            draft.CanonicalUri = "";
        }
    }

    private string Author(string login) => _authors.TryGetValue(login, out var name) && name.Length > 0 ? name : StoryDraft.OneLine(login);

    private void ReadDate(XmlItem item, StoryDraft draft)
    {
        // Drafts carry the year 0 in one field and the year -1 in the other.
        var universal = item.Text(_wp, "post_date_gmt");
        if (DateTime.TryParseExact(universal, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            draft.TryPublished(time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }
        else if (item.Text("", "pubDate") is { Length: > 0 } date && !date.EndsWith("-0001 00:00:00 +0000", StringComparison.Ordinal) && !draft.TryPublished(FeedDocument.WithOffset(date)))
        {
            draft.Say("PUBLISH_TIME_UNREAD", "The date of the post was not understood.", date);
        }
    }

    /// <summary>The block editor keeps footnotes beside the content, as JSON.</summary>
    private static void ReadFootnotes(string json, StoryDraft draft)
    {
        if (json.Length == 0)
        {
            return;
        }

        try
        {
            using var notes = JsonDocument.Parse(json);
            draft.AddNotes([.. notes.RootElement.EnumerateArray().Select(note => HtmlFragment.TextOf(note.GetProperty("content").GetString() ?? ""))]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            draft.Say("NOTES_DROPPED", "The post's footnotes were not understood.", json);
        }
    }

    private void Keep(XmlItem item)
    {
        try
        {
            _attachments[item.Text(_wp, "post_id")] = Attachment(item);
        }
        catch (DocumentException refusal)
        {
            _reading.Say("ATTACHMENT_DROPPED", $"The attachment {refusal.Rule}.", item.Text("", "title"));
        }
    }

    private Media Attachment(XmlItem item)
    {
        var (caption, credit) = CreditLine.Split(HtmlFragment.TextOf(item.Text(_excerpt, "encoded")));
        return new Media
        {
            Uri = StoryDraft.WebAddress(item.Text(_wp, "attachment_url")),
            Alt = StoryDraft.OneLine(Meta([.. item.All(_wp, "postmeta")], "_wp_attachment_image_alt")),
            Caption = caption,
            Credit = credit,
        };
    }

    private string Meta(XmlItem[] meta, string key) => Array.Find(meta, entry => entry.Text(_wp, "meta_key") == key)?.Text(_wp, "meta_value") ?? "";

    private static IEnumerable<(XmlItem Element, DocumentException? Refusal)> Elements(string text)
    {
        using var reader = XmlItemReader.Open(text);
        for (var more = reader.Enter(); more;)
        {
            if (reader.Name == "channel" && reader.Space.Length == 0)
            {
                more = reader.Enter();
                continue;
            }

            yield return reader.Take(out more);
        }
    }
}
