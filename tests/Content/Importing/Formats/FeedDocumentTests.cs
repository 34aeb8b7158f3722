using Broadsheet.Content.Importing;
using Broadsheet.Errors.V1;

namespace Broadsheet.Content.Tests.Importing.Formats;

public sealed class FeedDocumentTests
{
    private const string Rss = """

        <?xml version="1.0"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
          xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
        <channel><title>Lamp Room</title><link>https://lamps.example/</link><atom:link rel="self" href="https://lamps.example/feed"/><language>en</language>
        <item><title>How a Lens Throws Light &#8220;Far&#8221;</title><link>https://lamps.example/lens</link><guid isPermaLink="false">lens-1</guid>
          <pubDate>Wed, 01 Jul 2020 08:00:00 EST</pubDate><dc:creator>Ada Example</dc:creator><category>optics</category><category>lamps</category>
          <description>Rings of glass bend light.</description>
          <content:encoded><![CDATA[<p>The lamp is small.</p><h2>Rings</h2><p onclick="alert(1)">Each ring bends light.</p><img src="/ring.jpg" alt="Ring"><p>The post <a href="x">How a Lens</a> appeared first on <a href="y">Lamp Room</a>.</p>]]></content:encoded>
          <media:group><media:content url="https://lamps.example/lens.jpg" medium="image"><media:title>The lens</media:title><media:credit>Ana Lu</media:credit></media:content></media:group>
          <enclosure url="https://lamps.example/a.mp3" type="audio/mpeg" length="1"/></item>
        <item><title>Only a Summary</title><guid>https://lamps.example/two</guid><author>ada@lamps.example (Ada Example)</author><pubDate>someday</pubDate>
          <description>&lt;p&gt;This is all there is.&lt;/p&gt;</description></item>
        <item><title>Empty</title><guid>https://lamps.example/three</guid></item>
        <item><title>Excerpted</title><link>https://lamps.example/four</link><description>The wick burns low [&amp;#8230;]</description><content:encoded>&lt;p&gt;The wick burns low and goes out.&lt;/p&gt;</content:encoded></item>
        </channel></rss>
        """;

    private const string AtomFeed = """
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://moor.example/"><title type="html">Moor &amp;amp; Heide</title><link href="https://moor.example/"/>
        <author><name>Jan Brandt</name></author><id>tag:moor.example,2020:feed</id><updated>2020-02-02T00:00:00Z</updated>
        <entry><title type="html">Das &lt;em&gt;Moor&lt;/em&gt;</title><id>tag:moor.example,2020:1</id><link rel="alternate" href="https://moor.example/1"/><link rel="enclosure" type="image/png" href="/moor.png"/>
          <published>2020-01-02T03:04:05+01:00</published><updated>2020-02-02T00:00:00Z</updated><category term="torf" label="Torf"/><summary>Was unter dem Gras liegt.</summary>
          <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Das Moor &lt;ist&gt; tief.</p><h3>Torf</h3><ul><li>nass</li></ul><script>alert(1)</script></div></content></entry>
        <entry xml:lang="en"><title>Plain</title><id>urn:uuid:2</id><updated>2020-02-02T00:00:00Z</updated><author><name>Ann</name></author><content>A &lt; B.</content></entry>
        </feed>
        """;

    [Fact]
    public void Import_reads_rss_entries_with_full_content()
    {
        var item = Exports.Read(Rss, "application/rss+xml").Items[0];

        var story = item.Story();
        Assert.Equal("https://lamps.example/#lens-1", item.Identity);
        Assert.Equal(("How a Lens Throws Light “Far”", "Rings of glass bend light.", "Ada Example", "Lamp Room", "en"), (story.Title, story.Dek, story.CreatorDisplayName, story.CommunityDisplayName, story.Language));
        Assert.Equal("https://lamps.example/lens", story.CanonicalUri);
        Assert.Equal(new DateTimeOffset(2020, 7, 1, 13, 0, 0, TimeSpan.Zero), story.PublishTime.ToDateTimeOffset());
        Assert.Equal(["optics", "lamps"], story.Topics);
        Assert.Equal(("https://lamps.example/lens.jpg", "The lens", "Ana Lu"), (story.Cover.Uri, story.Cover.Alt, story.Cover.Credit.Creator));
        Assert.Equal(["The lamp is small.", "# Rings", "Each ring bends light.", "! https://lamps.example/ring.jpg [Ring]  ()"], story.Blocks());
        Assert.Equal(["ENCLOSURE_DROPPED", "LINKS_DROPPED", "FURNITURE_DROPPED"], item.Codes());
    }

