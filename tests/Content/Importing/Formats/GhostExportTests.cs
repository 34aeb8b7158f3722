using System.Text.Json;
using Broadsheet.Content.Importing;
using Broadsheet.Errors.V1;

namespace Broadsheet.Content.Tests.Importing.Formats;

public sealed class GhostExportTests
{
    private static readonly object[] Lexical =
    [
        new { type = "paragraph", children = new object[] { new { type = "extended-text", text = "Peat is " }, new { type = "link", url = "https://x.example", children = new[] { new { type = "text", text = "old moss" } } }, new { type = "text", text = "." } } },
        new { type = "extended-heading", tag = "h2", children = new[] { new { type = "text", text = "Cutting" } } },
        new { type = "list", listType = "number", children = new object[] { new { type = "listitem", children = new[] { new { type = "text", text = "cut" } } }, new { type = "listitem", children = new object[] { new { type = "list", children = new[] { new { type = "listitem", children = new[] { new { type = "text", text = "dry" } } } } } } } } },
        new { type = "quote", children = new[] { new { type = "text", text = "It burns." } } },
        new { type = "image", src = "__GHOST_URL__/content/peat.jpg", alt = "Peat", caption = "A stack. Photo by <b>Ana Lu</b> on Unsplash" },
        new { type = "codeblock", code = "x = 1" },
        new { type = "html", html = "<p>Raw <script>alert(1)</script>HTML.</p>" },
        new { type = "markdown", markdown = "Some *Markdown*." },
        new { type = "bookmark", url = "https://y.example/", metadata = new { title = "Elsewhere" } },
        new { type = "embed", url = "https://videos.example/1" },
    ];

    private static readonly object Mobiledoc = new
    {
        version = "0.3.1",
        atoms = new object[] { new object[] { "soft-return", "", new { } } },
        cards = new object[] { new object[] { "card-markdown", new { markdown = "From a card." } } },
        markups = Array.Empty<object>(),
        sections = new object[] { new object[] { 1, "h2", new object[] { new object[] { 0, Array.Empty<int>(), 0, "Head" } } }, new object[] { 1, "p", new object[] { new object[] { 0, Array.Empty<int>(), 0, "One" }, new object[] { 1, Array.Empty<int>(), 0, 0 }, new object[] { 0, Array.Empty<int>(), 0, "two." } } }, new object[] { 3, "ul", new object[] { new object[] { new object[] { 0, Array.Empty<int>(), 0, "item" } } } }, new object[] { 10, 0 } },
    };

    private static readonly string Export = JsonSerializer.Serialize(new
    {
        db = new[]
        {
            new
            {
                meta = new { version = "5.80.0" },
                data = new
                {
                    posts = new object[]
                    {
                        new { id = "p1", uuid = "11111111-1111-4111-8111-111111111111", title = "What Peat Keeps", slug = "what-peat-keeps", status = "published", visibility = "public", type = "post", published_at = "2021-05-06T07:08:09.000Z", custom_excerpt = "Moss that does not rot.", canonical_url = (string?)null, feature_image = "__GHOST_URL__/content/cover.jpg", html = "<p>Peat keeps.</p><!--kg-card-begin: html--><figure class=\"kg-card kg-bookmark-card\"><a class=\"kg-bookmark-container\" href=\"https://z.example/\"><div class=\"kg-bookmark-title\">Further</div><img src=\"https://z.example/i.png\"></a></figure><div class=\"kg-card kg-button-card\"><a href=\"/s\">Subscribe</a></div><h2>Bogs</h2><p><a href=\"javascript:alert(1)\">Bogs</a> are wet.</p>" },
                        new { id = "p2", uuid = "22222222-2222-4222-8222-222222222222", title = "From Lexical", slug = "from-lexical", status = "draft", type = "post", html = (string?)null, lexical = JsonSerializer.Serialize(new { root = new { children = Lexical } }) },
                        new { id = "p3", title = "From Mobiledoc", slug = "from-mobiledoc", status = "scheduled", type = "post", mobiledoc = JsonSerializer.Serialize(Mobiledoc) },
                        new { id = "p4", title = "Members", status = "published", visibility = "paid", type = "post", plaintext = "One.\n\nTwo." },
                        new { id = "p5", title = "About", status = "published", type = "page", html = "<p>x</p>" },
                        new { id = "p6", title = "Broken", status = "published", type = "post", lexical = "{" },
                    },
                    posts_meta = new[] { new { post_id = "p1", feature_image_alt = "A bog", feature_image_caption = "<span>Image by Hu Wei via Getty Images</span>" } },
                    users = new[] { new { id = "u1", name = "Mara Okafor", bio = "Digs." }, new { id = "u2", name = "Jan Brandt", bio = "" } },
                    posts_authors = new[] { new { post_id = "p1", author_id = "u2", sort_order = 1 }, new { post_id = "p1", author_id = "u1", sort_order = 0 } },
                    tags = new[] { new { id = "t1", name = "Peat" }, new { id = "t2", name = "#internal" } },
                    posts_tags = new[] { new { post_id = "p1", tag_id = "t1", sort_order = 0 }, new { post_id = "p1", tag_id = "t2", sort_order = 1 } },
                    settings = new[] { new { key = "title", value = "Bog Letter" }, new { key = "locale", value = "en" } },
                    newsletters = new[] { new { id = "n1", name = "Weekly" } },
                },
            },
        },
    });

