using System.Diagnostics;

namespace Broadsheet.Benchmarks;

/// <summary>Generated stories and the queries that go with them, made once and kept in a folder.</summary>
/// <param name="Posts">A story a line, as JSON.</param>
/// <param name="Queries">What is searched for: words of some story.</param>
internal sealed record Corpus(string Posts, string[] Queries)
{
    /// <summary>The corpus of so many stories below a folder; the generator, which is seeded, is run if it is not there.</summary>
    public static async Task<Corpus> GetAsync(string folder, int stories, FileInfo generator, CancellationToken cancellationToken)
    {
        var kept = Path.Combine(folder, $"corpus-{stories}");
        if (!Directory.Exists(kept))
        {
            if (!generator.Exists)
            {
                throw new FileNotFoundException($"{generator.FullName} does not exist; name the generator with --generator");
            }

            // What is unfinished never bears the name of what is finished.
            var unfinished = $"{kept}.part";
            using (var node = Process.Start(new ProcessStartInfo("node", [generator.FullName, "--posts", $"{stories}", "--out", unfinished]) { RedirectStandardOutput = true })!)
            {
                await node.WaitForExitAsync(cancellationToken);
                if (node.ExitCode != 0)
                {
                    throw new InvalidOperationException($"{generator.FullName} ended with {node.ExitCode}");
                }
            }

            Directory.Move(unfinished, kept);
        }

        return new Corpus(Path.Combine(kept, "posts.jsonl"), await File.ReadAllLinesAsync(Path.Combine(kept, "queries.txt"), cancellationToken));
    }
}
