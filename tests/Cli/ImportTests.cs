using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Cli.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("broadsheet-import-");

    [Fact]
    public async Task Import_sends_each_file_with_its_media_type_address_and_time()
    {
        await using var suite = await TestSuite.StartAsync();
        string[] files = [Write("a.txt"), Write("b.html"), Write("c.HTM"), Write("d.md"), Write("e.markdown")];
        File.SetLastWriteTimeUtc(files[0], new DateTime(2024, 1, 15, 0, 0, 0, DateTimeKind.Utc));

        var run = await CommandRun.OfAsync(["import", .. files, "--server", suite.Address]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["text/plain", "text/html", "text/html", "text/markdown", "text/markdown"], suite.Imported.Select(request => request.Document.MediaType));
        Assert.All(suite.Imported, request => Assert.True(request.Publish));
        var first = suite.Imported.First().Document;
        Assert.Equal("a.txt", first.Content.ToStringUtf8());
        Assert.Equal(new Uri(files[0]).AbsoluteUri, first.SourceUri);
        Assert.Equal(Timestamp.FromDateTimeOffset(new DateTimeOffset(2024, 1, 15, 0, 0, 0, TimeSpan.Zero)), first.CapturedAt);
        Assert.Contains($"{files[0]}: created stories/1 “a.txt”", run.Lines);
        Assert.Contains("5 imported, 0 failed", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_takes_what_is_stated_instead_and_stores_nothing_when_told_so()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync(
            "import", Write("page.saved"), "--media-type", "text/html", "--source-uri", "https://example.org/a", "--captured-at", "2024-01-15T00:00:00Z",
            "--validate-only", "--draft", "--server", suite.Address);

        var request = Assert.Single(suite.Imported);
        Assert.Equal(("text/html", "https://example.org/a", 1_705_276_800), (request.Document.MediaType, request.Document.SourceUri, request.Document.CapturedAt.Seconds));
        Assert.True(request.ValidateOnly);
        Assert.False(request.Publish);
        Assert.Contains("(not stored)", run.Out, StringComparison.Ordinal);
        Assert.Contains("FURNITURE_DROPPED: A footer was left out. (2 times)", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_fails_is_named_and_the_rest_is_imported()
    {
        await using var suite = await TestSuite.StartAsync();
        string[] files = [Write("a.txt"), Write("bad.txt"), Path.Combine(_folder.FullName, "none.txt"), _folder.CreateSubdirectory("empty").FullName, Write("z.txt")];

        var run = await CommandRun.OfAsync(["import", .. files, "--json", "--server", suite.Address]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["a.txt", "z.txt"], run.Json.Select(line => line.GetProperty("story").GetProperty("title").GetString()));
        Assert.Contains($"error: {files[1]}: document.content: has no story in it", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"error: {files[2]}: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"error: {files[3]}: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("2 imported, 3 failed", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_of_a_folder_takes_the_documents_in_it_in_order_and_goes_on_where_the_stream_breaks_off()
    {
        await using var suite = await TestSuite.StartAsync();
        _folder.CreateSubdirectory("sub");
        Write("b.txt");
        Write("a-breaks.md");
        Write("picture.png");
        Write(Path.Combine("sub", "c.html"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "sub", "d.xml"), "First\nbad\nThird", TestContext.Current.CancellationToken);

        var run = await CommandRun.OfAsync("import", _folder.FullName, "--server", suite.Address);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["a-breaks.md", "b.txt", Path.Combine("sub", "c.html"), "First", "Third"], suite.Imported.Select(request => request.Document.Content.ToStringUtf8()));
        Assert.Contains($"{Path.Combine(_folder.FullName, "sub", "d.xml")}: created stories/1 “Third”", run.Lines);
        Assert.Contains($"error: {Path.Combine(_folder.FullName, "sub", "d.xml")}: “bad”: document.content: has no story in it", run.Errors, StringComparison.Ordinal);
        Assert.Contains("5 imported, 1 failed", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_reads_standard_input_and_leaves_its_identity_to_the_content()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync(["import", "-", "--media-type", "text/markdown"], input: "# From a pipe", server: suite.Address);

        Assert.Equal(0, run.ExitCode);
        var document = Assert.Single(suite.Imported).Document;
        Assert.Equal(("# From a pipe", "text/markdown", ""), (document.Content.ToStringUtf8(), document.MediaType, document.SourceUri));
        Assert.Null(document.CapturedAt);
    }

    [Fact]
    public async Task Import_into_a_suite_that_is_down_says_so_once()
    {
        var run = await CommandRun.OfAsync("import", Write("a.txt"), Write("b.txt"), "--server", "http://127.0.0.1:1");

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Single(run.Errors.Split('\n'), line => line.Contains("nothing answers at http://127.0.0.1:1/", StringComparison.Ordinal));
        Assert.Contains("0 imported, 2 failed", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Makes a file that contains its own name.</summary>
    private string Write(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, name);
        return path;
    }
}
