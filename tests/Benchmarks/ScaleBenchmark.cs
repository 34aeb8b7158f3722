using System.CommandLine;
using System.Diagnostics;

namespace Broadsheet.Benchmarks;

/// <summary>
/// What so many stories cost: building their index from a feed, opening it again, and asking it, beside plain
/// Lucene.NET on the same index and PostgreSQL full text on the same stories. In phases, because the whole takes long;
/// corpus and index stay in a folder between runs.
/// </summary>
internal static class ScaleBenchmark
{
    private static readonly string[] Phases = ["build", "restart", "search", "suggest", "ask", "explore", "postgres"];

    public static Command Create()
    {
        var stories = new Option<int>("--stories") { Description = "How many stories.", DefaultValueFactory = _ => 20_000 };
        var seconds = new Option<int>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 5 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each side and number of clients.", DefaultValueFactory = _ => 3 };
        var phases = new Option<string[]>("--phases")
        {
            Description = $"Which of {string.Join(", ", Phases)}; those after `build` need an index that is there.",
            DefaultValueFactory = _ => Phases,
            AllowMultipleArgumentsPerToken = true,
        }.AcceptOnlyFromAmong(Phases);
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where corpus and index stay between runs.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "broadsheet-scale")),
        };
        var generator = new Option<FileInfo>("--generator")
        {
            Description = "gen-corpus.mjs, run with node.",
            DefaultValueFactory = _ => new FileInfo(Path.Combine("..", "shared", "tools", "corpus", "gen-corpus.mjs")),
        };
        var command = new Command("scale", "Building, opening and asking an index of many stories, beside plain Lucene.NET and PostgreSQL.")
        {
            stories, seconds, rounds, phases, folder, generator,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var place = Directory.CreateDirectory(parsed.GetRequiredValue(folder).FullName).FullName;
            var count = parsed.GetValue(stories);
            var corpus = await Corpus.GetAsync(place, count, parsed.GetRequiredValue(generator), cancellationToken);
            var run = new ScaleRun(corpus, count, Path.Combine(place, $"query-{count}"), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds));
            foreach (var phase in Phases.Intersect(parsed.GetRequiredValue(phases)))
            {
                var started = Stopwatch.GetTimestamp();
                Console.WriteLine($"== {phase}, {count:N0} stories");
                await run.RunAsync(phase, cancellationToken);
                Console.WriteLine($"   ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)");
            }

            return 0;
        });
        return command;
    }
}
