namespace Broadsheet.Content.Tests.Importing;

/// <summary>Pages made from a model come back as their model.</summary>
public sealed class GeneratedPageTests
{
    [Fact]
    public void Text_dumps_of_200_generated_pages_equal_their_model() =>
        Check(200, "text/plain", page => page.ToText(), (page, expected) => expected);

    [Fact]
    public void Html_of_60_generated_pages_equals_their_model() =>
        Check(60, "text/html", page => page.ToHtml(), (page, expected) => expected);

    [Fact]
    public void Markdown_of_60_generated_pages_equals_their_model() =>
        Check(60, "text/markdown; charset=utf-8", page => page.ToMarkdown(), (page, expected) => expected.Replace($"minutes   {page.StatedMinutes}", "minutes   0", StringComparison.Ordinal));

    private static void Check(int count, string mediaType, Func<GeneratedPage, string> render, Func<GeneratedPage, string, string> adapt)
    {
        var failures = new List<string>();
        for (var seed = 1; seed <= count; seed++)
        {
            var page = new GeneratedPage(seed);
            var document = render(page);
            var expected = adapt(page, page.Expected());
            var actual = GeneratedPage.Describe(Importer.Import(document, mediaType, page.Captured).Story);
            if (actual != expected)
            {
                var (wanted, got) = (expected.Split('\n'), actual.Split('\n'));
                var at = wanted.Zip(got).TakeWhile(pair => pair.First == pair.Second).Count();
                failures.Add($"seed {seed}, line {at}:\n  expected {wanted.ElementAtOrDefault(at)}\n  actual   {got.ElementAtOrDefault(at)}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count} pages differ\n{string.Join('\n', failures.Take(12))}");
    }
}
