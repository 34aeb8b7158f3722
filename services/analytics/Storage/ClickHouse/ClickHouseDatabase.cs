using System.Data.Common;
using System.Globalization;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.ADO.Readers;

namespace Broadsheet.Analytics.Storage.ClickHouse;

/// <summary>
/// The database on the server, by the statements that the service sends. Each is sent once: whether a write whose answer
/// was lost is sent again is its caller's matter.
/// </summary>
internal sealed class ClickHouseDatabase : IDisposable
{
    private readonly ClickHouseClient _client;
    private readonly ClickHouseClientSettings _settings;

    public ClickHouseDatabase(string connectionString)
    {
        _settings = new ClickHouseClientSettings(connectionString)
        {
            CustomSettings = new Dictionary<string, object>
            {
                // What makes it read SQL as the standard and the other store do.
                ["join_use_nulls"] = 1,
                ["cast_keep_nullable"] = 1,
                ["prefer_column_name_to_alias"] = 1,
                ["aggregate_functions_null_for_empty"] = 1,
                // One row of each sorting key, whether or not the parts are merged yet. A key is in one partition only.
                ["final"] = 1,
                ["do_not_merge_across_partitions_select_final"] = 1,
                // Worked out once, however often it is named.
                ["enable_materialized_cte"] = 1,
                // A reader who is gone is not worked for.
                ["cancel_http_readonly_queries_on_client_close"] = 1,
            },
        };
        Name = _settings.Database;
        _client = new ClickHouseClient(_settings);
    }

    /// <summary>Name of the database.</summary>
    public string Name { get; }

    /// <summary>True for what is thrown when the server can't be reached or can't do it now.</summary>
    public static bool IsFailure(Exception exception) =>
        exception is ClickHouseServerException or HttpRequestException or IOException || (exception is OperationCanceledException && exception.InnerException is TimeoutException);

    /// <summary>Creates the database if it is not there.</summary>
    public Task CreateAsync(CancellationToken cancellationToken) =>
        _client.ExecuteNonQueryAsync($"create database if not exists `{Name}`", options: new QueryOptions { Database = "default" }, cancellationToken: cancellationToken);

    /// <summary>Runs a statement that answers nothing.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken, ClickHouseParameterCollection? parameters = null) =>
        _client.ExecuteNonQueryAsync(sql, parameters, cancellationToken: cancellationToken);

    /// <summary>All rows.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, ClickHouseParameterCollection? parameters, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var reader = await _client.ExecuteReaderAsync(sql, parameters, cancellationToken: cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>The rows as they come.</summary>
    public Task<ClickHouseDataReader> ReadAsync(string sql, ClickHouseParameterCollection? parameters, CancellationToken cancellationToken) =>
        _client.ExecuteReaderAsync(sql, parameters, cancellationToken: cancellationToken);

    /// <summary>The bytes of a result in a format of the server's (<c>… format Parquet</c>).</summary>
    public async Task<ClickHouseRawResult> ReadRawAsync(string sql, CancellationToken cancellationToken, ClickHouseParameterCollection? parameters = null)
    {
        await using var connection = _client.CreateConnection();
        await using var command = connection.CreateCommand(sql);
        foreach (ClickHouseDbParameter parameter in parameters ?? [])
        {
            command.Parameters.Add(parameter);
        }

        return await command.ExecuteRawResultAsync(cancellationToken);
    }

    /// <summary>Adds rows, and returns when the server has them on its disk. All of one month or none of them.</summary>
    public Task InsertAsync(ClickHouseTable table, IReadOnlyCollection<object?[]> rows, CancellationToken cancellationToken) =>
        _client.InsertBinaryAsync(
            $"`{Name}`.`{table.Name}`",
            table.Columns,
            rows!,
            // Known types save asking for them each time. One block, so that it is there as a whole.
            new InsertOptions { ColumnTypes = table.Types, BatchSize = Math.Max(1, rows.Count), Compressor = _settings.UseCompression ? new InsertOptions().Compressor : null },
            cancellationToken);

    /// <summary>Removes visits of open hours that were held before a generation.</summary>
    public async Task ForgetHeldAsync(long before, CancellationToken cancellationToken)
    {
        foreach (var table in (string[])["open_visits", "open_state"])
        {
            var old = await QueryAsync(
                $"select distinct partition from system.parts where database = currentDatabase() and table = '{table}' and active", null, row => row.GetString(0), cancellationToken);
            var drops = old.Where(partition => long.Parse(partition, CultureInfo.InvariantCulture) < before).Select(partition => $"drop partition {partition}").ToList();
            if (drops.Count > 0)
            {
                await ExecuteAsync($"alter table {table} {string.Join(", ", drops)}", cancellationToken);
            }
        }
    }

    public void Dispose() => _client.Dispose();
}
