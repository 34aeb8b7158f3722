using System.Formats.Tar;
using System.IO.Compression;
using Broadsheet.Cli.Evaluation;

namespace Broadsheet.Cli.Tests;

/// <summary><c>broadsheet eval import</c> on pages of our own.</summary>
public sealed class ImportEvaluationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broadsheet-pages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Eval_import_counts_what_is_as_accepted_and_what_is_refused()
    {
        await using var suite = await TestSuite.StartAsync();
        Write("one", "The Harbour", """{"title":"The Harbour","byline":"Ana Lu","excerpt":"Why it froze.","publishedTime":"2019-03-02T10:00:00Z"}""");
        Write("two", "bad", """{"title":"The Pier","byline":null,"excerpt":"It froze.","publishedTime":null}""");

        var run = await CommandRun.OfAsync("eval", "import", "--pages", _folder, "--details", "--server", suite.Address);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.True(Assert.Single(suite.Imported).ValidateOnly);
        Assert.Contains(run.Lines, line => line.StartsWith("one: byline expected “Ana Lu”, got “”", StringComparison.Ordinal));
        Assert.Contains("two: refused: has no story in it", run.Lines);
        Assert.Equal("1/2", Ours(run, "title"));
        Assert.Equal("0/1", Ours(run, "byline"));
        // The first paragraph stands in for a description where there is none, which is no dek.
        Assert.Equal("0/1", Ours(run, "dek"));
        Assert.Equal("0/1", Ours(run, "date"));
        Assert.Contains(run.Lines, line => line.StartsWith("refused", StringComparison.Ordinal) && line.TrimEnd().EndsWith('1'));
    }

    [Fact]
    public async Task Eval_import_reads_an_archive_and_prints_json()
    {
        await using var suite = await TestSuite.StartAsync();
        Write("one", "The Harbour", """{"title":"The Harbour"}""");
        var archive = Path.Combine(_folder, "pages.tar.gz");
        await using (var file = File.Create(archive))
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        await using (var tar = new TarWriter(gzip))
        {
            foreach (var name in Directory.EnumerateFiles(Path.Combine(_folder, "one")))
            {
                await tar.WriteEntryAsync(name, $"pages/one/{Path.GetFileName(name)}", TestContext.Current.CancellationToken);
            }
        }

        var run = await CommandRun.OfAsync("eval", "import", "--pages", archive, "--json", "--server", suite.Address);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var figures = Assert.Single(run.Json);
        Assert.Equal((1, 1), (figures.GetProperty("pages").GetInt32(), figures.GetProperty("title").GetProperty("ours").GetInt32()));
    }

    [Fact]
    public async Task Eval_import_without_pages_says_what_is_missing()
    {
        var nowhere = await CommandRun.OfAsync("eval", "import", "--pages", Path.Combine(_folder, "nowhere"));
        var empty = await CommandRun.OfAsync("eval", "import", "--pages", _folder);

        Assert.Equal((1, ""), (nowhere.ExitCode, nowhere.Out));
        Assert.Contains("no pages; a page is a folder with source.html", nowhere.Errors, StringComparison.Ordinal);
        Assert.Contains("no pages", empty.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_import_of_a_suite_that_is_down_is_no_result()
    {
        Write("one", "The Harbour", """{"title":"The Harbour"}""");

        var run = await CommandRun.OfAsync("eval", "import", "--pages", _folder, "--server", "http://127.0.0.1:1");

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("error: nothing answers at http://127.0.0.1:1/", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The Harbour – Times", "the harbour", 0, 1)]
    [InlineData("The Harbour", "THE HARBOUR!", 1, 1)]
    [InlineData("The Harbour", "The Harbourmaster", 0, 0)]
    [InlineData("The Harbour", "The", 0, 0)]
    [InlineData("The Harbour", "", 0, 0)]
    public void Title_is_right_with_the_same_letters_and_counted_again_without_what_follows(string accepted, string found, int same, int alone)
    {
        var score = new ImportScore();
        score.Add(new EvaluationPage("p", [], new PageReading(accepted, "", "", "", "x")), new PageReading(found, "", "", "", "x"), new PageReading("", "", "", "", ""));

        var lines = score.Report().ToList();
        Assert.Equal($"{same}/1", Cell(lines[1]));
        Assert.Equal($"{alone}/1", Cell(lines[2]));
    }

    private static string Ours(CommandRun run, string field) => Cell(run.Lines.Single(line => line.StartsWith($"{field}  ", StringComparison.Ordinal)));

    private static string Cell(string line) => line[20..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];

    private void Write(string page, string source, string metadata)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, page)).FullName;
        File.WriteAllText(Path.Combine(folder, "source.html"), source);
        File.WriteAllText(Path.Combine(folder, "expected.html"), "<div><p>It froze.</p></div>");
        File.WriteAllText(Path.Combine(folder, "expected-metadata.json"), metadata);
    }
}
