using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Broadsheet.Content.Importing;

namespace Broadsheet.Content.Tests.Importing.Formats;

/// <summary>Exports and feeds made to cost time, memory or the stack: stories or typed refusals, soon.</summary>
public sealed class HostileExportTests(ITestOutputHelper output)
{
    private const int Size = 16 * 1024 * 1024;
    private const string Open = "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><link>https://a.example/</link>";
    private const string Post = "<item><title>T</title><guid>https://a.example/1</guid><wp:post_type>post</wp:post_type><content:encoded><![CDATA[";
    private const string EndPost = "]]></content:encoded></item></channel></rss>";

    // Generous, because other tests run beside it; what it takes on a free machine is printed.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string, string> XmlFloods => new()
    {
        { "<rss><channel>", "<item/>", "" },
        { "<rss><channel>", "<item><title>a</title></item>", "" },
        { "<rss><channel>", "<item>", "" },
        { "<rss><channel><item>", "<a/>", "</item></channel></rss>" },
        { "<rss><channel><item>", "<a>", "" },
        { "<rss><channel><item>", "<![CDATA[a]]>", "</item></channel></rss>" },
        { "<rss><channel><item><description>", "<![CDATA[a]]><b/>", "</description></item></channel></rss>" },
        { "<rss><channel><item><description>", "&amp;lt;", "</description></item></channel></rss>" },
        { "<rss><channel><item><description>", "&#x41;", "</description></item></channel></rss>" },
        { "<rss><channel><item ", "a:b=\"\" ", "/></channel></rss>" },
        { "<rss><channel><item ", "x='", "" },
        { "<rss><channel>", "<category>a</category>", "<item/></channel></rss>" },
        { "<rss><channel><item><title>a</title><guid>b</guid>", "<category>a</category>", "</item></channel></rss>" },
        { "<feed xmlns=\"http://www.w3.org/2005/Atom\">", "<entry><id>a</id></entry>", "</feed>" },
        { "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>a</title><id>b</id><content type=\"xhtml\">", "<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>", "</content></entry></feed>" },
        { "", "<", "" },
        { "", "<!--", "" },
        { "", "<a xmlns:b='c'>", "" },
        { "<rss>", "<?pi?>", "" },
        { "<rss><!--", "-", "" },
        { Open, "<wp:author><wp:author_login>a</wp:author_login></wp:author>", "<item/></channel></rss>" },
        { Open, "<item><wp:post_type>attachment</wp:post_type></item>", "</channel></rss>" },
        { Open + Post, "[", EndPost },
        { Open + Post, "[a b=c]", EndPost },
        { Open + Post, "[a b=c][/a]", EndPost },
        { Open + Post, "[caption][/caption]", EndPost },
        { Open + Post, "[caption]", EndPost },
        { Open + Post, "[embed]x[/embed]", EndPost },
        { Open + Post, "[gallery ids=\"1,2,3\"]", EndPost },
        { Open + Post, "<pre>a</pre><code>b</code>", EndPost },
        { Open + Post, "\n\n", EndPost },
        { Open + Post, "a\n\n", EndPost },
        { Open + Post, "<div class=\"kg-bookmark-card\">", EndPost },
        { Open + Post, "<div class=\"kg-embed-card\"></div>", EndPost },
        { Open + Post, "<iframe src=\"https://x.example/\"></iframe>", EndPost },
        { Open + Post, "<figure><img src=a><img src=b>", EndPost },
        { Open + Post, "<figure><img src=a><img src=b></figure>", EndPost },
        { Open + Post, "<a href=x>y</a> ", EndPost },
        { Open + Post, "<p>x", EndPost },
        { Open + Post, "<b id=1>", EndPost },
    };

