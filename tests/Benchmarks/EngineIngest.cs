using System.Diagnostics;
using System.Globalization;
using System.Text;
using DuckDB.NET.Data;

namespace Broadsheet.Benchmarks;

/// <summary>
/// The yardsticks of ingest: rows put into an engine by a program that does nothing else, made durable by an fsync at each commit.
/// </summary>
internal static class EngineIngest
{
    private const int EventsPerTransaction = 1_000;

    /// <summary>What other tools store of an event.</summary>
    public const string CommonColumns =
        "event_id uuid, visitor_id uuid, session_id uuid, visit_id uuid, path varchar, referrer varchar, browser varchar, os varchar, device varchar, country varchar, language varchar, screen varchar, event_name varchar, created_at timestamp";

    /// <summary>What the service stores, as its own table has it.</summary>
    public const string ServiceColumns =
        "event_id uuid, received_at timestamp, occurred_at timestamp, kind utinyint, story varchar, revision integer, visit varchar, reader varchar, visitor uuid, referrer_host varchar, path varchar, utm_source varchar, utm_medium varchar, utm_campaign varchar, utm_term varchar, utm_content varchar, device utinyint, engaged_seconds double, sections varchar[], name varchar, position integer, properties varchar, channel utinyint, imported boolean";

    /// <summary>DuckDB's appender in transactions of 1,000, for so long, in this process.</summary>
    public static (double PerSecond, double ProcessorMicroseconds) Append(TimeSpan length, bool serviceColumns)
    {
        var folder = Directory.CreateTempSubdirectory("broadsheet-benchmark-").FullName;
        try
        {
            using var database = new DuckDBConnection($"Data Source={Path.Combine(folder, "events.duckdb")}");
            database.Open();
            using (var command = database.CreateCommand())
            {
                command.CommandText = $"create table events ({(serviceColumns ? ServiceColumns : CommonColumns)})";
                command.ExecuteNonQuery();
            }

            var rows = Enumerable.Range(0, 100_000).Select(CommonRow).ToArray();
            var count = 0L;
            using var process = Process.GetCurrentProcess();
            var processor = process.TotalProcessorTime;
            var begin = Stopwatch.GetTimestamp();
            for (var at = 0; Stopwatch.GetElapsedTime(begin) < length; at = (at + EventsPerTransaction) % rows.Length)
            {
                using var transaction = database.BeginTransaction();
                using (var table = database.CreateAppender("events"))
                {
                    foreach (var row in rows.AsSpan(at, EventsPerTransaction))
                    {
                        if (serviceColumns)
                        {
                            AppendService(table.CreateRow(), row);
                        }
                        else
                        {
                            AppendCommon(table.CreateRow(), row);
                        }
                    }
                }

                transaction.Commit();
                count += EventsPerTransaction;
            }

            var elapsed = Stopwatch.GetElapsedTime(begin);
            process.Refresh();
            return (count / elapsed.TotalSeconds, (process.TotalProcessorTime - processor).TotalMicroseconds / count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>PostgreSQL's COPY of so many events into a table with the indexes that other tools have; null without its programs.</summary>
    public static async Task<double?> CopyAsync(int events, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetTempPath(), "broadsheet-benchmark-postgres-ingest");
        using var server = await PostgresServer.StartAsync(folder, isNew: true, "-c shared_buffers=1GB -c max_wal_size=4GB", cancellationToken);
        if (server is null)
        {
            return null;
        }

        var file = Path.Combine(folder, "events.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, events).Select(i => string.Join(',', CommonRow(i))), Encoding.ASCII, cancellationToken);
        await server.SqlAsync(
            $"""
            create table events ({CommonColumns.Replace("created_at timestamp", "created_at timestamptz", StringComparison.Ordinal)}, primary key (event_id));
            create index on events (created_at, path);
            create index on events (session_id);
            create index on events (visit_id);
            """,
            cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await server.RunAsync($"psql {PostgresServer.Quiet} -c \"\\copy events from '{file}' with (format csv)\" {server.Connection}", cancellationToken);
        return events / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static string[] CommonRow(int i) =>
    [
        Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), $"/stories/s-{i % 2_000}", i % 3 == 0 ? "" : "https://news.example/",
        "firefox", "Linux", "desktop", "US", "en-US", "1920x1080", "", new DateTime(2026, 10, 1).AddSeconds(i).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
    ];

    private static void AppendCommon(IDuckDBAppenderRow row, string[] values)
    {
        for (var i = 0; i < 4; i++)
        {
            row.AppendValue(Guid.Parse(values[i]));
        }

        for (var i = 4; i < 13; i++)
        {
            if (values[i].Length == 0)
            {
                row.AppendNullValue();
            }
            else
            {
                row.AppendValue(values[i]);
            }
        }

        row.AppendValue(DateTime.Parse(values[13], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)).EndRow();
    }

    // A heartbeat or a view, as the service writes it.
    private static void AppendService(IDuckDBAppenderRow row, string[] values)
    {
        var at = DateTime.Parse(values[13], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        var isView = values[5].Length == 0;
        row.AppendValue(Guid.Parse(values[0])).AppendValue(at).AppendValue(at).AppendValue((byte)(isView ? 1 : 2)).AppendValue(values[4]).AppendValue(0)
            .AppendValue(values[1]).AppendNullValue().AppendValue(Guid.Parse(values[2])).AppendValue("news.example").AppendValue(values[4])
            .AppendValue("letter").AppendNullValue().AppendNullValue().AppendNullValue().AppendNullValue().AppendValue((byte)1);
        row = isView ? row.AppendNullValue().AppendNullValue() : row.AppendValue(12.0).AppendValue(Seen);
        row.AppendNullValue().AppendNullValue().AppendNullValue().AppendValue((byte)5).AppendValue(false).EndRow();
    }

    private static readonly string[] Seen = ["lead", "section-1"];
}
