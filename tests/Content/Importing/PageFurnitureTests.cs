namespace Broadsheet.Content.Tests.Importing;

/// <summary>What stands in and beside an article and is no part of it, in pages of any length.</summary>
public sealed class PageFurnitureTests
{
    private static readonly string[] Furniture =
    [
        "<div class='share-bar'><a href='#'>Share</a> <a href='#'>Pin it</a></div>",
        "<div class='article-newsletter'><h3>Get our letter</h3><p>Every Friday, in your inbox.</p></div>",
        "<div id='related-stories'><h3>Related</h3><ul><li><a href='/1'>Another story</a></li></ul></div>",
        "<div class='cookie-consent'>We use cookies to know you better.</div>",
        "<section class='comments'><h3>3 comments</h3><p>What a story!</p></section>",
        "<div class='advertisement'>Buy a boat</div>",
        "<p>Advertisement</p>",
        "<span class='sr-only'>Skip to the end</span>",
        "<aside><p>Most read this week</p></aside>",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void Furniture_is_left_out_and_the_text_is_not(int paragraphs)
    {
        var text = Enumerable.Range(1, paragraphs).Select(at => $"Paragraph {at} tells of the harbour, of the ships that lay in it, and of the ice, which nobody had seen before in such a mass.").ToArray();
        var body = string.Concat(text.Select((words, at) => $"<p>{words}</p>{Furniture[at % Furniture.Length]}"));
        foreach (var furniture in Furniture)
        {
            var story = Importer.Import($"<html><head><title>The Harbour</title></head><body><nav>Home</nav><article><h1>The Harbour</h1>{body}{furniture}</article><footer>About us</footer></body></html>", "text/html").Story;

            Assert.Equal(text, story.Sections.SelectMany(section => section.Blocks).Select(block => block.Text));
        }
    }

    [Fact]
    public void Formulas_are_read_and_hidden_text_is_not() =>
        Assert.Equal(
            ["The root is x = 2 and no other."],
            Importer.Import("<html><head><title>The Root</title></head><body><article><h1>The Root</h1><p>The root is <math><mi>x</mi> <mo>=</mo> <mn>2</mn><annotation>x=2</annotation></math> and no other.</p><p style='display: none'>unseen</p></article></body></html>", "text/html")
                .Story.Sections.SelectMany(section => section.Blocks).Select(block => block.Text));

    [Theory]
    [InlineData("<html><body><h2>The Harbour</h2><p>It froze.</p></body></html>", "The Harbour")]
    [InlineData("<html><body><p>It froze.</p></body></html>", "It froze.")]
    [InlineData("<html><body><ol><li>It froze.</li></ol></body></html>", "It froze.")]
    [InlineData("<html><body><p>It froze in the winter of 1893, and nobody had seen it before, so nobody knew what to do.</p></body></html>", "It froze in the winter of 1893, and nobody had seen it before, so nobody knew…")]
    public void Text_without_a_title_is_named_by_its_beginning(string html, string title) =>
        Assert.Equal(title, Importer.Import(html, "text/html").Story.Title);
}
