using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Broadsheet.Content.Importing;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Real web pages with the metadata that another reader finds in them: printed beside plain SmartReader, not asserted.</summary>
[Trait("Category", "Evaluation")]
public sealed class ReadabilityEvaluation(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Captured = new(2024, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Import_of_real_pages_is_measured()
    {
        var archive = Path.Combine(SharedFiles.Folder("eval/readability-pages"), "test-pages.tar.gz");
        Assert.SkipWhen(!File.Exists(archive), "the evaluation pages are not beside this repository");
        var ours = new Score();
        var plain = new Score();
        var refused = new List<string>();
        var verbose = Environment.GetEnvironmentVariable("EVALUATION_DETAILS") is not null;
        foreach (var (name, files) in Pages(archive).OrderBy(page => page.Key, StringComparer.Ordinal))
        {
            // On a busy machine fewer pages are measured; the figures say how many.
            if (ours.Elapsed + plain.Elapsed > TimeSpan.FromSeconds(45))
            {
                break;
            }

            var gold = JsonDocument.Parse(files["expected-metadata.json"]).RootElement;
            var expected = new HtmlParser().ParseDocument(files["expected.html"]).Body!.TextContent.Trim();
            var body = Words(expected);
            ours.Pages++;
            plain.Pages++;
            var clock = Stopwatch.GetTimestamp();
            var story = new Story();
            try
            {
                story = Importer.Import(files["source.html"], "text/html", Captured).Story;
            }
            catch (DocumentException error)
            {
                refused.Add($"{name}: {error.Rule}");
            }

            ours.Elapsed += Stopwatch.GetElapsedTime(clock);
            StoryText.Compute(story);
            clock = Stopwatch.GetTimestamp();
            using var reader = new SmartReader.Reader("https://example.org/", files["source.html"]);
            var article = reader.GetArticle();
            plain.Elapsed += Stopwatch.GetElapsedTime(clock);

            Compare(ours.Title, plain.Title, Text(gold, "title"), story.Title, article.Title);
            Compare(ours.Byline, plain.Byline, Text(gold, "byline"), story.CreatorDisplayName, article.Byline ?? article.Author);
            // Where a page has no description the gold gives its first paragraph, which is no dek.
            var dek = Text(gold, "excerpt");
            Compare(ours.Dek, plain.Dek, expected.StartsWith(dek, StringComparison.Ordinal) ? "" : dek, story.Dek, article.Excerpt);
            if (DateTimeOffset.TryParse(Text(gold, "publishedTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published))
            {
                static string Day(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
                Compare(ours.Date, plain.Date, Day(published), Day(story.PublishTime?.ToDateTimeOffset()), Day(article.PublicationDate is { } date ? date.ToUniversalTime() : null));
            }

            ours.Body.Add(F1(body, Words(story.PlainText)));
            plain.Body.Add(F1(body, Words(article.TextContent)));
            if (verbose)
            {
                output.WriteLine($"{name}: body {ours.Body[^1]:0.00} | {plain.Body[^1]:0.00}");
            }

            void Compare(Field our, Field their, string wanted, string actual, string? other)
            {
                if (wanted.Length == 0)
                {
                    return;
                }

                our.Count(wanted, actual);
                their.Count(wanted, other ?? "");
                if (verbose && !Field.Same(wanted, actual))
                {
                    output.WriteLine($"{name}: expected “{wanted}”, got “{actual}”, SmartReader “{other}”");
                }
            }
        }

        output.WriteLine("share found equal (letters and digits compared)   ours   SmartReader");
        output.WriteLine($"title  {ours.Title}   {plain.Title}");
        output.WriteLine($"byline {ours.Byline}   {plain.Byline}");
        output.WriteLine($"dek    {ours.Dek}   {plain.Dek}");
        output.WriteLine($"date   {ours.Date}   {plain.Date}");
        output.WriteLine($"body, mean F1 of words: {ours.Body.Average():0.000}   {plain.Body.Average():0.000}");
        output.WriteLine($"{ours.Pages} pages in {ours.Elapsed.TotalSeconds:0.0} s   {plain.Elapsed.TotalSeconds:0.0} s; refused: {string.Join("; ", refused)}");
    }

    private static Dictionary<string, Dictionary<string, string>> Pages(string archive)
    {
        var pages = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        using var reader = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || entry.Name.Split('/') is not [.., var page, var file])
            {
                continue;
            }

            using var text = new StreamReader(entry.DataStream, Encoding.UTF8);
            pages.TryAdd(page, []);
            pages[page][file] = text.ReadToEnd();
        }

        return pages;
    }

    private static string Text(JsonElement gold, string field) =>
        gold.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static Dictionary<string, int> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).GroupBy(word => word, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    private static double F1(Dictionary<string, int> expected, Dictionary<string, int> actual)
    {
        double shared = expected.Sum(word => Math.Min(word.Value, actual.GetValueOrDefault(word.Key)));
        return shared == 0 ? 0 : 2 * shared / (expected.Values.Sum() + actual.Values.Sum());
    }

    private sealed class Score
    {
        public int Pages { get; set; }

        public TimeSpan Elapsed { get; set; }

        public Field Title { get; } = new();

        public Field Byline { get; } = new();

        public Field Dek { get; } = new();

        public Field Date { get; } = new();

        public List<double> Body { get; } = [];
    }

    private sealed class Field
    {
        private int _gold;
        private int _right;

        public static bool Same(string one, string other) => Letters(one) == Letters(other);

        public void Count(string expected, string actual)
        {
            _gold++;
            _right += Same(expected, actual) ? 1 : 0;
        }

        public override string ToString() => $"{_right}/{_gold} = {(double)_right / _gold:0.00}";

        // "By" is no part of a name.
        private static string Letters(string text) => string.Concat((text.StartsWith("By ", StringComparison.OrdinalIgnoreCase) ? text[3..] : text).Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }
}
