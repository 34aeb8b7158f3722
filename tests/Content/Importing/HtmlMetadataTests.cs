using System.Globalization;
using Broadsheet.Content.Importing;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>What pages say of themselves, in the many places where they say it.</summary>
public sealed class HtmlMetadataTests
{
    private const string Text =
        "<p>The harbour froze in the winter of 1893, and the ships that lay in it stayed where they were until the spring, which came late.</p>"
        + "<p>Nobody had seen it before, so nobody knew what to do, and the captains wrote letters, of which the museum has kept eleven, all of them angry.</p>"
        + "<p>When the ice broke, it took the pier with it, and the town, which had paid for the pier, began to ask what it was for.</p>";

    [Theory]
    [InlineData("<title>The Frozen Harbour - Saltmarsh Times</title>", "<h1>The Frozen Harbour</h1>", "The Frozen Harbour")]
    [InlineData("<title>The Frozen Harbour - And What Came After</title>", "", "The Frozen Harbour - And What Came After")]
    [InlineData("<title>Saltmarsh Times</title><meta property='og:site_name' content='Saltmarsh Times'>", "<h1>The Frozen Harbour</h1>", "The Frozen Harbour")]
    [InlineData("<title>Home</title>", "<h1>The Frozen Harbour</h1>", "The Frozen Harbour")]
    [InlineData("<title>How the Harbour Froze in 1893: A Story</title>", "<h1>How the Harbour Froze</h1>", "How the Harbour Froze")]
    [InlineData("<title>The Frozen Harbour</title>", "<h1><a href='/'>Saltmarsh</a></h1>", "The Frozen Harbour")]
    [InlineData("<title>The Frozen Harbour · Saltmarsh</title><meta property='og:title' content='The Frozen Harbour · Saltmarsh'><meta property='og:site_name' content='Saltmarsh'>", "", "The Frozen Harbour")]
    [InlineData("<title>Saltmarsh: The Frozen Harbour</title><meta property='og:title' content='Saltmarsh'><meta property='og:site_name' content='Saltmarsh'>", "<h1>The Frozen Harbour</h1>", "The Frozen Harbour")]
    [InlineData("<title>x</title><meta property='og:title' content='Ice &amp;amp; Harbour'>", "", "Ice & Harbour")]
    [InlineData("<title>News</title><script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"The Frozen Harbour\"}</script><meta property='og:title' content='You will not believe this ice'>", "", "The Frozen Harbour")]
    [InlineData("", "<h2>The Frozen Harbour</h2>", "The Frozen Harbour")]
    public void Title_is_the_headline_without_the_site(string head, string heading, string title) =>
        Assert.Equal(title, Import(head, heading).Title);

    [Theory]
    [InlineData("<script type='application/ld+json'>{\"@type\":\"BlogPosting\",\"author\":[{\"@type\":\"Person\",\"name\":\"Ana Lu\"},{\"name\":\"Bo Holm\"}]}</script>", "", "Ana Lu, Bo Holm")]
    [InlineData("<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"Article\",\"author\":{\"@id\":\"#p\"}},{\"@type\":\"Person\",\"@id\":\"#p\",\"name\":\"Ana Lu\"}]}</script>", "", "Ana Lu")]
    [InlineData("<script type='application/ld+json'><![CDATA[ {\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":\"Article\",\"author\":\"Ana Lu\"}} ]]></script>", "", "Ana Lu")]
    [InlineData("<script type='application/ld+json'>{\"@type\":\"Article\",\n\"description\":\"one\ntwo\",\"author\":\"Ana Lu\"}</script>", "", "Ana Lu")]
    [InlineData("<meta name='author' content='By Ana Lu, Staff Writer'>", "", "Ana Lu")]
    [InlineData("<meta property='article:author' content='https://example.org/ana'><meta name='parsely-author' content='Ana Lu'><meta name='parsely-author' content='Bo Holm'>", "", "Ana Lu, Bo Holm")]
    [InlineData("<meta name='author' content='admin'>", "<div class='post-meta'><a rel='author' href='/ana'>Ana Lu</a></div>", "Ana Lu")]
    [InlineData("", "<p class='byline'>By <a href='/ana'>Ana Lu</a> and <a href='/bo'>Bo Holm</a><span>22 Dec 2016</span><a href='#c'>51</a></p>", "Ana Lu and Bo Holm")]
    [InlineData("", "<span itemprop='author' itemscope><span itemprop='name'>Ana Lu</span><span>Editor at large</span></span>", "Ana Lu")]
    [InlineData("", "<cite class='byline vcard'><span>By </span><span class='fn'>Ana Lu</span> <abbr>March 11, 2015 3:46 PM</abbr></cite>", "Ana Lu")]
    [InlineData("", "<div class='article__author'>Von Ana Lu | 3. März 2020</div>", "Ana Lu")]
    [InlineData("", "<div class='c-byline'>par Ana Lu et Bo Holm</div>", "Ana Lu et Bo Holm")]
    [InlineData("", "<div class='byline'>Ana Lu (@analu) ana@example.org</div>", "Ana Lu")]
    [InlineData("", "<div class='byline'>By Ana Lu for Saltmarsh Times</div>", "Ana Lu")]
    [InlineData("", "<aside><ul><li class='byline'>By Bo Holm</li></ul></aside>", "")]
    public void Creator_is_who_wrote_it_and_nothing_else(string head, string below, string creator) =>
        Assert.Equal(creator, Import($"<title>The Frozen Harbour</title>{head}", $"<h1>The Frozen Harbour</h1>{below}").CreatorDisplayName);

