using Broadsheet.Content.Importing;

namespace Broadsheet.Content.Tests.Importing.Formats;

public sealed class WordPressExportTests
{
    private const string Export = """
        <?xml version="1.0" encoding="UTF-8" ?>
        <!-- generated -->
        <rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
          xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
        <channel>
          <title>Tidal Notes</title><link>https://tides.example</link><language>en-GB</language><wp:wxr_version>1.2</wp:wxr_version>
          <wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[mara]]></wp:author_login><wp:author_display_name><![CDATA[Mara Okafor]]></wp:author_display_name></wp:author>
          <item>
            <title>Why Harbours Silt Up &amp; Stay Open</title><link>https://tides.example/silt/</link><pubDate>Tue, 03 Mar 2020 10:00:00 +0000</pubDate>
            <dc:creator><![CDATA[mara]]></dc:creator><guid isPermaLink="false">https://tides.example/?p=7</guid>
            <content:encoded><![CDATA[<!-- wp:paragraph -->
        <p>The harbour fills with mud each winter.</p>
        <!-- /wp:paragraph -->
        <!-- wp:heading -->
        <h2 class="wp-block-heading">What the dredger does</h2>
        <!-- /wp:heading -->
        <!-- wp:image {"id":9} -->
        <figure class="wp-block-image"><img src="https://tides.example/b.jpg" alt="A dredger"/><figcaption>The dredger. Photo by Hu Wei on Unsplash</figcaption></figure>
        <!-- /wp:image -->
        <!-- wp:gallery --><figure class="wp-block-gallery"><figure><img src="https://tides.example/c.jpg" alt="C"/></figure><figure><img src="https://tides.example/d.jpg" alt="D"/></figure></figure><!-- /wp:gallery -->
        <!-- wp:embed --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">https://videos.example/v/1</div></figure><!-- /wp:embed -->
        <!-- wp:list --><ul><li>mud</li><li>sand</li></ul><!-- /wp:list -->
        <p>It lifts mud<sup>1</sup>. <script>alert(1)</script><a href="https://x.example/">More</a></p>]]></content:encoded>
            <excerpt:encoded><![CDATA[A harbour is a thing that people keep making.]]></excerpt:encoded>
            <wp:post_id>7</wp:post_id><wp:post_date_gmt>2020-03-03 09:59:00</wp:post_date_gmt><wp:post_name>why-harbours-silt-up</wp:post_name>
            <wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:post_password></wp:post_password>
            <category domain="category" nicename="coasts"><![CDATA[Coasts]]></category><category domain="post_tag" nicename="mud"><![CDATA[mud]]></category>
            <category domain="category" nicename="uncategorized"><![CDATA[Uncategorized]]></category><category domain="post_format" nicename="post-format-aside"><![CDATA[Aside]]></category>
            <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>
            <wp:postmeta><wp:meta_key>footnotes</wp:meta_key><wp:meta_value><![CDATA[[{"content":"Mud is <em>wet</em> earth.","id":"a"}]]]></wp:meta_value></wp:postmeta>
            <wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>
          </item>
          <item>
            <title>Classic</title><link>https://tides.example/?p=8</link><dc:creator>nobody</dc:creator><guid isPermaLink="false">https://tides.example/?p=8</guid>
            <content:encoded><![CDATA[First line
        goes on [sic].

        [caption id="attachment_9" width="300"]<a href="x"><img src="https://tides.example/e.jpg" alt="E" /></a> A quay. Photo by Lu Ann on Pexels[/caption]

        Second [1] <em>one</em>, [[gallery]].

        [gallery ids="9,77"]

        [embed]https://videos.example/v/2[/embed]
        [box color="red"]Boxed text.[/box]

        <pre>a

        [b c="d"]</pre>]]></content:encoded>
            <wp:post_id>8</wp:post_id><wp:status>draft</wp:status><wp:post_type>post</wp:post_type><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>
            <pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>
          </item>
          <item><title>About</title><guid>https://tides.example/?page_id=2</guid><wp:post_type>page</wp:post_type><wp:status>publish</wp:status><content:encoded>x</content:encoded></item>
          <item><title></title><guid>https://tides.example/?p=9</guid><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><content:encoded>No title.</content:encoded></item>
          <item><title>Again</title><guid>https://tides.example/?p=8</guid><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><content:encoded>x</content:encoded></item>
          <item><title>Binned</title><guid>https://tides.example/?p=10</guid><wp:post_type>post</wp:post_type><wp:status>trash</wp:status><content:encoded>x</content:encoded></item>
          <item><title>a.jpg</title><wp:post_id>9</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://tides.example/a.jpg</wp:attachment_url>
            <excerpt:encoded>The quay. Photo by Ana Lu on Unsplash</excerpt:encoded>
            <wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>A quay at low tide</wp:meta_value></wp:postmeta></item>
        </channel></rss>
        """;

