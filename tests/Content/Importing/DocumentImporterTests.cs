using System.Text;
using Broadsheet.Content.Importing;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;

namespace Broadsheet.Content.Tests.Importing;

public sealed class DocumentImporterTests
{
    private static readonly DateTimeOffset Captured = new(2024, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/plain; charset=UTF-8")]
    [InlineData("Text/Plain;charset=\"utf-8\"")]
    public void Import_reads_a_plain_text_as_title_and_paragraphs(string mediaType)
    {
        var imported = Importer.Import("A Café In Łódź\n\nIt was small. It was warm.\n\nWhy did it close?\n\nNobody knows, they say.\n", mediaType, Captured);

        Assert.Equal("A Café In Łódź", imported.Story.Title);
        Assert.Equal("", imported.Story.Dek);
        Assert.Equal(["", "Why did it close?"], imported.Story.Sections.Select(section => section.Heading));
        Assert.Null(imported.Story.PublishTime);
        Assert.Equal(["CREATOR_MISSING", "COMMUNITY_MISSING", "PUBLISH_TIME_MISSING"], imported.Diagnostics.Select(diagnostic => diagnostic.Code));
    }

    [Fact]
    public void Import_finds_the_encoding()
    {
        const string Text = "Grüße aus Łódź\n\nEs war ein schöner Tag.\n";
        var latin = "Grüße\n\nEs war ein schöner Tag.\n";

        foreach (var encoding in (Encoding[])[new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true)])
        {
            Assert.Equal("Grüße aus Łódź", Importer.Import([.. encoding.GetPreamble(), .. encoding.GetBytes(Text)]).Story.Title);
        }

        Assert.Equal("Grüße", Importer.Import(Encoding.Latin1.GetBytes(latin), "text/plain; charset=iso-8859-1").Story.Title);
        Assert.Equal("Grüße", Importer.Import("<html><head><meta charset=gb2312><title>Grüße</title></head><body><p>Schön war der Tag.</p></body></html>", "text/html").Story.Title);
        Assert.Equal("Grüße", Importer.Import(Encoding.Latin1.GetBytes("<html><head><meta charset=windows-1252><title>Grüße</title></head><body><p>Schön war der Tag.</p></body></html>"), "text/html").Story.Title);
    }

    [Fact]
    public void Import_without_capture_time_counts_from_the_import()
    {
        var imported = Importer.Import("Geeks logo\n\nTitle\n\nBy Ana LuPublished 2 years ago 4 min read\n\nIt was so.\n");

        Assert.Equal(Importer.ImportTime.AddMonths(-24), imported.Story.PublishTime.ToDateTimeOffset());
        Assert.Contains(imported.Diagnostics, diagnostic => diagnostic is { Code: "CAPTURE_TIME_ASSUMED", Excerpt: "2 years ago" });
    }

    [Fact]
    public void Import_clips_a_relative_date_by_the_copyright_year()
    {
        var imported = Importer.Import("Title\n\nBy Ana LuPublished about a year ago\n\nIt was so. © 1990 is on the door.\n\nSign in to comment\n\n© 2022 Creatd, Inc. All Rights Reserved.\n", captured: Captured);

        Assert.Equal(new DateTimeOffset(2022, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_990), imported.Story.PublishTime.ToDateTimeOffset());
    }

    [Fact]
    public void Import_reads_bylines_on_lines_of_their_own()
    {
        var apart = Importer.Import("Title\n\nThe dek\n\nBy Ana de la Cruz\nPublished March 3, 2023\n5 min read\n\nIt was so.\n", captured: Captured).Story;
        var alone = Importer.Import("Title\n\nBy Ana de la Cruz\n\nIt was so.\n", captured: Captured).Story;
        var prose = Importer.Import("Title\n\nBy the river it was so.\n\nBy 1990 it was not.\n", captured: Captured).Story;

        Assert.Equal(("Ana de la Cruz", "The dek", 3), (apart.CreatorDisplayName, apart.Dek, apart.PublishTime.ToDateTime().Day));
        Assert.Equal(("Ana de la Cruz", ""), (alone.CreatorDisplayName, alone.Dek));
        Assert.Equal(("", 2), (prose.CreatorDisplayName, prose.Sections.Single().Blocks.Count));
    }

