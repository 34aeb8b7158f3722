using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;

namespace Broadsheet.Benchmarks;

/// <summary>
/// ClickHouse's engine with its HTTP interface in a process of its own, as the tests of analytics start it (npm package chdb, of
/// <c>BROADSHEET_CHDB</c> or of <c>artifacts/npm</c>). Its data stay in a folder.
/// </summary>
internal sealed class ClickHouseEngine : IAsyncDisposable
{
    private const string Database = "reports";

    // Columns that the two engines keep differently.
    private static readonly (string Table, string Columns, string? Select)[] Tables =
    [
        (
            "events",
            "event_id, received_at, occurred_at, kind, story, revision, visit, reader, visitor, referrer_host, path, utm_source, utm_medium, utm_campaign, utm_term, utm_content, device, engaged_seconds, sections, name, position, properties, channel, imported",
            "* replace (cast(event_id as varchar) as event_id, cast(visitor as varchar) as visitor, coalesce(sections, []) as sections)"),
        (
            "visits",
            "hour, generation, story, revision, viewed_at, views, visits, shares, sessions, reader, visitor, referrer_host, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, device, engaged, reached, sections, reading_seconds, imported",
            "* replace (cast(visitor as varchar) as visitor, coalesce(reached, []) as reached)"),
        ("stories", "story, title, community, creator, published, revision, known_from, publish_time, version", null),
        ("story_revisions", "story, revision, shown_from, sections, reading_seconds", null),
        ("comments", "comment, story, author, create_time, version", "*, 1 as version"),
        ("insights", "story, reader, level, strengths, revision, create_time, update_time, version", "*, 1 as version"),
        ("rollup_hours", "hour, generation", null),
        ("rollup_state", "watermark", null),
    ];

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _folder;

    private ClickHouseEngine(Process process, int port, string folder)
    {
        _process = process;
        _folder = folder;
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), Timeout = TimeSpan.FromMinutes(10) };
        Connection = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database={Database};Compression=false");
    }

    /// <summary>How the service is told where the database is.</summary>
    public string Connection { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ClickHouseEngine> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Suite.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("not run in the repository");
        }

        Directory.CreateDirectory(folder);
        var modules = Environment.GetEnvironmentVariable("BROADSHEET_CHDB") is { Length: > 0 } named ? named : Path.Combine(root.FullName, "artifacts", "npm");
        var start = new ProcessStartInfo("node", [Path.Combine(root.FullName, "tests", "Analytics", "ClickHouse", "server.mjs"), modules, folder])
        {
            // It ends with its input.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        const string Listening = "listening on ";
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ClickHouseEngine(process, int.Parse(line.AsSpan(Listening.Length), CultureInfo.InvariantCulture), folder);
            }
        }

        throw new InvalidOperationException("the engine ended at its start; is the npm package chdb there?");
    }

    /// <summary>Brings all that a DuckDB database of the service has into tables that the service made.</summary>
    public async Task LoadAsync(DuckDBConnection from, CancellationToken cancellationToken)
    {
        foreach (var (table, columns, select) in Tables)
        {
            var file = Path.Combine(_folder, $"{table}.parquet");
            using (var command = from.CreateCommand())
            {
                command.CommandText = $"copy (select {select ?? "*"} from {table}) to '{file}' (format parquet)";
                command.ExecuteNonQuery();
            }

            await RunAsync($"insert into {table} ({columns}) select {columns} from file('{file}', Parquet)", cancellationToken);
            File.Delete(file);
        }
    }

    /// <summary>Runs a statement and reads its rows, as the service's are read: each row of a sorting key once.</summary>
    public async Task<string> RunAsync(string sql, CancellationToken cancellationToken)
    {
        using var content = new StringContent(sql);
        using var answer = await _http.PostAsync(new Uri($"?database={Database}&final=1&join_use_nulls=1", UriKind.Relative), content, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{text}\n{sql}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
