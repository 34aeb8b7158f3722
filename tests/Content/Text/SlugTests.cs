using Broadsheet.Content.Stories.Text;
using CsCheck;

namespace Broadsheet.Content.Tests.Text;

public sealed class SlugTests
{
    [Theory]
    [InlineData("Who Watches The Icebergs?", "who-watches-the-icebergs")]
    [InlineData("  Russia's — concern ", "russias-concern")]
    [InlineData("Straße, smørrebrød, Łódź, Æon & œuvre", "strasse-smorrebrod-lodz-aeon-oeuvre")]
    [InlineData("Crème bru\u0302le\u0301e", "creme-brulee")]
    [InlineData("Ấp Tiếng Việt đẹp", "ap-tieng-viet-dep")]
    [InlineData("Ǿ ǽ ĳ ŉ ſ ẞ", "o-ae-ij-n-s-ss")]
    [InlineData("ﬁne ＡＢＣ１２ x²", "fine-abc12-x2")]
    [InlineData("𝐁𝐨𝐥𝐝 𝟙𝟚", "bold-12")]
    [InlineData("in\u200Bvisible", "invisible")]
    [InlineData("日本語", "")]
    [InlineData("?!…", "")]
    [InlineData("", "")]
    public void From_folds_to_ascii(string text, string slug) => Assert.Equal(slug, Slug.From(text));

    [Fact]
    public void From_cuts_at_a_hyphen()
    {
        var words = string.Join(' ', Enumerable.Repeat("abcdefgh", 20));

        Assert.Equal(string.Join('-', Enumerable.Repeat("abcdefgh", 11)), Slug.From(words));
        Assert.Equal(new string('a', 100), Slug.From(new string('a', 150)));
        Assert.Equal(new string('a', 100), Slug.From(new string('a', 100) + " b"));
    }

    [Fact]
    public void From_always_gives_a_slug() =>
        Gen.String.Sample(text =>
        {
            var slug = Slug.From(text);
            Assert.InRange(slug.Length, 0, Slug.MaxLength);
            Assert.Matches("^([a-z0-9]+(-[a-z0-9]+)*)?$", slug);
            Assert.Equal(slug, Slug.From(slug));
        });
}
