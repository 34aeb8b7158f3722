using System.Net;
using System.Text;
using System.Text.Json;
using Broadsheet.Content.Importing;
using Broadsheet.Content.Tests.Importing.Formats;
using CsCheck;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Whatever is active in a document, and wherever it stands, nothing of it comes into a story.</summary>
public sealed class ActiveContentTests
{
    private const string Marker = "evil1337";

    // None of them holds the marker as text that a reader of the page would see.
    private static readonly string[] Payloads =
    [
        "<script>evil1337()</script>", "<SCRIPT SRC=//evil1337.example/x.js></SCRIPT>", "<script type=module>evil1337()", "<img src=x onerror=evil1337()>", "<img src=\"javascript:evil1337()\" alt=a>",
        "<img src=\"JaVa&#x09;ScRiPt:evil1337()\" alt=a>", "<img src=\" &#14; javascript:evil1337()\" alt=a>", "<img src=\"data:image/svg+xml,<svg onload=evil1337()>\" alt=a>", "<img data-src=\"vbscript:evil1337()\" alt=a>",
        "<img srcset=\"javascript:evil1337() 2x\" alt=a>", "<svg onload=evil1337()><script>evil1337()</script><a xlink:href=\"javascript:evil1337()\">x</a></svg>", "<math><mi xlink:href=\"data:x,evil1337\">x</mi></math>",
        "<a href=\"javascript:evil1337()\">a</a>", "<a href=\"data:text/html,evil1337\" onclick=evil1337()>a</a>", "<iframe src=\"javascript:evil1337()\"></iframe>", "<iframe srcdoc=\"&lt;script>evil1337()&lt;/script>\"></iframe>",
        "<object data=\"data:text/html,evil1337\"><param name=x value=evil1337></object>", "<embed src=\"javascript:evil1337()\">", "<style>@import 'evil1337'; p{background:url(javascript:evil1337())}</style>",
        "<link rel=stylesheet href=\"javascript:evil1337()\">", "<link rel=canonical href=\"javascript:evil1337()\">", "<meta http-equiv=refresh content=\"0;url=javascript:evil1337()\">", "<meta property=og:url content=\"javascript:evil1337()\">",
        "<base href=\"javascript:evil1337()//\">", "<form action=\"javascript:evil1337()\"><input value=evil1337 onfocus=evil1337() autofocus><button formaction=\"javascript:evil1337()\">evil1337</button></form>",
        "<template><p>evil1337</p></template>", "<video src=\"javascript:evil1337()\"><source src=x onerror=evil1337()></video>", "<audio src=x onerror=evil1337()>evil1337</audio>", "<p style=\"background:url(javascript:evil1337())\">t</p>",
        "<details ontoggle=evil1337() open>t</details>", "<!--[if IE]><script>evil1337()</script><![endif]-->", "<!-- --!><script>evil1337()</script>", "<x-evil1337 onclick=evil1337()>t</x-evil1337>", "<div hidden>evil1337</div>",
        "<a name=x onmouseover='evil1337()'>t</a>", "</p></div></td></figure><script>evil1337()</script>", "<canvas>evil1337</canvas>", "<textarea><script>evil1337()</script></textarea>", "<select><option>evil1337</option></select>",
        "<img src=\"https://evil.example/\u0001x y<script>\" alt=a>", "<img src=\"https://a:b@c.example/\" alt=a>", "<noscript><style>evil1337</style></noscript>", "\u0000\u0001\u001b\u0085\uFFFE", "&#0;&#1;&#x1b;&#x9f;&#xfffe;&#xd800;",
    ];

    private static readonly string[] Pieces =
    [
        "<p>A paragraph{0} of text.</p>", "<h2>A heading{0}</h2><p>Below it.</p>", "<ul><li>one{0}</li><li>{0}two</li></ul>", "<blockquote>{0}Said.</blockquote>", "<figure><img src=\"https://a.example/b.jpg\" alt=\"b\">{0}<figcaption>A boat{0}</figcaption></figure>",
        "<table><tr><td>cell{0}</td><td>cell</td></tr></table>", "<div>{0}<div>Loose <b>bold{0}</b> text</div></div>", "<pre>code{0}</pre>", "<p><a href=\"https://a.example/\">link{0}</a></p>", "{0}", "<dl><dt>term{0}</dt><dd>said{0}</dd></dl>", "<p>First.<br>{0}<br>Second.</p>",
    ];

