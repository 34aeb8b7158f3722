using System.Text;
using Broadsheet.Content.Importing;
using CsCheck;

namespace Broadsheet.Content.Tests.Importing.Formats;

/// <summary>Feeds and exports that are broken somewhere: each story is within the contract's limits or has a typed refusal.</summary>
public sealed class ExportFuzzTests
{
    private static readonly string[] Pieces =
    [
        "<", ">", "</item>", "<item>", "<![CDATA[", "]]>", "&", "&#0;", "&#x1F;", "&amp;", "&nbsp;", "<!DOCTYPE a>", "<!--", "-->", "xmlns:wp='x'", "<wp:status>", "<guid>", "</guid>", "<p>", "</div>", "<script>", "<img src=javascript:x>",
        "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ",", ":", "null", "1e999", "\"html\":", "\"title\":", "[caption]", "[/caption]", "[gallery ids=\"1\"]", "[x y=z]", "\n\n", "\0", "\uFEFF", "\uFFFE", "🦊", "𝔸", "1999-99-99", "-1",
    ];

    private static readonly Gen<(int Where, int Kind, int Piece, int Length)[]> Mutations =
        Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 3], Gen.Int[0, Pieces.Length - 1], Gen.Int[1, 60]).Array[1, 12];

    [Fact]
    public void Import_of_generated_exports_reads_every_story()
    {
        foreach (var (mediaType, render) in GeneratedExport.Formats)
        {
            var pages = Enumerable.Range(1, 20).Select(seed => new GeneratedPage(seed)).ToArray();

            var (items, _) = Exports.Read(render(pages), mediaType);

            Assert.Equal(pages.Select(page => page.Title), items.Select(item => item.Story().Title));
            Assert.All(items, item => PlainStoryAssert.IsPlain(item.Imported!));
        }
    }

    [Fact]
    public void Import_of_mutated_exports_gives_stories_or_refusals() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, GeneratedExport.Formats.Length - 1], Mutations).Sample(
            (seed, format, mutations) =>
            {
                var (mediaType, render) = GeneratedExport.Formats[format];
                var text = new StringBuilder(render([new GeneratedPage(seed), new GeneratedPage(seed + 1)]));
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

                StoriesOrRefusals(Encoding.UTF8.GetBytes(text.ToString()), mediaType);
            },
            iter: 3_000);

    [Fact]
    public void Import_of_pieces_alone_gives_stories_or_refusals() =>
        Gen.Select(Gen.Int[0, Pieces.Length - 1].Array[1, 100], Gen.Int[0, GeneratedExport.Formats.Length - 1]).Sample(
            (pieces, format) => StoriesOrRefusals(Encoding.UTF8.GetBytes(string.Concat(pieces.Select(piece => Pieces[piece]))), GeneratedExport.Formats[format].MediaType), iter: 2_000);

    [Fact]
    public void Import_of_random_bytes_gives_a_refusal() =>
        Gen.Select(Gen.Byte.Array[0, 2_000], Gen.Int[0, GeneratedExport.Formats.Length - 1]).Sample((bytes, format) => StoriesOrRefusals(bytes, GeneratedExport.Formats[format].MediaType), iter: 2_000);

    private static void StoriesOrRefusals(byte[] bytes, string mediaType)
    {
        List<ImportedItem> items;
        try
        {
            items = Exports.Read(bytes, mediaType).Items;
        }
        catch (DocumentException refusal)
        {
            Assert.StartsWith("document.", refusal.Field, StringComparison.Ordinal);
            return;
        }

        foreach (var item in items)
        {
            Assert.InRange(item.Identity.Length, 1, 2_000);
            Assert.NotEqual(item.Imported is null, item.Refusal is null);
            if (item.Imported is { } imported)
            {
                PlainStoryAssert.IsPlain(imported);
            }
        }
    }
}
