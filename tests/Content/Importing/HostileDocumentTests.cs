using System.Diagnostics;
using System.Text;
using Broadsheet.Content.Importing;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Documents made to cost time, memory or the stack: a story or a typed refusal, soon.</summary>
public sealed class HostileDocumentTests(ITestOutputHelper output)
{
    private const int Size = 16 * 1024 * 1024;

    // Generous, because other tests run beside it; without a bound most of these take minutes or end the process.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public static TheoryData<string, string> Floods
    {
        get
        {
            var floods = new TheoryData<string, string>();
            foreach (var unit in (string[])["a", "word ", "a\n", "a\n\n", "By ", "Photo by a on ", "•", "Heading\n\n", "0", "\n", "©", "By A Published 1 day ago ", "this is a line that goes on and on without an end\n", "?! "])
            {
                floods.Add("text/plain", unit);
            }

            foreach (var unit in (string[])["<div>", "<div>x", "<p>x", "<p>word word, <b>x</b></p>\n", "<b id=1>", "<ul><li>", "<form><div></form>", "<a href=x><p>", "<table>", "<", "&amp;", "&#x41;", "<!--", "<br>x", "<h2>x</h2><p>y</p>", "<span>", "<img src=x>", "<svg>", "word ", "<title>", "<script>", "<meta name=description content=x>", "<article>", "\0<p>"])
            {
                floods.Add("text/html", unit);
            }

            foreach (var unit in (string[])["[", "![", "[a](", "> ", "*", "*a **b ", "_a ", "`", "- ", "- a\n", "  - ", "<", "<a ", "# a\n", "a\n\n", "a ", "&amp;", "\\", "|", "---\n", "[a]: b\n", "\t", "1. ", "<!--", "~~~\n", "[^a]"])
            {
                floods.Add("text/markdown", unit);
            }

            return floods;
        }
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public void Import_of_a_flood_ends_soon(string mediaType, string unit)
    {
        foreach (var (before, size) in new[] { ("", Size), (mediaType == "text/markdown" ? "---\ntitle: T\n---\n" : "T\n\n", Size / 64) })
        {
            var text = new StringBuilder(before, size + unit.Length);
            while (text.Length < size)
            {
                text.Append(unit);
            }

            Bounded(text.ToString(), mediaType);
        }
    }

    [Fact]
    public void Import_of_deep_html_flattens_or_refuses()
    {
        foreach (var tag in (string[])["div", "span", "b", "ul><li", "blockquote", "table><tr><td", "svg", "section"])
        {
            var deep = $"<h1>T</h1><p>Text that is there.</p>{string.Concat(Enumerable.Repeat($"<{tag}>", 10_000))}deep";
            Bounded(deep, "text/html");
            Bounded($"<h1>T</h1><p>Text that is there.</p>{string.Concat(Enumerable.Repeat($"<{tag}>", 1_000))}deep", "text/html");
        }
    }

    [Fact]
    public void Import_of_many_attributes_formats_or_yaml_anchors_ends_soon()
    {
        Bounded($"<h1 {string.Concat(Enumerable.Range(0, 1_000_000).Select(at => $"a{at}=1 "))}>T</h1><p>Text.</p>", "text/html");
        Bounded($"<h1>T</h1>{string.Concat(Enumerable.Range(0, 4_000).Select(at => $"<b id={at}>"))}{string.Concat(Enumerable.Repeat("</p><p>x", 90_000))}", "text/html");
        var bomb = new StringBuilder("---\ntitle: T\na0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (var level = 1; level < 40; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        Bounded(bomb.Append("tags: *a39\n---\n\nText.\n").ToString(), "text/markdown");
        Bounded($"---\ntitle: T\nx: {new string('[', 1_000_000)}\n---\n\nText.\n", "text/markdown");
        Bounded($"---\ntitle: T\nx: {new string('{', 100_000)}\n---\n\nText.\n", "text/markdown");
        Bounded($"<script type=\"application/ld+json\">{new string('[', 1_000_000)}</script><h1>T</h1><p>Text.</p>", "text/html");
    }

    private void Bounded(string text, string mediaType)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var started = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        string outcome;
        try
        {
            outcome = $"{Importer.Import(bytes, mediaType).Story.Sections.Count} sections";
        }
        catch (DocumentException refusal)
        {
            outcome = refusal.Rule;
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{elapsed.TotalSeconds,6:0.0} s {(GC.GetAllocatedBytesForCurrentThread() - allocated) >> 20,6} MB  {mediaType} {text.AsSpan(0, Math.Min(text.Length, 40)).ToString().ReplaceLineEndings("⏎")} → {outcome}");
        Assert.True(elapsed < Limit, $"{elapsed} for {mediaType}");
    }
}
