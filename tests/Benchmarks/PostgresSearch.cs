using System.Diagnostics;
using System.Globalization;

namespace Broadsheet.Benchmarks;

/// <summary>
/// The other yardstick of search: PostgreSQL full text on the same stories and queries, weighted vectors with a GIN
/// index, the ten best by rank with the count of all and a headline of each, driven by its own pgbench. On a server of
/// its own, whose data stay in a folder between runs.
/// </summary>
internal sealed class PostgresSearch : IDisposable
{
    private const string Search =
        """
        \set n random(1, 1000)
        select id, slug, title, r, total, ts_headline('english', body, q, 'MaxFragments=2,MinWords=8,MaxWords=20,StartSel=<mark>,StopSel=</mark>')
        from (select id, slug, title, body, q, ts_rank_cd(tsv, q) r, count(*) over () total
              from posts, (select websearch_to_tsquery('english', (select q from queries where id = :n)) q) t
              where tsv @@ q order by r desc, id limit 10) x
        order by r desc, id;
        """;

    private const string Schema =
        """
        create table posts (id int primary key, slug text, title text, body text, tsv tsvector);
        create table raw (j text);
        create table queries (id serial primary key, q text);
        """;

    private static string Fill(int half) =>
        $"""
        insert into posts
        select (j->>'id')::int, j->>'slug', j->>'title', j->>'text',
            setweight(to_tsvector('english', j->>'title'), 'A') || setweight(to_tsvector('english', j->>'excerpt'), 'B') || setweight(to_tsvector('english', j->>'text'), 'D')
        from (select j::jsonb from raw where abs(hashtext(j)::bigint) % 2 = {half}) r
        """;

    private readonly PostgresServer _server;

    private PostgresSearch(PostgresServer server) => _server = server;

    /// <summary>Starts the server and loads the corpus, if that was not done before; null without the server's programs.</summary>
    public static async Task<PostgresSearch?> StartAsync(Corpus corpus, int stories, string folder, CancellationToken cancellationToken)
    {
        var loaded = Path.Combine(folder, "loaded");
        var server = await PostgresServer.StartAsync(
            folder,
            !File.Exists(loaded),
            "-c fsync=off -c shared_buffers=1GB -c effective_cache_size=4GB -c work_mem=32MB -c maintenance_work_mem=512MB -c max_wal_size=4GB -c random_page_cost=1.1 -c max_parallel_workers_per_gather=1 -c jit=off",
            cancellationToken);
        if (server is null)
        {
            return null;
        }

        var search = new PostgresSearch(server);
        if (!File.Exists(loaded))
        {
            var started = Stopwatch.GetTimestamp();
            await search.LoadAsync(corpus, cancellationToken);
            Console.WriteLine($"   PostgreSQL: loaded and indexed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s ({stories / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} stories/s)");
            await File.WriteAllTextAsync(loaded, "", cancellationToken);
        }

        return search;
    }

    /// <summary>Searches with so many clients for so long; answers queries a second and median and 99th percentile in milliseconds.</summary>
    public async Task<(double PerSecond, double P50, double P99)> MeasureAsync(int clients, TimeSpan length, CancellationToken cancellationToken)
    {
        var logs = Path.Combine(_server.Folder, "data", "bench");
        await _server.RunAsync($"rm -f '{logs}'.*; cat > '{_server.Folder}/data/search.sql'", cancellationToken, Search);
        var report = await _server.RunAsync(
            $"pgbench -n -M prepared -c {clients} -j 1 -T {length.TotalSeconds:0} -l --log-prefix='{logs}' -f '{_server.Folder}/data/search.sql' {_server.Connection} 2>&1", cancellationToken);
        var perSecond = report.Split('\n').Where(line => line.StartsWith("tps = ", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)).First();
        var latencies = (await _server.RunAsync($"cat '{logs}'.*", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1_000).Order().ToArray();
        return (perSecond, latencies[latencies.Length / 2], latencies[latencies.Length * 99 / 100]);
    }

    public void Dispose() => _server.Dispose();

    private async Task LoadAsync(Corpus corpus, CancellationToken cancellationToken)
    {
        await _server.SqlAsync(Schema, cancellationToken);
        // In COPY's text format a backslash is doubled; the JSON has no tabs and line breaks of its own.
        await _server.RunAsync($"sed 's/\\\\/\\\\\\\\/g' '{corpus.Posts}' | psql {PostgresServer.Quiet} -c '\\copy raw from stdin' {_server.Connection}", cancellationToken);
        await _server.RunAsync($"psql {PostgresServer.Quiet} -c \"\\copy queries(q) from '{Path.Combine(Path.GetDirectoryName(corpus.Posts)!, "queries.txt")}'\" {_server.Connection}", cancellationToken);
        await Task.WhenAll(_server.SqlAsync(Fill(0), cancellationToken), _server.SqlAsync(Fill(1), cancellationToken));
        await _server.SqlAsync("create index posts_tsv on posts using gin (tsv); drop table raw", cancellationToken);
        await _server.SqlAsync("vacuum analyze", cancellationToken);
    }
}