    [Fact]
    public void Import_takes_a_summary_where_there_is_no_content_and_no_dek_where_the_summary_is_cut_from_the_text()
    {
        var items = Exports.Read(Rss, "text/xml").Items;

        Assert.Equal(["This is all there is."], items[1].Story().Blocks());
        Assert.Equal(("Ada Example", "https://lamps.example/two"), (items[1].Story().CreatorDisplayName, items[1].Story().CanonicalUri));
        Assert.Equal(["PUBLISH_TIME_UNREAD", "SUMMARY_ONLY", "PUBLISH_TIME_MISSING"], items[1].Codes());
        Assert.Equal("has no text below the title", items[2].Refusal!.Rule);
        Assert.Equal(("", "https://lamps.example/four"), (items[3].Story().Dek, items[3].Identity));
        Assert.Contains("DEK_DROPPED", items[3].Codes());
    }

    [Fact]
    public void Import_reads_atom_entries()
    {
        var items = Exports.Read(AtomFeed, "application/atom+xml").Items;

        var story = items[0].Story();
        Assert.Equal(("tag:moor.example,2020:1", "urn:uuid:2"), (items[0].Identity, items[1].Identity));
        Assert.Equal(("Das Moor", "Was unter dem Gras liegt.", "Jan Brandt", "Moor & Heide", "de"), (story.Title, story.Dek, story.CreatorDisplayName, story.CommunityDisplayName, story.Language));
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 2, 4, 5, TimeSpan.Zero), story.PublishTime.ToDateTimeOffset());
        Assert.Equal(("https://moor.example/moor.png", "https://moor.example/1"), (story.Cover.Uri, story.CanonicalUri));
        Assert.Equal(["Torf"], story.Topics);
        Assert.Equal(["Das Moor <ist> tief.", "# Torf", "- nass"], story.Blocks());
        Assert.Equal(("Ann", "en", ""), (items[1].Story().CreatorDisplayName, items[1].Story().Language, items[1].Story().CanonicalUri));
        Assert.Equal(["A < B."], items[1].Story().Blocks());
        Assert.Contains("PUBLISH_TIME_ASSUMED", items[1].Codes());
    }

    [Theory]
    [InlineData("<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>", "declares a document type")]
    [InlineData("<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>", "declares a document type")]
    [InlineData("<rss><channel><item><title>&undefined;</title></item></channel></rss>", "is not well-formed XML")]
    [InlineData("<html><body>No feed</body></html>", "neither a feed")]
    [InlineData("<rss><channel><title>Empty</title></channel></rss>", "without entries")]
    [InlineData("plain words", "is not well-formed XML")]
    [InlineData("<!-- nothing -->", "is not ")]
    public void Import_refuses_xml_that_is_no_feed(string text, string rule)
    {
        var refusal = Assert.Throws<DocumentException>(() => Exports.Read(text, "application/xml"));

        Assert.Equal(ErrorReason.DocumentUnreadable, refusal.Reason);
        Assert.Contains(rule, refusal.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_of_one_story_refuses_a_feed_of_several_and_takes_a_feed_of_one()
    {
        var refusal = Assert.Throws<DocumentException>(() => Importer.Import(AtomFeed, "application/atom+xml"));

        Assert.Equal((ErrorReason.DocumentHoldsSeveral, "document.content"), (refusal.Reason, refusal.Field));
        Assert.Equal("Plain", Importer.Import($"{AtomFeed[..AtomFeed.IndexOf("<entry>", StringComparison.Ordinal)]}{AtomFeed[AtomFeed.IndexOf("<entry xml", StringComparison.Ordinal)..]}", "application/xml").Story.Title);
    }
}