    [Fact]
    public void Import_reads_a_post_with_everything_that_the_export_ties_to_it()
    {
        var item = Exports.Read(Export, "application/xml").Items[0];

        var story = item.Story();
        Assert.Equal("https://tides.example/?p=7", item.Identity);
        Assert.Equal(("Why Harbours Silt Up & Stay Open", "A harbour is a thing that people keep making.", "why-harbours-silt-up"), (story.Title, story.Dek, story.Slug));
        Assert.Equal(("Mara Okafor", "Tidal Notes", "en-GB", "https://tides.example/silt/"), (story.CreatorDisplayName, story.CommunityDisplayName, story.Language, story.CanonicalUri));
        Assert.Equal(new DateTimeOffset(2020, 3, 3, 9, 59, 0, TimeSpan.Zero), story.PublishTime.ToDateTimeOffset());
        Assert.Equal(["Coasts", "mud"], story.Topics);
        Assert.Equal(("https://tides.example/a.jpg", "A quay at low tide", "The quay.", "Ana Lu"), (story.Cover.Uri, story.Cover.Alt, story.Cover.Caption, story.Cover.Credit.Creator));
        Assert.Equal(
            [
                "The harbour fills with mud each winter.", "# What the dredger does", "! https://tides.example/b.jpg [A dredger] The dredger. (Hu Wei)",
                "! https://tides.example/c.jpg [C]  ()", "! https://tides.example/d.jpg [D]  ()", "- mud / - sand", "It lifts mud1. More", "1. Mud is wet earth.",
            ],
            story.Blocks());
        Assert.True(item.Imported!.MayPublish);
        Assert.Equal(["EMBED_DROPPED", "SCRIPT_DROPPED", "LINKS_DROPPED"], item.Codes());
        Assert.Contains(item.Imported.Diagnostics, diagnostic => diagnostic is { Code: "EMBED_DROPPED", Excerpt: "https://videos.example/v/1" });
    }

    [Fact]
    public void Import_reads_the_classic_editors_blank_lines_and_shortcodes()
    {
        var item = Exports.Read(Export, "text/xml; charset=utf-8").Items[1];

        Assert.Equal(
            [
                "First line goes on [sic].", "! https://tides.example/e.jpg [E] A quay. (Lu Ann)", "Second [1] one, [gallery].",
                "! https://tides.example/a.jpg [A quay at low tide] The quay. (Ana Lu)", "Boxed text.", "` a\n\n[b c=\"d\"]",
            ],
            item.Story().Blocks());
        Assert.Equal("nobody", item.Story().CreatorDisplayName);
        Assert.Null(item.Story().PublishTime);
        Assert.False(item.Imported!.MayPublish);
        Assert.Equal(["NOT_PUBLISHED", "GALLERY_INCOMPLETE", "EMBED_DROPPED", "SHORTCODE_DROPPED", "LINKS_DROPPED", "PUBLISH_TIME_MISSING"], item.Codes());
    }

    [Fact]
    public void Import_goes_on_after_a_bad_post_and_says_what_it_skipped()
    {
        var (items, reading) = Exports.Read(Export, "application/rss+xml");

        Assert.Equal(["", "", "has no title"], items.Select(item => item.Refusal?.Rule ?? ""));
        Assert.Equal([0, 1, 2], items.Select(item => item.Index));
        Assert.Equal(3, reading.Skipped);
        Assert.Equal(["About", "Again", "Binned"], reading.Diagnostics.Where(diagnostic => diagnostic.Code == "ENTRY_SKIPPED").Select(diagnostic => diagnostic.Excerpt));
        Assert.Contains(reading.Diagnostics, diagnostic => diagnostic.Code == "COMMENTS_DROPPED");
    }

    [Fact]
    public void Import_refuses_an_export_that_breaks_off()
    {
        var broken = Export[..Export.IndexOf("<title>Classic", StringComparison.Ordinal)];

        var refusal = Assert.Throws<DocumentException>(() => Exports.Read(broken, "application/xml"));

        Assert.Contains("is not well-formed XML (line ", refusal.Rule, StringComparison.Ordinal);
    }
}