    [Fact]
    public void Creator_of_other_stories_is_not_taken()
    {
        var others = string.Concat(((string[])["Ana Lu", "Bo Holm", "Cy Ek"]).Select(name => $"<div class='story'><h3>Another</h3><span class='byline'>By {name}</span></div>"));

        Assert.Equal("", DocumentImporter.Import(Page($"<html><head><title>T</title></head><body><article><h1>T</h1>{Text}{Text}</article>{others}</body></html>"), Importer.ImportTime, TestContext.Current.CancellationToken).Imported!.Story.CreatorDisplayName);
    }

    [Theory]
    [InlineData("<meta name='description' content='Why it froze.'>", "", "Why it froze.")]
    [InlineData("<meta property='og:description' content='What ice does &amp;#8211; and does not.'>", "", "What ice does – and does not.")]
    [InlineData("<meta name='description' content='harbour, ice, ships'>", "<p class='article-dek'>Why it froze.</p>", "Why it froze.")]
    [InlineData("<script type='application/ld+json'>{\"@type\":\"Article\",\"description\":\"<p>Why it froze.</p>\"}</script><meta name='description' content='A page'>", "", "Why it froze.")]
    [InlineData("<meta name='description' content='The Frozen Harbour'>", "", "")]
    [InlineData("", "", "")]
    public void Dek_is_what_is_shown_below_the_headline_else_the_description(string head, string below, string dek) =>
        Assert.Equal(dek, Import($"<title>The Frozen Harbour</title>{head}", $"<header><h1>The Frozen Harbour</h1>{below}</header>").Dek);

    [Fact]
    public void First_paragraph_stays_in_the_text_where_the_page_is_described_by_it()
    {
        var first = Text[3..Text.IndexOf("</p>", StringComparison.Ordinal)];
        var story = Import($"<title>The Frozen Harbour</title><meta name='description' content='{first}'>", "<h1>The Frozen Harbour</h1>");

        Assert.Equal(first, story.Dek);
        Assert.Equal(first, story.Sections[0].Blocks[0].Text);
    }

    [Theory]
    [InlineData("<meta property='article:published_time' content='2019-03-02T10:00:00Z'><meta property='article:modified_time' content='2020-01-01T00:00:00Z'>", "", "2019-03-02")]
    [InlineData("<script type='application/ld+json'>[{\"@type\":\"WebPage\",\"datePublished\":\"2019-03-02\"}]</script>", "", "2019-03-02")]
    [InlineData("<meta name='sailthru.date' content='2019-03-02 10:00:00'>", "", "2019-03-02")]
    [InlineData("", "<div>Updated 3 May 2021 <time itemprop='datePublished' datetime='2019-03-02'>long ago</time></div>", "2019-03-02")]
    [InlineData("", "<time class='updated' datetime='2021-05-03'>x</time><time datetime='2019-03-02'>y</time>", "2019-03-02")]
    [InlineData("", "<abbr class='published' title='2019-03-02T10:00:00+01:00'>x</abbr>", "2019-03-02")]
    [InlineData("", "<div class='post-meta'>Published on: March 2, 2019</div>", "2019-03-02")]
    [InlineData("", "<div>Veröffentlicht am 2. März 2019, aktualisiert am 3. Mai 2021</div>", "2019-03-02")]
    [InlineData("", "<div>2 de março de 2019 às 12h55</div>", "2019-03-02")]
    [InlineData("<link rel='canonical' href='https://example.org/2019/03/02/the-frozen-harbour'>", "", "2019-03-02")]
    [InlineData("", "<div>Last updated: March 2, 2019</div>", "2019-03-02")]
    [InlineData("", "<div>Published in 2019</div>", "2019-12-31")]
    [InlineData("", "", null)]
    public void Publish_time_is_when_the_page_says_that_it_was_published(string head, string below, string? day) =>
        Assert.Equal(day, Import($"<title>The Frozen Harbour</title>{head}", $"<h1>The Frozen Harbour</h1>{below}").PublishTime?.ToDateTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Fact]
    public void Reading_time_is_taken_beside_a_known_date() =>
        Assert.Equal(7, Import("<title>T</title><meta property='article:published_time' content='2019-03-02'>", "<h1>T</h1><div><span>March 2, 2019</span><span>7 min read</span></div>").StatedReadingMinutes);

    [Fact]
    public void Topics_are_gathered_from_tags_and_keywords() =>
        Assert.Equal(
            ["Ships, Ice and Snow", "Harbours", "ice", "snow", "wind", "Winter"],
            Import(
                "<title>T</title><meta property='article:tag' content='Ships, Ice and Snow'><meta property='article:tag' content='Harbours'><meta name='keywords' content='ice, harbours, T'>"
                + "<script type='application/ld+json'>{\"@type\":\"Article\",\"keywords\":\"ice,snow, wind\"}</script>",
                "<h1>T</h1><a rel='tag' href='/w'>#Winter</a>").Topics);

    private static Story Import(string head, string top) =>
        DocumentImporter.Import(Page($"<html lang=en><head>{head}</head><body><nav><a href='/'>Home</a></nav><article>{top}{Text}</article><footer>© 2020</footer></body></html>"), Importer.ImportTime, TestContext.Current.CancellationToken).Imported!.Story;

    private static Document Page(string html) =>
        new() { Content = ByteString.CopyFromUtf8(html), MediaType = "text/html; charset=utf-8", CapturedAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2024, 1, 15, 0, 0, 0, TimeSpan.Zero)) };
}
