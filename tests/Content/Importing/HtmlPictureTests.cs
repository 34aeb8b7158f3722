using Broadsheet.Content.Importing;
using Broadsheet.Content.V1;
using Google.Protobuf;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Pictures as pages have them: loaded late, in several sizes, with captions and credits in many forms.</summary>
public sealed class HtmlPictureTests
{
    private const string Paragraph = "<p>The harbour froze in the winter of 1893, and the ships that lay in it stayed where they were until the spring, which came late.</p>";

    [Theory]
    [InlineData("<img src='a.jpg'>", "https://example.org/stories/a.jpg")]
    [InlineData("<img src='data:image/gif;base64,R0lGOD' data-src='/a.jpg'>", "https://example.org/a.jpg")]
    [InlineData("<img src='/img/placeholder.png' data-lazy-src='/a.jpg' class='lazy'>", "https://example.org/a.jpg")]
    [InlineData("<img srcset='/a-320.jpg 320w, /a-1280.jpg 1280w, /a-640.jpg 640w' alt='x'>", "https://example.org/a-1280.jpg")]
    [InlineData("<img data-srcset='/a.jpg 1x, /b.jpg 2x'>", "https://example.org/b.jpg")]
    [InlineData("<picture><source srcset='/wide.jpg 2x'><img alt='x'></picture>", "https://example.org/wide.jpg")]
    [InlineData("<img class='lazyload' src='data:image/gif;base64,R0' alt='x'><noscript><img src='/a.jpg' alt='x'></noscript>", "https://example.org/a.jpg")]
    [InlineData("<img src='javascript:alert(1)' alt='x'>", "")]
    public void Uri_is_that_of_the_picture_and_not_of_its_placeholder(string image, string uri) =>
        Assert.Equal(uri, Assert.Single(Pictures($"<figure>{image}</figure>")).Uri);

    [Theory]
    [InlineData("<img src='https://example.com/pixel.gif' width='1' height='1'>")]
    [InlineData("<img src='/ana.jpg' class='avatar avatar-48'>")]
    [InlineData("<img src='/smile.png' class='emoji' alt='smile'>")]
    [InlineData("<img>")]
    public void What_is_no_picture_to_look_at_is_left_out(string image) => Assert.Empty(Pictures($"<div>{image}</div>"));

    [Theory]
    [InlineData("<figcaption>The pier. <span class='credit'>Ana Lu/Getty Images</span></figcaption>", "The pier.", "Ana Lu", "Getty Images")]
    [InlineData("<figcaption>The pier.<cite>Credit: Ana Lu</cite></figcaption>", "The pier.", "Ana Lu", "")]
    [InlineData("<figcaption>The pier (Ana Lu/Reuters)</figcaption>", "The pier", "Ana Lu", "Reuters")]
    [InlineData("<figcaption>The pier. (AP Photo/Ana Lu)</figcaption>", "The pier.", "Ana Lu", "AP")]
    [InlineData("<figcaption>The pier. © Ana Lu</figcaption>", "The pier.", "Ana Lu", "")]
    [InlineData("<figcaption>Der Pier. Foto: Ana Lu</figcaption>", "Der Pier.", "Ana Lu", "")]
    [InlineData("<figcaption>The pier. Image credit: Ana Lu</figcaption>", "The pier.", "Ana Lu", "")]
    [InlineData("<figcaption>The pier in winter</figcaption>", "The pier in winter", null, null)]
    [InlineData("<p class='wp-caption-text'>The pier. Photo by Ana Lu</p>", "The pier.", "Ana Lu", "")]
    public void Caption_and_credit_come_apart(string caption, string text, string? creator, string? provider)
    {
        var picture = Assert.Single(Pictures(caption.StartsWith("<fig", StringComparison.Ordinal) ? $"<figure><img src='/a.jpg'>{caption}</figure>" : $"<div class='wp-caption'><img src='/a.jpg'>{caption}</div>"));

        Assert.Equal((text, creator, provider), (picture.Caption, picture.Credit?.Creator, picture.Credit?.Provider));
    }

    [Fact]
    public void Story_in_pictures_is_a_story()
    {
        var story = Import("<html><head><title>The Pier</title></head><body><article><h1>The Pier</h1><h2>Before</h2><img src='/a.jpg'><h2>After</h2><img src='/b.jpg'></article></body></html>");

        Assert.Equal(["Before", "After"], story.Sections.Select(section => section.Heading));
    }

    private static Media[] Pictures(string markup) =>
        [.. Import($"<html><head><title>T</title></head><body><article><h1>T</h1>{Paragraph}{markup}{Paragraph}{Paragraph}</article></body></html>")
            .Sections.SelectMany(section => section.Blocks).Where(block => block.Media is not null).Select(block => block.Media)];

    private static Story Import(string html) => DocumentImporter.Import(
        new Document { Content = ByteString.CopyFromUtf8(html), MediaType = "text/html", SourceUri = "https://example.org/stories/1" }, Importer.ImportTime, TestContext.Current.CancellationToken).Imported!.Story;
}
