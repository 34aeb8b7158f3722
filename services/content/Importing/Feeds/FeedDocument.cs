using System.Net;
using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing.Feeds;

/// <summary>RSS (2.0, 1.0 and before) and Atom with the full content of their entries.</summary>
internal static partial class FeedDocument
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Encoded = "http://purl.org/rss/1.0/modules/content/";
    private const string Dublin = "http://purl.org/dc/elements/1.1/";
    private const string Xml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>The stories of the feed, whose root the reader stands at.</summary>
    public static IEnumerable<ImportedItem> Read(XmlItemReader reader, DocumentReading reading)
    {
        var head = new FeedHead(reader.Root().Attribute("lang", Xml));
        var stories = 0;
        for (var more = reader.Enter(); more;)
        {
            if (reader.Name is "channel")
            {
                more = reader.Enter();
                continue;
            }

            var isEntry = reader.Name is "item" or "entry";
            var (item, refusal) = reader.Take(out more);
            if (!isEntry)
            {
                head.Take(item);
                continue;
            }

            stories++;
            var title = TextOf(item.Child(item.Space, "title"));
            var link = Link(item);
            var identifier = item.Space == Atom ? item.Text(Atom, "id") : item.Text(item.Space, "guid");
            if (reading.Identify(identifier, link, head.Link, title) is { } identity)
            {
                yield return refusal is null
                    ? reading.Story(identity, title, draft => ReadItem(item, title, link, head, reading, draft))
                    : reading.Refused(identity, title, refusal);
            }
        }

        if (stories == 0)
        {
            throw DocumentException.Unreadable("is a feed without entries");
        }
    }

    private static void ReadItem(XmlItem item, string title, string link, FeedHead head, DocumentReading reading, StoryDraft draft)
    {
        draft.Title = title;
        draft.CanonicalUri = link.Length > 0 ? link : head.Link;
        draft.Community = head.Title;
        draft.Creator = Author(item) is { Length: > 0 } author ? author : head.Author;
        ReadDate(item, draft);
        draft.Topics.AddRange(item.All(item.Space, "category").Select(Category).Concat(item.All(Dublin, "subject").Select(subject => subject.Value)));
        var content = item.Space == Atom ? item.Child(Atom, "content") : item.Child(Encoded, "encoded");
        var summary = item.Child(item.Space, item.Space == Atom ? "summary" : "description") ?? item.Child(Dublin, "description");
        draft.Language = item.Attribute("lang", Xml) is { Length: > 0 } own ? own : item.Text(Dublin, "language") is { Length: > 0 } dublin ? dublin : head.Language;
        if (content?.Attribute("lang", Xml) is { Length: > 0 } ofContent)
        {
            draft.Language = ofContent;
        }

        FeedMedia.Read(item, draft);
        var html = Html(content);
        if (string.IsNullOrWhiteSpace(html))
        {
            draft.Say("SUMMARY_ONLY", "The feed has no full content for this story; what it has as a summary was imported.");
            reading.ReadHtml(Html(summary), draft);
        }
        else
        {
            reading.ReadHtml(html, draft);
            draft.DropLast(text => Plug().IsMatch(text));
            draft.TakeDek(Plug().Replace(HtmlFragment.TextOf(Html(summary)), "").TrimEnd());
        }

        if (link.Length == 0)
        {
            // The feed's address served to complete addresses; it is not the story's.
            draft.CanonicalUri = "";
        }
    }

    private static void ReadDate(XmlItem item, StoryDraft draft)
    {
        foreach (var date in new[]
        {
            item.Text(item.Space, "pubDate"), item.Text(item.Space, "published"), item.Text(Dublin, "date"), item.Text(Atom, "published"),
        })
        {
            if (date.Length > 0)
            {
                if (!draft.TryPublished(WithOffset(date)))
                {
                    draft.Say("PUBLISH_TIME_UNREAD", "The date of the entry was not understood.", date);
                    continue;
                }

                return;
            }
        }

        if (item.Text(Atom, "updated") is { Length: > 0 } updated && draft.TryPublished(updated))
        {
            draft.Say("PUBLISH_TIME_ASSUMED", "The entry only says when it was updated; it was published then or before.", updated);
        }
    }

    /// <summary>"Tue, 03 Jun 2003 09:39:21 EST" with the zone as an offset: RFC 822 knows these names.</summary>
    public static string WithOffset(string date)
    {
        var at = date.LastIndexOf(' ');
        var offset = at < 0 ? "" : date[(at + 1)..] switch
        {
            "UT" or "UTC" or "Z" => "+0000",
            "EST" or "CDT" => "-0500",
            "EDT" => "-0400",
            "CST" or "MDT" => "-0600",
            "MST" or "PDT" => "-0700",
            "PST" => "-0800",
            _ => "",
        };
        return offset.Length > 0 ? $"{date[..at]} {offset}" : date;
    }

    /// <summary>The words of an element that may hold plain text, escaped HTML or XHTML.</summary>
    public static string TextOf(XmlItem? element) =>
        element is { Space: Atom } && element.Attribute("type") is "" or "text" ? StoryDraft.OneLine(element!.Value) : HtmlFragment.TextOf(Html(element));

    private static string Html(XmlItem? element)
    {
        if (element is null)
        {
            return "";
        }

        var type = element.Attribute("type");
        return element.Space != Atom ? element.Value : type switch
        {
            "xhtml" => element.InnerHtml(),
            "html" or "text/html" => element.Value,
            "" or "text" or "text/plain" => WebUtility.HtmlEncode(element.Value).Replace("\n\n", "<br><br>", StringComparison.Ordinal),
            _ when type.Contains("xhtml", StringComparison.Ordinal) => element.InnerHtml(),
            _ => "",
        };
    }

    private static string Link(XmlItem item)
    {
        var links = item.All(Atom, "link").ToArray();
        foreach (var relation in (ReadOnlySpan<string>)["canonical", "alternate", ""])
        {
            if (Array.Find(links, link => link.Attribute("rel") == relation && StoryDraft.WebAddress(link.Attribute("href")).Length > 0) is { } found)
            {
                return StoryDraft.WebAddress(found.Attribute("href"));
            }
        }

        return item.Space != Atom && StoryDraft.WebAddress(item.Text(item.Space, "link")) is { Length: > 0 } address
            ? address
            : item.Child(item.Space, "guid") is { } guid && guid.Attribute("isPermaLink") != "false" ? StoryDraft.WebAddress(guid.Value) : "";
    }

    private static string Author(XmlItem item)
    {
        if (item.Text(Dublin, "creator") is { Length: > 0 } creator)
        {
            return HtmlFragment.TextOf(creator);
        }

        return item.Child(item.Space, "author") is { } author
            ? author.Text(Atom, "name") is { Length: > 0 } name ? StoryDraft.OneLine(name) : NameOf(author.Value)
            : "";
    }

    // RSS wants a mail address and lets a name follow: "ada@example.org (Ada Example)".
    private static string NameOf(string author) =>
        Mailbox().Match(author) is { Success: true } mailbox ? mailbox.Groups["name"].Value.Trim() : author.Contains('@', StringComparison.Ordinal) ? "" : StoryDraft.OneLine(author);

    private static string Category(XmlItem category) =>
        category.Space != Atom ? HtmlFragment.TextOf(category.Value) : category.Attribute("label") is { Length: > 0 } label ? label : category.Attribute("term");

    [GeneratedRegex(@"^\S+@\S+ \((?<name>[^()]+)\)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Mailbox();

    // What feeds of WordPress end each entry with.
    [GeneratedRegex(@"The post .{1,400} appeared first on .{1,200}\.$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plug();

    /// <summary>What the feed says of itself, as far as it stands before the entries.</summary>
    private sealed class FeedHead(string language)
    {
        public string Title { get; private set; } = "";

        public string Link { get; private set; } = "";

        public string Author { get; private set; } = "";

        public string Language { get; private set; } = language;

        public void Take(XmlItem element)
        {
            switch (element.Name)
            {
                case "title" when Title.Length == 0 && element.Space != "http://search.yahoo.com/mrss/":
                    Title = TextOf(element) is { Length: <= 100 } title ? title : "";
                    break;
                case "link" when element.Space != Atom || element.Attribute("rel") is "" or "alternate":
                    Link = StoryDraft.WebAddress(element.Space == Atom ? element.Attribute("href") : element.Value) is { Length: > 0 } link ? link : Link;
                    break;
                case "language":
                    Language = element.Value;
                    break;
                case "author" when element.Space == Atom:
                    Author = StoryDraft.OneLine(element.Text(Atom, "name"));
                    break;
                case "creator" when element.Space == Dublin:
                    Author = StoryDraft.OneLine(element.Value);
                    break;
            }
        }
    }
}
