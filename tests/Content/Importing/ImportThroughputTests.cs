using System.Diagnostics;
using System.Globalization;
using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Two thousand generated pages through one stream, in a process that can be killed.</summary>
public sealed class ImportThroughputTests(ITestOutputHelper output)
{
    private const int Pages = 2_000;

    [Fact]
    public async Task ImportStories_killed_half_way_and_run_again_ends_with_exactly_as_many_stories_as_pages()
    {
        var folder = Directory.CreateTempSubdirectory("broadsheet-import-").FullName;
        try
        {
            var pages = Enumerable.Range(1, Pages).Select(ImportStreamClient.Page).ToArray();
            var answered = new List<(string Key, string Name)>();
            await using (var content = await ContentProcess.StartAsync(folder))
            {
                var killing = Task.CompletedTask;
                await Assert.ThrowsAsync<RpcException>(() => content.Imports.ImportAsync(pages, response =>
                {
                    if (response.Story is { } story)
                    {
                        answered.Add((response.Key, story.Name));
                        if (answered.Count == Pages / 2)
                        {
                            killing = content.KillAsync();
                        }
                    }
                }));
                await killing;
            }

            await using var again = await ContentProcess.StartAsync(folder);
            var outcomes = new Dictionary<string, (string Name, ImportOutcome Outcome)>(StringComparer.Ordinal);
            var memory = new List<long>();
            var started = Stopwatch.GetTimestamp();
            await again.Imports.ImportAsync(pages, response =>
            {
                if (response.Story is { } story)
                {
                    outcomes[response.Key] = (story.Name, story.Outcome);
                    if (outcomes.Count % (Pages / 8) == 0)
                    {
                        memory.Add(again.Memory().Now);
                    }
                }
            });
            Report("after the kill", started, outcomes.Count, memory, again);

            // What was answered before the kill is there under its name; nothing is there twice.
            Assert.All(answered, story => Assert.Equal((story.Name, ImportOutcome.Unchanged), outcomes[story.Key]));
            Assert.Equal(Pages, outcomes.Values.Select(story => story.Name).Distinct().Count());
            Assert.Equal(Pages, await CountAsync(again));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ImportStories_rate_and_memory_are_measured()
    {
        var folder = Directory.CreateTempSubdirectory("broadsheet-import-").FullName;
        try
        {
            var pages = Enumerable.Range(1, Pages).Select(ImportStreamClient.Page).ToArray();
            await using var content = await ContentProcess.StartAsync(folder);
            foreach (var pass in (string[])["new", "again"])
            {
                var stories = 0;
                var memory = new List<long>();
                var started = Stopwatch.GetTimestamp();
                await content.Imports.ImportAsync(pages, response =>
                {
                    if (response.Story is { } && ++stories % (Pages / 8) == 0)
                    {
                        memory.Add(content.Memory().Now);
                    }
                });
                Report(pass, started, stories, memory, content);
                Assert.Equal(Pages, stories);
            }

            Assert.Equal(Pages, await CountAsync(content));
            Assert.InRange(content.Memory().Most, 0, 1_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> CountAsync(ContentProcess content)
    {
        var count = 0;
        var token = "";
        do
        {
            var page = await content.Stories.ListStoriesAsync(new() { PageSize = 100, PageToken = token }, ContentFixture.Editor, cancellationToken: TestContext.Current.CancellationToken);
            count += page.Stories.Count;
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return count;
    }

    private void Report(string what, long started, int stories, List<long> memory, ContentProcess content)
    {
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {stories} documents in {seconds:0.0} s, {stories / seconds:0} a second; {content.ProcessorTime.TotalSeconds:0.0} s of processor time so far; memory {string.Join(' ', memory)} MiB, at most {content.Memory().Most} MiB"));
    }
}