    [Fact]
    public void Import_reads_a_post_with_everything_that_the_export_ties_to_it()
    {
        var (items, reading) = Exports.Read(Export, "application/json", "https://bog.example/");

        var story = items[0].Story();
        Assert.Equal("urn:uuid:11111111-1111-4111-8111-111111111111", items[0].Identity);
        Assert.Equal(("What Peat Keeps", "Moss that does not rot.", "what-peat-keeps", "en"), (story.Title, story.Dek, story.Slug, story.Language));
        Assert.Equal(("Mara Okafor", "Bog Letter", ""), (story.CreatorDisplayName, story.CommunityDisplayName, story.CanonicalUri));
        Assert.Equal("Digs.", items[0].Imported!.CreatorBiography);
        Assert.Equal(new DateTimeOffset(2021, 5, 6, 7, 8, 9, TimeSpan.Zero), story.PublishTime.ToDateTimeOffset());
        Assert.Equal(["Peat"], story.Topics);
        Assert.Equal(("https://bog.example/content/cover.jpg", "A bog", "Hu Wei", "Getty Images"), (story.Cover.Uri, story.Cover.Alt, story.Cover.Credit.Creator, story.Cover.Credit.Provider));
        Assert.Equal(["Peat keeps.", "Further (https://z.example/)", "# Bogs", "Bogs are wet."], story.Blocks());
        Assert.Contains(items[0].Imported!.Diagnostics, diagnostic => diagnostic is { Code: "AUTHORS_DROPPED", Excerpt: "Jan Brandt" });
        Assert.Contains(items[0].Imported!.Diagnostics, diagnostic => diagnostic is { Code: "FURNITURE_DROPPED", Excerpt: "Subscribe" });
        Assert.Equal(["TABLE_DROPPED", "ENTRY_SKIPPED"], reading.Diagnostics.Select(diagnostic => diagnostic.Code));
    }

    [Fact]
    public void Import_renders_what_the_editors_save_where_there_is_no_html()
    {
        var items = Exports.Read(Export, "application/json", "https://bog.example/export/bog.json").Items;

        Assert.Equal(
            [
                "Peat is old moss.", "# Cutting", "1. cut / 1. dry", "> It burns.", "! https://bog.example/content/peat.jpg [Peat] A stack. (Ana Lu)", "` x = 1", "Raw HTML.", "Some Markdown.",
                "Elsewhere (https://y.example/)",
            ],
            items[1].Story().Blocks());
        Assert.Contains(items[1].Imported!.Diagnostics, diagnostic => diagnostic is { Code: "EMBED_DROPPED", Excerpt: "embed https://videos.example/1" });
        Assert.Equal(["# Head", "One two.", "- item", "From a card."], items[2].Story().Blocks());
        Assert.Equal(["One.", "Two."], items[3].Story().Blocks());
        Assert.Equal([true, false, false, false], items.Take(4).Select(item => item.Imported!.MayPublish));
        Assert.Equal("has the state of an editor that is not JSON", items[4].Refusal!.Rule);
    }

    [Theory]
    [InlineData("{\"db\":[{\"data\":{}}]}", "not a Ghost export")]
    [InlineData("[1,2]", "not a Ghost export")]
    [InlineData("{\"data\":{\"posts\":[]}}", "without posts")]
    [InlineData("{", "is not JSON")]
    [InlineData("words", "is not JSON")]
    public void Import_refuses_json_that_is_no_export(string text, string rule)
    {
        var refusal = Assert.Throws<DocumentException>(() => Exports.Read(text, "application/json"));

        Assert.Equal(ErrorReason.DocumentUnreadable, refusal.Reason);
        Assert.Contains(rule, refusal.Rule, StringComparison.Ordinal);
    }
}
