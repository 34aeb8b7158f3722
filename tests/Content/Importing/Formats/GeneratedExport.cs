using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Broadsheet.Content.Tests.Importing.Formats;

/// <summary>Generated pages as the feeds and exports that could hold them.</summary>
internal static class GeneratedExport
{
    public static readonly (string MediaType, Func<IReadOnlyList<GeneratedPage>, string> Render)[] Formats =
    [
        ("application/json", ToGhost), ("application/xml", ToWordPress), ("application/rss+xml", ToRss), ("application/atom+xml", ToAtom),
    ];

    public static string ToGhost(IReadOnlyList<GeneratedPage> pages) => JsonSerializer.Serialize(new
    {
        db = new[]
        {
            new
            {
                data = new
                {
                    posts = pages.Select((page, at) => new
                    {
                        id = $"p{at}",
                        title = page.Title,
                        html = at % 2 == 0 ? Body(page) : null,
                        lexical = at % 2 == 0 ? null : JsonSerializer.Serialize(new { root = new { children = page.Sections.SelectMany(section => section.Blocks).Select(block => new { type = "paragraph", children = new[] { new { type = "text", text = block.Text } } }) } }),
                        custom_excerpt = page.Dek,
                        status = "published",
                        published_at = "2021-05-06T07:08:09.000Z",
                    }),
                    users = pages.Select((page, at) => new { id = $"u{at}", name = page.Creator, bio = page.Biography }),
                    posts_authors = pages.Select((_, at) => new { post_id = $"p{at}", author_id = $"u{at}", sort_order = 0 }),
                },
            },
        },
    });

    public static string ToWordPress(IReadOnlyList<GeneratedPage> pages)
    {
        var xml = new StringBuilder(
            """
            <?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Site</title><link>https://site.example</link>
            """);
        for (var at = 0; at < pages.Count; at++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<item><title>{Text(pages[at].Title)}</title><guid isPermaLink=\"false\">https://site.example/?p={at}</guid><dc:creator>{Text(pages[at].Creator)}</dc:creator>");
            xml.Append(CultureInfo.InvariantCulture, $"<content:encoded><![CDATA[[caption width=\"1\"]<img src=\"https://site.example/a.jpg\"> A boat[/caption]\n\n{Body(pages[at])}]]></content:encoded><excerpt:encoded>{Text(pages[at].Dek)}</excerpt:encoded>");
            xml.Append("<wp:post_type>post</wp:post_type><wp:status>publish</wp:status><wp:post_date_gmt>2020-03-03 09:59:00</wp:post_date_gmt></item>\n");
        }

        return xml.Append("</channel></rss>").ToString();
    }

    public static string ToRss(IReadOnlyList<GeneratedPage> pages)
    {
        var xml = new StringBuilder("<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Feed</title><link>https://feed.example</link>");
        for (var at = 0; at < pages.Count; at++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<item><title>{Text(pages[at].Title)}</title><guid>https://feed.example/{at}</guid><pubDate>Wed, 01 Jul 2020 08:00:00 GMT</pubDate>");
            xml.Append(CultureInfo.InvariantCulture, $"<description>{Text(pages[at].Dek)}</description><content:encoded>{Text(Body(pages[at]))}</content:encoded></item>\n");
        }

        return xml.Append("</channel></rss>").ToString();
    }

    public static string ToAtom(IReadOnlyList<GeneratedPage> pages)
    {
        var xml = new StringBuilder("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed</title><link href=\"https://atom.example\"/>");
        for (var at = 0; at < pages.Count; at++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<entry><title>{Text(pages[at].Title)}</title><id>urn:uuid:{at}</id><published>2020-01-02T03:04:05Z</published><author><name>{Text(pages[at].Creator)}</name></author>");
            xml.Append(CultureInfo.InvariantCulture, $"<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">{Body(pages[at])}</div></content></entry>\n");
        }

        return xml.Append("</feed>").ToString();
    }

    private static string Body(GeneratedPage page)
    {
        var html = new StringBuilder();
        foreach (var section in page.Sections)
        {
            html.Append(section.Heading.Length > 0 ? $"<h2>{Text(section.Heading)}</h2>" : "");
            foreach (var block in section.Blocks)
            {
                html.Append(block.Credit is { } credit
                    ? $"<figure><img src=\"https://example.org/a.jpg\" alt=\"\" /><figcaption>{Text(credit.Stated)}</figcaption></figure>"
                    : $"<p>{Text(block.Text)}</p>\n");
            }
        }

        return html.ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text).Replace("]]", "] ]", StringComparison.Ordinal);
}
