using System.Diagnostics;

namespace Broadsheet.Benchmarks;

/// <summary>The phases of <see cref="ScaleBenchmark"/> over one corpus and one index.</summary>
internal sealed class ScaleRun(Corpus corpus, int stories, string data, TimeSpan length, int rounds)
{
    private double _perSecond;

    /// <summary>Runs one phase and prints what it gave.</summary>
    public Task RunAsync(string phase, CancellationToken cancellationToken) => phase switch
    {
        "build" => BuildAsync(cancellationToken),
        "restart" => RestartAsync(cancellationToken),
        "search" => WithQueryAsync(query => SearchAsync(query, cancellationToken), cancellationToken),
        "suggest" => WithQueryAsync(query => SearchBenchmark.SuggestAsync(query, corpus.Queries, length, cancellationToken), cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "is no phase"),
    };

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        var started = Stopwatch.GetTimestamp();
        await WithQueryAsync(
            async query =>
            {
                var built = Stopwatch.GetElapsedTime(started);
                await query.CaughtUpAsync(stories, cancellationToken);
                Console.WriteLine(
                    $"   built in {built.TotalSeconds:0.0} s ({stories / built.TotalSeconds:N0} stories/s), {query.ProcessorTime.TotalSeconds:0} s of processor; index {IndexMebibytes():0} MiB ({IndexMebibytes() * 1024 / stories:0.0} KiB a story), corpus {new FileInfo(corpus.Posts).Length / 1048576.0:0} MiB; server {query.WorkingSetMebibytes} MiB");
            },
            cancellationToken);
    }

    private Task RestartAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return WithQueryAsync(
            query =>
            {
                Console.WriteLine(
                    $"   ready {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s after the start, {query.ProcessorTime.TotalSeconds:0.0} s of processor; server {query.WorkingSetMebibytes} MiB");
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    private async Task SearchAsync(Server query, CancellationToken cancellationToken)
    {
        using var plain = new PlainLucene(IndexFolder());
        Console.WriteLine("clients   side          queries/s   p50 ms   p99 ms   CPU µs/query");
        foreach (var clients in (int[])[1, 2, 4])
        {
            _perSecond = Math.Max(_perSecond, await SearchBenchmark.CompareAsync(query, plain, corpus.Queries, clients, length, rounds, withFacets: true, cancellationToken));
        }
    }

    /// <summary>Runs the query service on the index, following the corpus, and acts when it is ready.</summary>
    private async Task WithQueryAsync(Func<Server, Task> act, CancellationToken cancellationToken)
    {
        var port = Server.FreePort();
        await using var feed = await CorpusFeed.StartAsync(corpus.Posts, stories, port, cancellationToken);
        await using var query = await Server.StartQueryAsync(new Uri($"http://127.0.0.1:{port}"), data, cancellationToken);
        await query.ReadyAsync(cancellationToken);
        await act(query);
    }

    private double IndexMebibytes() => new DirectoryInfo(IndexFolder()).GetFiles().Sum(file => file.Length) / 1048576.0;

    private string IndexFolder() => Path.Combine(data, File.ReadAllText(Path.Combine(data, "current")).Trim());
}
