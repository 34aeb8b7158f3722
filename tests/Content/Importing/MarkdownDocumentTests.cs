using Broadsheet.Content.Tests.Importing.Formats;

namespace Broadsheet.Content.Tests.Importing;

public sealed class MarkdownDocumentTests
{
    private const string Text = """
        # Tides

        Water rises[^moon] and falls[^sun].

        | Port | Range | |
        |---|---:|---|
        | North *Quay* | 3 m | `x` |
        | Old Basin | | [map](https://a.example/) |

        ## After

        Some <script>alert(1)</script>words <b>bold</b>.

        <div>dropped</div>

        [^sun]: The sun pulls too.
        [^moon]: The moon pulls.

            And it pulls twice.
        """;

    [Fact]
    public void Import_makes_tables_lists_and_keeps_footnotes_below_the_text()
    {
        var imported = Importer.Import(Text, "text/markdown");

        Assert.Equal(
            [
                "Water rises [1] and falls [2].", "- Port: North Quay; Range: 3 m; x / - Port: Old Basin; map", "# After", "Some words bold.",
                "1. The moon pulls. And it pulls twice. / 1. The sun pulls too.",
            ],
            imported.Story.Blocks());
        Assert.Contains(imported.Diagnostics, diagnostic => diagnostic is { Code: "TABLE_FLATTENED", Excerpt: "Port | Range |" });
        Assert.Contains(imported.Diagnostics, diagnostic => diagnostic is { Code: "HTML_DROPPED", Excerpt: "<div>dropped</div>" });
    }
}
