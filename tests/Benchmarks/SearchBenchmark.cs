using System.CommandLine;
using System.Diagnostics;
using Broadsheet.Query.V1;

namespace Broadsheet.Benchmarks;

/// <summary>Search through the RPC with highlights and facets beside plain Lucene.NET on the same index, alternating.</summary>
internal static class SearchBenchmark
{
    public static Command Create()
    {
        var stories = new Option<int>("--stories") { Description = "How many stories.", DefaultValueFactory = _ => 5_000 };
        var seconds = new Option<int>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 2 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each side and number of clients.", DefaultValueFactory = _ => 2 };
        var corpus = new Option<FileInfo>("--generator") { Description = "gen-corpus.mjs, run with node.", DefaultValueFactory = _ => new FileInfo(Path.Combine("..", "shared", "tools", "corpus", "gen-corpus.mjs")) };
        var facets = new Option<bool>("--no-facets") { Description = "Count nothing." };
        var command = new Command("search", "Search with highlights and facets beside plain Lucene.NET top 10 on the same index.") { stories, seconds, rounds, corpus, facets };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(stories), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds), parsed.GetRequiredValue(corpus), !parsed.GetValue(facets), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int stories, TimeSpan length, int rounds, FileInfo generator, bool withFacets, CancellationToken cancellationToken)
    {
        if (!generator.Exists)
        {
            await Console.Error.WriteLineAsync($"error: {generator.FullName} does not exist; name the generator with --generator");
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("broadsheet-benchmark-").FullName;
        try
        {
            using (var node = Process.Start(new ProcessStartInfo("node", [generator.FullName, "--posts", $"{stories}", "--out", folder]) { RedirectStandardOutput = true })!)
            {
                await node.WaitForExitAsync(cancellationToken);
            }

            var queries = await File.ReadAllLinesAsync(Path.Combine(folder, "queries.txt"), cancellationToken);
            var port = Server.FreePort();
            await using var feed = await CorpusFeed.StartAsync(Path.Combine(folder, "posts.jsonl"), stories, port, cancellationToken);
            var started = Stopwatch.GetTimestamp();
            await using var query = await Server.StartQueryAsync(new Uri($"http://127.0.0.1:{port}"), Path.Combine(folder, "query"), cancellationToken);
            await query.CaughtUpAsync(stories, cancellationToken);
            var built = Stopwatch.GetElapsedTime(started);
            var index = Path.Combine(folder, "query", (await File.ReadAllTextAsync(Path.Combine(folder, "query", "current"), cancellationToken)).Trim());
            using var plain = new PlainLucene(index);
            Console.WriteLine(
                $"{stories:N0} stories: built in {built.TotalSeconds:0.0} s ({stories / built.TotalSeconds:N0}/s), {query.ProcessorTime.TotalSeconds:0} s of processor, index {new DirectoryInfo(index).GetFiles().Sum(file => file.Length) / 1048576.0:0.0} MiB, {plain.Segments} segments, server {query.WorkingSetMebibytes} MiB");
            Console.WriteLine("clients   side          queries/s   p50 ms   p99 ms   CPU µs/query");
            foreach (var clients in (int[])[1, 2, 4])
            {
                await CompareAsync(query, plain, queries, clients, length, rounds, withFacets, cancellationToken);
            }

            await SuggestAsync(query, queries, length, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    /// <summary>Measures suggestions, one client.</summary>
    internal static async Task SuggestAsync(Server server, string[] queries, TimeSpan length, CancellationToken cancellationToken)
    {
        var suggesting = new SearchService.SearchServiceClient(server.Connect());
        var next = 0;
        for (var round = 0; round < 2; round++)
        {
            var result = await ClosedLoop.RunAsync(server, 1, length, async _ =>
            {
                // One to five letters of what is asked for.
                var word = queries[next++ % queries.Length];
                await suggesting.SuggestAsync(new SuggestRequest { Prefix = word[..Math.Min(word.Length, 1 + (next % 5))] }, cancellationToken: cancellationToken);
            });
            if (round > 0)
            {
                Console.WriteLine($"      1   {"Suggest",-12} {result.PerSecond,10:N0} {result.P50,8:0.00} {result.P99,8:0.00} {result.ProcessorMicroseconds,12:0}   (goal: under 5 ms)");
            }
        }
    }

    /// <summary>Measures both sides in alternating rounds; answers the median of Search, in queries a second.</summary>
    internal static async Task<double> CompareAsync(
        Server server, PlainLucene plain, string[] queries, int clients, TimeSpan length, int rounds, bool withFacets, CancellationToken cancellationToken)
    {
        var connections = Enumerable.Range(0, clients).Select(_ => new SearchService.SearchServiceClient(server.Connect())).ToArray();
        var next = new int[clients];
        var (ours, theirs) = (new List<Round>(), new List<Round>());
        for (var round = -1; round < rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var lucene = await ClosedLoop.RunAsync(server, clients, length, caller =>
            {
                plain.Search(Next(caller));
                return Task.CompletedTask;
            });
            // It runs in this process, and nothing else does meanwhile.
            lucene = lucene with { ProcessorMicroseconds = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (lucene.PerSecond * length.TotalSeconds) };
            var search = await ClosedLoop.RunAsync(server, clients, length, async caller =>
            {
                var request = new SearchRequest { Query = Next(caller) };
                request.Facets.AddRange(withFacets ? [FacetField.Community, FacetField.Creator, FacetField.Topic, FacetField.Language, FacetField.Year] : []);
                await connections[caller].SearchAsync(request, cancellationToken: cancellationToken);
            });
            if (round < 0)
            {
                continue; // Warming up.
            }

            ours.Add(search);
            theirs.Add(lucene);
            Console.WriteLine($"{clients,7}   {"plain Lucene",-12} {lucene.PerSecond,10:N0} {lucene.P50,8:0.00} {lucene.P99,8:0.00} {lucene.ProcessorMicroseconds,12:0}");
            Console.WriteLine($"{clients,7}   {"Search",-12} {search.PerSecond,10:N0} {search.P50,8:0.00} {search.P99,8:0.00} {search.ProcessorMicroseconds,12:0}");
        }

        var ratio = Median(ours) / Median(theirs);
        Console.WriteLine($"{clients,7}   Search ÷ plain Lucene, medians: {ratio:0.00} (goal 0.50)");
        return Median(ours);

        // Every client goes through the same queries from another place on.
        string Next(int caller) => queries[((caller * queries.Length / clients) + next[caller]++) % queries.Length];
    }

    private static double Median(List<Round> rounds) => rounds.Select(round => round.PerSecond).Order().ElementAt(rounds.Count / 2);
}
