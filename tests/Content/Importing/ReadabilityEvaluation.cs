using System.Diagnostics;
using Broadsheet.Cli.Evaluation;
using Broadsheet.Content.Importing;
using Broadsheet.Content.Stories.Text;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Real web pages with the metadata that another reader finds in them: printed beside plain SmartReader, not asserted.</summary>
[Trait("Category", "Evaluation")]
public sealed class ReadabilityEvaluation(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Captured = new(2024, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Import_of_real_pages_is_measured()
    {
        var pages = EvaluationPage.ReadAll(SharedFiles.Folder("eval/readability-pages"));
        Assert.SkipWhen(pages.Count == 0, "the evaluation pages are not beside this repository");
        // Set to 0 or 1, the misses of that half of the pages are printed; set to anything else, all.
        var details = Environment.GetEnvironmentVariable("EVALUATION_DETAILS");
        var score = new ImportScore();
        var started = Stopwatch.GetTimestamp();
        foreach (var page in pages)
        {
            // On a busy machine fewer pages are measured; the figures say how many.
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                break;
            }

            var misses = score.Add(page, Import(page.Html), PageReading.BySmartReader(page.Html));
            foreach (var miss in details is null || (details is "0" or "1" && details != $"{page.Half}") ? [] : misses)
            {
                output.WriteLine(miss);
            }
        }

        foreach (var line in score.Report())
        {
            output.WriteLine(line);
        }
    }

    private static PageReading Import(byte[] html)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var story = Importer.Import(html, "text/html", Captured).Story;
            StoryText.Compute(story);
            return PageReading.Of(story) with { Elapsed = Stopwatch.GetElapsedTime(started) };
        }
        catch (DocumentException error)
        {
            return PageReading.Refused(error.Rule) with { Elapsed = Stopwatch.GetElapsedTime(started) };
        }
    }
}
