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

    private readonly string _programs;
    private readonly string _folder;
    private readonly string _port = Server.FreePort().ToString(CultureInfo.InvariantCulture);

    private PostgresSearch(string programs, string folder) => (_programs, _folder) = (programs, folder);

    /// <summary>Starts the server and loads the corpus, if that was not done before; null without the server's programs.</summary>
    public static async Task<PostgresSearch?> StartAsync(Corpus corpus, int stories, string folder, CancellationToken cancellationToken)
    {
        if (FindPrograms() is not { } programs)
        {
            return null;
        }

        var server = new PostgresSearch(programs, folder);
        var loaded = Path.Combine(folder, "loaded");
        if (!File.Exists(loaded))
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
            if (Environment.IsPrivilegedProcess)
            {
                // The server refuses to run as root.
                using var chown = Process.Start("chown", ["nobody", folder]);
                await chown.WaitForExitAsync(cancellationToken);
            }

            await server.RunAsync($"initdb -D '{folder}/data' -U broadsheet -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null", cancellationToken);
        }

        await server.RunAsync(
            $"pg_ctl -D '{folder}/data' -l '{folder}/log' -w -t 60 -o '-p {server._port} -h 127.0.0.1 -k {folder} -c fsync=off -c shared_buffers=1GB -c effective_cache_size=4GB -c work_mem=32MB -c maintenance_work_mem=512MB -c max_wal_size=4GB -c random_page_cost=1.1 -c max_parallel_workers_per_gather=1 -c jit=off' start >/dev/null",
            cancellationToken);
        if (!File.Exists(loaded))
        {
            var started = Stopwatch.GetTimestamp();
            await server.LoadAsync(corpus, cancellationToken);
            Console.WriteLine($"   PostgreSQL: loaded and indexed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s ({stories / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} stories/s)");
            await File.WriteAllTextAsync(loaded, "", cancellationToken);
        }

        return server;
    }

    /// <summary>Searches with so many clients for so long; answers queries a second and median and 99th percentile in milliseconds.</summary>
    public async Task<(double PerSecond, double P50, double P99)> MeasureAsync(int clients, TimeSpan length, CancellationToken cancellationToken)
    {
        var logs = Path.Combine(_folder, "data", "bench");
        await RunAsync($"rm -f '{logs}'.*; cat > '{_folder}/data/search.sql'", cancellationToken, Search);
        var report = await RunAsync(
            $"pgbench -n -M prepared -c {clients} -j 1 -T {length.TotalSeconds:0} -l --log-prefix='{logs}' -f '{_folder}/data/search.sql' {Connection()} 2>&1", cancellationToken);
        var perSecond = report.Split('\n').Where(line => line.StartsWith("tps = ", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)).First();
        var latencies = (await RunAsync($"cat '{logs}'.*", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1_000).Order().ToArray();
        return (perSecond, latencies[latencies.Length / 2], latencies[latencies.Length * 99 / 100]);
    }

    public void Dispose() => RunAsync($"pg_ctl -D '{_folder}/data' -m fast -w stop >/dev/null", CancellationToken.None).GetAwaiter().GetResult();

    private async Task LoadAsync(Corpus corpus, CancellationToken cancellationToken)
    {
        await SqlAsync(Schema, cancellationToken);
        // In COPY's text format a backslash is doubled; the JSON has no tabs and line breaks of its own.
        await RunAsync($"sed 's/\\\\/\\\\\\\\/g' '{corpus.Posts}' | psql {Quiet} -c '\\copy raw from stdin' {Connection()}", cancellationToken);
        await RunAsync($"psql {Quiet} -c \"\\copy queries(q) from '{Path.Combine(Path.GetDirectoryName(corpus.Posts)!, "queries.txt")}'\" {Connection()}", cancellationToken);
        await Task.WhenAll(SqlAsync(Fill(0), cancellationToken), SqlAsync(Fill(1), cancellationToken));
        await SqlAsync("create index posts_tsv on posts using gin (tsv); drop table raw", cancellationToken);
        await SqlAsync("vacuum analyze", cancellationToken);
    }

    private const string Quiet = "-X -q -v ON_ERROR_STOP=1";

    private string Connection() => $"-h 127.0.0.1 -p {_port} -U broadsheet postgres";

    private Task<string> SqlAsync(string sql, CancellationToken cancellationToken) => RunAsync($"psql {Quiet} -f - {Connection()}", cancellationToken, sql);

    private async Task<string> RunAsync(string command, CancellationToken cancellationToken, string input = "")
    {
        command = $"cd / && PATH='{_programs}':$PATH && {command}";
        var start = Environment.IsPrivilegedProcess ? new ProcessStartInfo("su", ["-s", "/bin/sh", "nobody", "-c", command]) : new ProcessStartInfo("/bin/sh", ["-c", command]);
        // What the server itself says goes to its log, so nothing holds the pipe open.
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {output}");
    }

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")) && File.Exists(Path.Combine(programs, "pgbench")))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault()
        : null;
}