    public static TheoryData<string, string, string> JsonFloods => new()
    {
        { "", "[", "" },
        { "", "{\"a\":", "" },
        { "[", "1,", "1]" },
        { "{\"data\":{\"posts\":[", "{},", "{}]}}" },
        { "{\"data\":{\"posts\":[", "{\"title\":\"a\",\"html\":\"<p>b\"},", "{}]}}" },
        { "{\"data\":{\"tags\":[", "{\"id\":\"a\"},", "{}],\"posts\":[{}]}}" },
        { "{\"data\":{\"posts_tags\":[", "{\"post_id\":\"a\",\"tag_id\":\"b\"},", "{}],\"posts\":[{\"id\":\"a\",\"title\":\"t\",\"html\":\"<p>x\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"html\":\"", "<p>", "\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"html\":\"", "\\u003cp", "\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"html\":\"", "\\ud800", "\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"html\":\"", "__GHOST_URL__", "\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"plaintext\":\"", "a\\n\\n", "\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",", "\"html\":\"a\",", "\"id\":1}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"lexical\":\"{\\\"root\\\":{\\\"children\\\":[", "{\\\"type\\\":\\\"paragraph\\\"},", "{}]}}\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"lexical\":\"", "[", "\"}]}}" },
        { "{\"data\":{\"posts\":[{\"title\":\"t\",\"mobiledoc\":\"{\\\"cards\\\":[[\\\"hr\\\",{}]],\\\"sections\\\":[", "[10,0],", "[10,0]]}\"}]}}" },
    };

    [Theory]
    [MemberData(nameof(XmlFloods))]
    public void Import_of_an_xml_flood_ends_soon(string before, string unit, string after) => Flood(before, unit, after, "application/xml");

    [Theory]
    [MemberData(nameof(JsonFloods))]
    public void Import_of_a_json_flood_ends_soon(string before, string unit, string after) => Flood(before, unit, after, "application/json");

    [Fact]
    public void Import_of_many_large_stories_has_a_limit_for_all_of_them_together()
    {
        var body = string.Concat(Enumerable.Repeat("<b>x</b>", 20_000));
        var feed = new StringBuilder("<rss><channel>");
        for (var story = 0; feed.Length < Size - 400_000; story++)
        {
            feed.Append("<item><title>T</title><guid>").Append(story).Append("</guid><description><![CDATA[").Append(body).Append("]]></description></item>");
        }

        Bounded(feed.Append("</channel></rss>").ToString(), "application/xml");
    }

    [Fact]
    public void Import_of_markup_nested_ten_thousand_deep_flattens_or_refuses()
    {
        var deep = string.Concat(Enumerable.Repeat("<div>", 10_000));
        Bounded($"{Open}{Post}<p>Text.</p>{deep}deep{EndPost}", "application/xml");
        Bounded($"<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>a</title><id>b</id><content type=\"xhtml\">{deep}", "application/atom+xml");
        Bounded(JsonSerializer.Serialize(new { data = new { posts = new[] { new { title = "t", html = $"<p>Text.</p>{deep}deep" } } } }), "application/json");
    }

    private void Flood(string before, string unit, string after, string mediaType)
    {
        foreach (var size in (int[])[Size / 64, Size - 200])
        {
            var text = new StringBuilder(before, size + unit.Length + after.Length);
            while (text.Length < size)
            {
                text.Append(unit);
            }

            Bounded(text.Append(after).ToString(), mediaType);
        }
    }

    private void Bounded(string text, string mediaType)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var started = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        string outcome;
        try
        {
            var (items, reading) = Exports.Read(bytes, mediaType);
            outcome = $"{items.Count} items, {items.Count(item => item.Imported is not null)} stories, {reading.Skipped} skipped; {items.Find(item => item.Refusal is not null)?.Refusal!.Rule}";
        }
        catch (DocumentException refusal)
        {
            outcome = refusal.Rule;
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{elapsed.TotalSeconds,6:0.0} s ({(Environment.CpuUsage.TotalTime - processor).TotalSeconds:0.0} s of the processor) {(GC.GetAllocatedBytesForCurrentThread() - allocated) >> 20,6} MB  {bytes.Length >> 10,6} KiB {mediaType} {text.AsSpan(Math.Max(0, Math.Min(text.Length / 2, text.Length - 30)), Math.Min(text.Length, 30)).ToString().ReplaceLineEndings("⏎")} → {outcome}");
        Assert.True(elapsed < Limit, $"{elapsed} for {mediaType}");
    }
}
