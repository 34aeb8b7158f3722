using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Broadsheet.Cli.Evaluation;

/// <summary>Texts, queries and which texts answer which query, as SciFact is kept in the shared folder.</summary>
/// <param name="Texts">The texts, in the order of the file.</param>
/// <param name="Queries">Queries by id.</param>
/// <param name="Relevant">Ids of the texts that answer a query.</param>
internal sealed record RankingSet(
    IReadOnlyList<RankingText> Texts, IReadOnlyList<(string Id, string Text)> Queries, IReadOnlyDictionary<string, HashSet<string>> Relevant)
{
    private const string Folder = "scifact";

    /// <summary>The folder with the set, in <c>shared/eval</c> beside a folder or one above it; null if there is none.</summary>
    public static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var found = Path.Combine(folder.FullName, "shared", "eval", Folder);
            if (File.Exists(Path.Combine(found, "corpus.jsonl.gz")))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Reads a set.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static RankingSet Read(string folder)
    {
        var texts = new List<RankingText>();
        using (var lines = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "corpus.jsonl.gz")), CompressionMode.Decompress)))
        {
            while (lines.ReadLine() is { } line)
            {
                using var row = JsonDocument.Parse(line);
                texts.Add(new RankingText(
                    row.RootElement.GetProperty("_id").GetString()!,
                    row.RootElement.GetProperty("title").GetString()!,
                    [.. row.RootElement.GetProperty("sentences").EnumerateArray().Select(sentence => sentence.GetString()!)]));
            }
        }

        var queries = File.ReadLines(Path.Combine(folder, "queries-dev.jsonl")).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            return (row.RootElement.GetProperty("_id").GetString()!, row.RootElement.GetProperty("text").GetString()!);
        }).ToArray();
        var relevant = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var row in File.ReadLines(Path.Combine(folder, "qrels-dev.tsv")).Skip(1).Select(line => line.Split('\t')))
        {
            if (int.Parse(row[2], CultureInfo.InvariantCulture) > 0)
            {
                relevant.TryAdd(row[0], []);
                relevant[row[0]].Add(row[1]);
            }
        }

        return new RankingSet(texts, queries, relevant);
    }

    /// <summary>
    /// Mean over the queries of nDCG at ten: what is found counts by 1 / log2(rank + 1), divided by what the best order
    /// would give. Texts either answer a query or do not.
    /// </summary>
    public double Ndcg10(Func<string, IReadOnlyList<string>> ranking, Func<int, bool>? which = null)
    {
        var scores = new List<double>();
        for (var i = 0; i < Queries.Count; i++)
        {
            if (which?.Invoke(i) ?? true)
            {
                var relevant = Relevant.GetValueOrDefault(Queries[i].Id) ?? [];
                var gain = ranking(Queries[i].Id).Take(10).Select((text, rank) => relevant.Contains(text) ? 1 / Math.Log2(rank + 2) : 0).Sum();
                var ideal = Enumerable.Range(0, Math.Min(relevant.Count, 10)).Sum(rank => 1 / Math.Log2(rank + 2));
                scores.Add(ideal == 0 ? 0 : gain / ideal);
            }
        }

        return scores.Average();
    }

    /// <summary>Mean over the queries of the share of texts that answer it among the first hundred.</summary>
    public double Recall100(Func<string, IReadOnlyList<string>> ranking) => Queries
        .Average(query => Relevant.GetValueOrDefault(query.Id) is { Count: > 0 } relevant ? ranking(query.Id).Take(100).Count(relevant.Contains) / (double)relevant.Count : 0);
}

/// <summary>A text to be found.</summary>
/// <param name="Id">Its id in the set.</param>
/// <param name="Title">Its title.</param>
/// <param name="Sentences">Its sentences.</param>
internal sealed record RankingText(string Id, string Title, IReadOnlyList<string> Sentences);