    private static readonly Gen<string> Bodies = Gen.Select(Gen.Int[0, Pieces.Length - 1], Gen.Int[0, Payloads.Length - 1].Array[2, 2])
        .Array[1, 12].Select(parts => string.Concat(parts.Select(part =>
        {
            var slots = Pieces[part.Item1].Split("{0}");
            var html = new StringBuilder(slots[0]);
            for (var slot = 1; slot < slots.Length; slot++)
            {
                html.Append(Payloads[part.Item2[slot % 2]]).Append(slots[slot]);
            }

            return html.ToString();
        })));

    [Fact]
    public void Import_of_html_with_active_content_anywhere_keeps_none_of_it() => Bodies.Sample(
        body => Check($"<html><head><title>T</title>{body}</head><body {"onload=evil1337()"}><h1>Title</h1><article><p>Text.</p>{body}</article></body></html>", "text/html"), iter: 3_000);

    [Fact]
    public void Import_of_exports_with_active_content_anywhere_keeps_none_of_it() => Gen.Select(Bodies, Gen.Int[0, 3]).Sample(
        (body, format) =>
        {
            var html = $"<p>Text.</p>{body}";
            var inside = html.Replace("]]>", "", StringComparison.Ordinal);
            var escaped = WebUtility.HtmlEncode(html);
            var (text, mediaType) = format switch
            {
                0 => (JsonSerializer.Serialize(new { data = new { posts = new[] { new { title = "T", html, feature_image = "javascript:evil1337()", feature_image_caption = html, canonical_url = "javascript:evil1337()" } } } }), "application/json"),
                1 => ($"<rss xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><item><title>T</title><link>javascript:evil1337()</link><guid>x</guid><enclosure type=\"image/png\" url=\"javascript:evil1337()\"/><content:encoded><![CDATA[{inside}]]></content:encoded><description>{escaped}</description></item></channel></rss>", "application/rss+xml"),
                2 => ($"<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title type=\"html\">T{escaped}</title><id>x</id><link href=\"javascript:evil1337()\"/><content type=\"html\">{escaped}</content></entry></feed>", "application/atom+xml"),
                _ => ($"<rss xmlns:wp=\"http://wordpress.org/export/1.2/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><item><title>T</title><link>javascript:evil1337()</link><guid>x</guid><wp:post_type>post</wp:post_type><content:encoded><![CDATA[{inside}]]></content:encoded></item></channel></rss>", "application/xml"),
            };
            Check(text, mediaType);
        },
        iter: 3_000);

    [Fact]
    public void Import_of_a_page_with_a_payload_in_any_place_gives_plain_text_and_web_addresses() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 1 << 20], Gen.Int[0, Payloads.Length - 1], Gen.Int[0, 2]).Sample(
            (seed, where, payload, format) =>
            {
                var page = new GeneratedPage(seed);
                var text = format switch { 0 => page.ToText(), 1 => page.ToHtml(), _ => page.ToMarkdown() };
                var mediaType = format switch { 0 => "text/plain", 1 => "text/html", _ => "text/markdown" };
                Check(text.Insert(where % (text.Length + 1), Payloads[payload]), mediaType, isMarkerText: true);
            },
            iter: 2_000);

    private static void Check(string text, string mediaType, bool isMarkerText = false)
    {
        List<ImportedItem> items;
        try
        {
            items = Exports.Read(text, mediaType).Items;
        }
        catch (DocumentException)
        {
            return;
        }

        foreach (var imported in items.Select(item => item.Imported).OfType<ImportedDocument>())
        {
            PlainStoryAssert.IsPlain(imported);
            if (!isMarkerText)
            {
                Assert.All(PlainStoryAssert.Texts(imported.Story), found => Assert.DoesNotContain(Marker, found, StringComparison.OrdinalIgnoreCase));
            }
        }
    }
}
