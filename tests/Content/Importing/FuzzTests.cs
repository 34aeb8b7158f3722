using System.Text;
using Broadsheet.Content.Importing;
using CsCheck;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Whatever comes in, what comes out is a story within the contract's limits or a typed refusal.</summary>
public sealed class FuzzTests
{
    private static readonly string[] MediaTypes = ["text/plain", "text/html", "text/markdown", "text/plain; charset=utf-16", "text/html; charset=shift_jis", "TEXT/MARKDOWN;charset=latin1"];

    // What documents are made of: mutations are more telling when they use it.
    private static readonly string[] Pieces =
    [
        "<div>", "</div>", "<p>", "</p>", "<article>", "<h1>", "</h1>", "<h2>", "<table><tr><td>", "</table>", "<ul><li>", "</ul>", "<!--", "-->", "<script>", "</script>", "&amp;", "&#x0;", "&#1;", "&#x9f;", "&#xfffe;", "<img src=\"javascript:x\" alt=\"y\">",
        "<figure>", "<figcaption>", "<template>", "<svg>", "<title>", "\n---\n", "---", "\ntitle: ", ": [", "{", "![", "](", "[", "> ", "- ", "1. ", "```", "\t", "# ", "**", "`", "\r\n", "\n\n", "\0", "\uFEFF", "\u200B", "\u00A0",
        "By ", "Published ", " ago", " 4 min read", " logo\n", "About the Creator\n", "Reader insights\n", "Sign in to comment\n", "© 2024 X, Inc.", "Photo by ", " on Unsplash", "• ", "🦊", "\uD800",
    ];

    [Fact]
    public void Import_of_random_bytes_gives_a_story_or_a_refusal() =>
        Gen.Select(Gen.Byte.Array[0, 3_000], Gen.Int[0, MediaTypes.Length - 1]).Sample((bytes, type) => StoryOrRefusal(bytes, MediaTypes[type]), iter: 2_000);

    [Fact]
    public void Import_of_mutated_pages_gives_a_story_or_a_refusal()
    {
        var mutation = Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 3], Gen.Int[0, Pieces.Length - 1], Gen.Int[1, 60]);
        Gen.Select(Gen.Int[1, 500], Gen.Int[0, 2], mutation.Array[1, 40]).Sample(
            (seed, format, mutations) =>
            {
                var page = new GeneratedPage(seed);
                var text = new StringBuilder(format switch { 0 => page.ToText(), 1 => page.ToHtml(), _ => page.ToMarkdown() });
                foreach (var (where, kind, piece, length) in mutations)
                {
                    var at = where % (text.Length + 1);
                    var count = Math.Min(length, text.Length - at);
                    _ = kind switch
                    {
                        0 => text.Insert(at, Pieces[piece]),
                        1 => text.Remove(at, count),
                        2 => text.Insert(at, text.ToString(at, count)),
                        _ => text.Insert(at, Pieces[piece], length),
                    };
                }

                StoryOrRefusal(Encoding.UTF8.GetBytes(text.ToString()), MediaTypes[format]);
            },
            iter: 1_000);
    }

    [Fact]
    public void Import_of_pieces_alone_gives_a_story_or_a_refusal() =>
        Gen.Select(Gen.Int[0, Pieces.Length - 1].Array[1, 200], Gen.Int[0, 2]).Sample(
            (pieces, type) => StoryOrRefusal(Encoding.UTF8.GetBytes(string.Concat(pieces.Select(piece => Pieces[piece]))), MediaTypes[type]), iter: 2_000);

    private static void StoryOrRefusal(byte[] bytes, string mediaType)
    {
        ImportedDocument imported;
        try
        {
            imported = Importer.Import(bytes, mediaType, new DateTimeOffset(2024, 1, 15, 0, 0, 0, TimeSpan.Zero));
        }
        catch (DocumentException refusal)
        {
            Assert.StartsWith("document.", refusal.Field, StringComparison.Ordinal);
            return;
        }

        PlainStoryAssert.IsPlain(imported);
    }
}
