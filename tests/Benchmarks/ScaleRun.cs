using System.Diagnostics;
using Broadsheet.Query.V1;

namespace Broadsheet.Benchmarks;

/// <summary>The phases of <see cref="ScaleBenchmark"/> over one corpus and one index.</summary>
internal sealed class ScaleRun(Corpus corpus, int stories, string data, TimeSpan length, int rounds)
{
    private readonly Dictionary<int, double> _searches = [];

    /// <summary>Runs one phase and prints what it gave.</summary>
    public Task RunAsync(string phase, CancellationToken cancellationToken) => phase switch
    {
        "build" => BuildAsync(cancellationToken),
        "restart" => RestartAsync(cancellationToken),
        "search" => WithQueryAsync(query => SearchAsync(query, cancellationToken), cancellationToken),
        "suggest" => WithQueryAsync(query => SearchBenchmark.SuggestAsync(query, corpus.Queries, length, cancellationToken), cancellationToken),
        "ask" => WithQueryAsync(query => AskAsync(query, cancellationToken), cancellationToken),
        "explore" => WithQueryAsync(query => ExploreAsync(query, cancellationToken), cancellationToken),
        "postgres" => PostgresAsync(cancellationToken),
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
            _searches[clients] = await SearchBenchmark.CompareAsync(query, plain, corpus.Queries, clients, length, rounds, withFacets: true, cancellationToken);
        }
    }

    private async Task AskAsync(Server query, CancellationToken cancellationToken)
    {
        var channel = query.Connect();
        var (asking, timeline) = (new AskService.AskServiceClient(channel), new TimelineService.TimelineServiceClient(channel));
        var (exploring, claims, entities) = (new ExploreService.ExploreServiceClient(channel), new ClaimService.ClaimServiceClient(channel), new EntityService.EntityServiceClient(channel));
        var names = (await entities.ListEntitiesAsync(new ListEntitiesRequest { PageSize = 50 }, cancellationToken: cancellationToken)).Entities.Select(entity => entity.Name).ToArray();
        var next = 0;
        Console.WriteLine("clients   call          calls/s     p50 ms   p99 ms   CPU µs/call");
        await OneClientAsync("Ask", async () => await asking.AskAsync(new AskRequest { Question = $"When was the {Word()} opened?" }, cancellationToken: cancellationToken));
        await OneClientAsync("Ask, a fact", async () => await asking.AskAsync(new AskRequest { Question = $"Who opened the {Name()} Bridge?" }, cancellationToken: cancellationToken));
        await OneClientAsync("Timeline", async () => await timeline.ListDatedEventsAsync(new ListDatedEventsRequest { PageSize = 20 }, cancellationToken: cancellationToken));
        await OneClientAsync("… of a name", async () => await timeline.ListDatedEventsAsync(new ListDatedEventsRequest { PageSize = 20, Entity = Name() }, cancellationToken: cancellationToken));
        await OneClientAsync("Explore", async () => await exploring.ExploreAsync(new ExploreRequest { PageSize = 20 }, cancellationToken: cancellationToken));
        await OneClientAsync("… community", async () => await exploring.ExploreAsync(new ExploreRequest { PageSize = 20, Community = $"communities/c{next++ % 12}" }, cancellationToken: cancellationToken));
        await OneClientAsync("Related", async () => await exploring.ListRelatedAsync(new ListRelatedRequest { Story = $"stories/s{1 + (next++ * 7919L % stories)}" }, cancellationToken: cancellationToken));
        await OneClientAsync("Claims", async () => await claims.ListClaimsAsync(new ListClaimsRequest { PageSize = 20 }, cancellationToken: cancellationToken));
        await OneClientAsync("… with words", async () => await claims.ListClaimsAsync(new ListClaimsRequest { PageSize = 20, Query = "cost million" }, cancellationToken: cancellationToken));
        await OneClientAsync("Figures", async () => await claims.ListFiguresAsync(new ListFiguresRequest { PageSize = 20 }, cancellationToken: cancellationToken));
        await OneClientAsync("Entities", async () => await entities.ListEntitiesAsync(new ListEntitiesRequest { PageSize = 20 }, cancellationToken: cancellationToken));
        await OneClientAsync("An entity", async () => await entities.GetEntityAsync(new GetEntityRequest { Name = names[next++ % names.Length] }, cancellationToken: cancellationToken));

        string Word() => corpus.Queries[next++ % corpus.Queries.Length];

        string Name() => CorpusFeed.PlaceOf(next++ % stories);

        async Task OneClientAsync(string name, Func<Task> call)
        {
            try
            {
                await ClosedLoop.RunAsync(query, 1, length / 4, _ => call());
                var round = await ClosedLoop.RunAsync(query, 1, length / 2, _ => call());
                Console.WriteLine($"      1   {name,-12} {round.PerSecond,10:N0} {round.P50,10:0.00} {round.P99,8:0.00} {round.ProcessorMicroseconds,12:0}");
            }
            catch (Grpc.Core.RpcException error)
            {
                Console.WriteLine($"      1   {name,-12} {error.StatusCode}: {error.Status.Detail}");
            }
        }
    }

    /// <summary>Pages of feeds, the first and one far behind, and related stories, by one client.</summary>
    private async Task ExploreAsync(Server query, CancellationToken cancellationToken)
    {
        var exploring = new ExploreService.ExploreServiceClient(query.Connect());
        var latest = await exploring.ExploreAsync(new ExploreRequest { PageSize = 100 }, cancellationToken: cancellationToken);
        var next = 0;
        Console.WriteLine("clients   side          queries/s   p50 ms   p99 ms   CPU µs/query");
        await OneClientAsync("Latest", async () => await exploring.ExploreAsync(new ExploreRequest { PageSize = 20 }, cancellationToken: cancellationToken));
        await OneClientAsync("Second page", async () => await exploring.ExploreAsync(new ExploreRequest { PageToken = latest.NextPageToken }, cancellationToken: cancellationToken));
        await OneClientAsync("Community", async () => await exploring.ExploreAsync(new ExploreRequest { Community = Next().Community }, cancellationToken: cancellationToken));
        await OneClientAsync("Related", async () => await exploring.ListRelatedAsync(new ListRelatedRequest { Story = Next().Story }, cancellationToken: cancellationToken));

        ExploredStory Next() => latest.Stories[next++ % latest.Stories.Count];

        async Task OneClientAsync(string name, Func<Task> call)
        {
            await ClosedLoop.RunAsync(query, 1, length / 2, _ => call());
            var round = await ClosedLoop.RunAsync(query, 1, length, _ => call());
            Console.WriteLine($"      1   {name,-12} {round.PerSecond,10:N0} {round.P50,8:0.00} {round.P99,8:0.00} {round.ProcessorMicroseconds,12:0}");
        }
    }

    /// <summary>PostgreSQL, beside what the phase before it gave, if it ran.</summary>
    private async Task PostgresAsync(CancellationToken cancellationToken)
    {
        using var postgres = await PostgresSearch.StartAsync(corpus, stories, $"{data}-postgres", cancellationToken);
        if (postgres is null)
        {
            Console.WriteLine("   the programs of a PostgreSQL server are not installed");
            return;
        }

        Console.WriteLine("clients   side          queries/s   p50 ms   p99 ms");
        foreach (var clients in (int[])[1, 2, 4])
        {
            await postgres.MeasureAsync(clients, length / 2, cancellationToken);
            var (perSecond, p50, p99) = await postgres.MeasureAsync(clients, length * 2, cancellationToken);
            Console.WriteLine($"{clients,7}   {"PostgreSQL",-12} {perSecond,10:0.0} {p50,8:0.00} {p99,8:0.00}");
            if (_searches.TryGetValue(clients, out var search))
            {
                Console.WriteLine($"{clients,7}   Search ÷ PostgreSQL: {search / perSecond:0} (goal 20)");
            }
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