    [Fact]
    public void Import_keeps_html_as_plain_text_only()
    {
        const string Page = """
            <html lang="en"><head><title>Title - Site</title><meta property="og:site_name" content="Site"><meta name="keywords" content="a, b, a">
            <script type="application/ld+json">{"@type":"NewsArticle","headline":"Title","author":[{"name":"Ana Lu"}],"datePublished":"2023-03-03T10:00:00+02:00","articleSection":"Geeks"}</script></head>
            <body><article><h1>Title</h1><p class="dek">The <em>dek</em></p><p>First &lt;b&gt; line<script>alert(1)</script>.</p>
            <img src="javascript:alert(1)" alt="kept"><img src="data:image/png;base64,AAAA" alt=""><h2>Part</h2><ul><li>one <b>bold</b></li><li>two<ul><li>inner</li></ul></li></ul>
            <ol><li>first</li></ol><blockquote><p>said</p></blockquote><pre><code>x = 1
              y = 2</code></pre><figure><img src="/a.jpg" alt="A"><figcaption>A boat. Photo by Hu Wei on Unsplash</figcaption></figure><p style="display:none">unseen</p><p>a<br><br>b</p></article></body></html>
            """;

        var story = DocumentImporter.Import(
            new Document { Content = Google.Protobuf.ByteString.CopyFromUtf8(Page), MediaType = "text/html", SourceUri = "https://example.org/stories/1" }, Importer.ImportTime, TestContext.Current.CancellationToken).Imported!.Story;

        Assert.Equal(("Title", "The dek", "Ana Lu", "Geeks", "en"), (story.Title, story.Dek, story.CreatorDisplayName, story.CommunityDisplayName, story.Language));
        Assert.Equal(new DateTimeOffset(2023, 3, 3, 8, 0, 0, TimeSpan.Zero), story.PublishTime.ToDateTimeOffset());
        Assert.Null(story.PublishTimeUncertainty);
        Assert.Equal(["a", "b"], story.Topics);
        Assert.Equal(
            [
                new Block { Text = "First <b> line." }, new Block { Media = new Media { Alt = "kept" } },
                new Block { List = new List { Items = { "one bold", "two", "inner" } } }, new Block { List = new List { Ordered = true, Items = { "first" } } },
                new Block { Quote = "said" }, new Block { Code = "x = 1\n  y = 2" },
                new Block { Media = new Media { Uri = "https://example.org/a.jpg", Alt = "A", Caption = "A boat.", Credit = new MediaCredit { Creator = "Hu Wei", Provider = "Unsplash", Stated = "Photo by Hu Wei on Unsplash" } } },
                new Block { Text = "a" }, new Block { Text = "b" },
            ],
            story.Sections.SelectMany(section => section.Blocks));
    }

    [Fact]
    public void Import_reads_markdown_with_front_matter()
    {
        const string Text = """
            ---
            title: Title
            subtitle: The dek
            author: [Ana Lu]
            category: Geeks
            date: 2023-03-03
            topics: [a, b]
            canonical_url: https://example.org/1
            lang: en-GB
            ---
            # Title

            ![A boat](https://example.org/a.jpg)
            *Photo by Hu Wei on Unsplash*

            Some *marked* `text` with [a link](javascript:alert) &amp; <b>tags</b>.

            ## Part

            > said

            1. one
            2. two

            ```
            x = 1
            ```
            """;

        var story = Importer.Import(Text, "text/markdown", Captured).Story;

        Assert.Equal(("Title", "The dek", "Ana Lu", "Geeks", "en-GB"), (story.Title, story.Dek, story.CreatorDisplayName, story.CommunityDisplayName, story.Language));
        Assert.Equal("https://example.org/1", story.CanonicalUri);
        Assert.Equal(("Hu Wei", "https://example.org/a.jpg", "A boat"), (story.Cover.Credit.Creator, story.Cover.Uri, story.Cover.Alt));
        Assert.Equal(["", "Part"], story.Sections.Select(section => section.Heading));
        Assert.Equal("Some marked text with a link & tags.", story.Sections[0].Blocks.Single().Text);
        Assert.Equal([new Block { Quote = "said" }, new Block { List = new List { Ordered = true, Items = { "one", "two" } } }, new Block { Code = "x = 1" }], story.Sections[1].Blocks);
        Assert.Equal(["a", "b"], story.Topics);
    }

    [Fact]
    public void Import_refuses_what_is_no_document_of_its_type()
    {
        var noise = new byte[4_096];
#pragma warning disable CA5394 // The same noise in every run.
        new Random(7).NextBytes(noise);
#pragma warning restore CA5394
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal(noise, "text/plain"));
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal(new byte[100], "text/plain"));
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal([], "text/plain"));
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal(" \n\t\n"u8.ToArray(), "text/plain"));
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal("Only a title"u8.ToArray(), "text/plain"));
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal("<html><body></body></html>"u8.ToArray(), "text/html"));
        Assert.Equal((ErrorReason.DocumentUnreadable, "document.content"), Refusal("---\ntitle: [\n---\n\nText.\n"u8.ToArray(), "text/markdown"));
        Assert.Equal((ErrorReason.MediaTypeUnsupported, "document.media_type"), Refusal("T\n\nx."u8.ToArray(), "application/pdf"));
        Assert.Equal((ErrorReason.MediaTypeUnsupported, "document.media_type"), Refusal("T\n\nx."u8.ToArray(), ""));
    }

    [Fact]
    public void Import_refuses_more_than_a_story_may_have()
    {
        static string Many(int count, Func<int, string> unit) => string.Concat(Enumerable.Range(0, count).Select(unit));
        foreach (var document in (string[])
        [
            $"{new string('a', 301)}\n\nText.",
            $"Title\n\n{new string('a', 1_001)}\n\nBy Ana LuPublished 2 days ago\n\nText.",
            $"Title\n\n{Many(501, at => $"Part {at}\n\nText {at}.\n\n")}",
            $"Title\n\n{Many(2_001, at => $"Text {at}.\n\n")}",
            $"Title\n\n{new string('a', 100_001)}",
        ])
        {
            Assert.Equal((ErrorReason.InvalidField, "document.content"), Refusal(Encoding.UTF8.GetBytes(document), "text/plain"));
        }

        var topics = Importer.Import($"---\ntitle: T\ntags: [{string.Join(',', Enumerable.Range(0, 60))}]\n---\n\nText.\n", "text/markdown");
        Assert.Equal(50, topics.Story.Topics.Count);
        Assert.Contains(topics.Diagnostics, diagnostic => diagnostic.Code == "TOPICS_DROPPED");
    }

    private static (ErrorReason, string) Refusal(byte[] bytes, string mediaType)
    {
        var refusal = Assert.Throws<DocumentException>(() => Importer.Import(bytes, mediaType, Captured));
        Assert.NotEmpty(refusal.Rule);
        return (refusal.Reason, refusal.Field);
    }
}
