using System.Data.Common;
using System.Globalization;
using Broadsheet.Analytics.Reading;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO.Parameters;
using DuckDB.NET.Data;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage.ClickHouse;

/// <summary>
/// Analytics on a ClickHouse server, which several replicas of the service share. There are no transactions: a batch is several inserts,
/// each of which may be repeated, and the cursor of the feed comes last. An event that two replicas took is one event when it is read.
/// </summary>
internal sealed class ClickHouseStore(AnalyticsOptions options, TimeProvider time) : IAnalyticsStore, IDisposable
{
    private const int NotEnoughSpace = 243;
    private const string Delete = "delete from ";
    private const string ReaderName = "{reader}";

    // The engine's moments with microseconds.
    private static readonly DateTime First = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Last = new(2299, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    // Retention marks rows as gone; the server takes them off its disk when it merges, or when they are this much older.
    private static readonly TimeSpan TakenOff = TimeSpan.FromDays(7);

    // Longer than any statement that reads it runs.
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(20);

    private readonly ClickHouseDatabase _database = new(options.ClickHouse);
    private readonly ClickHouseWriting _writing = new(time);
    private readonly SemaphoreSlim _migrating = new(1, 1);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile bool _migrated;

    public string Engine => "clickhouse";

    public SqlDialect Dialect { get; } = new ClickHouseDialect();

    public async Task ReadAsync(Sql sql, Action<DbDataReader> row, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        await using var reader = await _database.ReadAsync(sql.Text, ParametersOf(sql), cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            row(reader);
        }
    }

    public async Task CommitAsync(WriteBatch batch)
    {
        await MigrateAsync(CancellationToken.None);
        await _writing.WriteAsync(_database, batch);
    }

    public async Task ChangeAsync(IReadOnlyList<Sql> statements, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            foreach (var statement in statements)
            {
                // A delete is written down for every part of a table, and waited for: not for nothing.
                if (statement.Text.StartsWith(Delete, StringComparison.Ordinal) && !await FindsAsync(statement, cancellationToken))
                {
                    continue;
                }

                await _database.ExecuteAsync(statement.Text, cancellationToken, ParametersOf(statement));
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    public async Task EraseReaderAsync(string reader, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            // Waited for on all replicas. None has the name in its sorting key but insights, whose rows go as a whole.
            const string Wait = "settings mutations_sync = 2, allow_nondeterministic_mutations = 1";
            await ChangeAsync(
                $"""
                alter table events update reader = if(reader = {ReaderName}, null, reader), visitor = null
                where reader = {ReaderName} or (story, visit) in (select story, visit from events where reader = {ReaderName} and visit is not null) {Wait}
                """);
            await ChangeAsync($"alter table visits update reader = null, visitor = null where reader = {ReaderName} {Wait}");
            await ChangeAsync($"alter table open_visits update reader = null, visitor = null where reader = {ReaderName} {Wait}");
            await ChangeAsync($"alter table comments update author = '' where author = {ReaderName} {Wait}");
            await ChangeAsync($"alter table insights delete where reader = {ReaderName} {Wait}");
        }
        finally
        {
            _changing.Release();
        }

        Task ChangeAsync(string statement)
        {
            var sql = new Sql(Dialect);
            sql.Text = statement.Replace(ReaderName, sql.Parameter(reader), StringComparison.Ordinal);
            return _database.ExecuteAsync(sql.Text, cancellationToken, ParametersOf(sql));
        }
    }

    // The server removes the parts that were replaced within minutes.
    public Task PurgeErasedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<long> WriteParquetAsync(Sql sql, string path, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        using (var result = await _database.ReadRawAsync($"{sql.Text} format Parquet", cancellationToken, ParametersOf(sql)))
        {
            await using var bytes = await result.ReadAsStreamAsync();
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            await bytes.CopyToAsync(file, cancellationToken);
        }

        // The server tells how many rows there were only before it has sent them.
        await using var reader = new DuckDBConnection("Data Source=:memory:");
        await reader.OpenAsync(cancellationToken);
        await using var count = reader.CreateCommand();
        count.CommandText = $"select count(*) from read_parquet('{path.Replace("'", "''", StringComparison.Ordinal)}')";
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    public int Openings => 1;

    public async Task HoldAsync(Sql? visits, IReadOnlyList<DateTimeOffset> hours, long generation, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        if (visits is not null)
        {
            await _database.ExecuteAsync(
                string.Create(CultureInfo.InvariantCulture, $"insert into open_visits (generation, {VisitFigures.Columns}) select {generation}, {VisitFigures.Columns} from ({visits.Text}) f"),
                cancellationToken,
                ParametersOf(visits));
        }

        // What is read is what the newest state names: it comes when its visits are there.
        var state = new Sql(Dialect);
        // As numbers and not as parameters: after an import of years there are thousands.
        var numbers = string.Join(", ", hours.Select(hour => hour.ToUnixTimeSeconds() / 3_600));
        state.Text = $"insert into open_state (generation, hours) select {state.Parameter(generation)}, arrayMap(hour -> toDateTime64(hour * 3600, 6, 'UTC'), [{numbers}])";
        await _database.ExecuteAsync(state.Text, cancellationToken, ParametersOf(state));
        await _database.ForgetHeldAsync(generation - HeldFor.Ticks, cancellationToken);
    }

    public Task BackUpAsync(string file, CancellationToken cancellationToken) =>
        throw RpcError.Of(ErrorReason.StoreNotEmbedded, "analytics is kept by a ClickHouse server; use its BACKUP");

    // The server looks after its disk; it says so when it is full.
    public void CheckRoom()
    {
    }

    // A server that was away is there again by itself.
    public void Mend()
    {
    }

    public RpcException? MapError(Exception exception) => exception switch
    {
        ClickHouseServerException { ErrorCode: NotEnoughSpace } => RpcError.Of(ErrorReason.StoreFull, "the analytics store is full"),
        _ when ClickHouseDatabase.IsFailure(exception) => RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store can't be used", TimeSpan.FromSeconds(1)),
        _ => null,
    };

    public void Dispose()
    {
        _database.Dispose();
        _migrating.Dispose();
        _changing.Dispose();
    }

    private async Task<bool> FindsAsync(Sql delete, CancellationToken cancellationToken) =>
        (await _database.QueryAsync($"select 1 from {delete.Text[Delete.Length..]} limit 1", ParametersOf(delete), _ => true, cancellationToken)).Count > 0;

    private static ClickHouseParameterCollection? ParametersOf(Sql sql)
    {
        if (sql.Parameters.Count == 0)
        {
            return null;
        }

        var parameters = new ClickHouseParameterCollection();
        for (var i = 0; i < sql.Parameters.Count; i++)
        {
            parameters.Add(new ClickHouseDbParameter { ParameterName = $"p{i + 1}", Value = sql.Parameters[i] is DateTime moment ? Known(moment) : sql.Parameters[i] });
        }

        return parameters;
    }

    // Moments that the engine has no number for are before, or after, everything.
    private static DateTime Known(DateTime moment) => moment < First ? First : moment > Last ? Last : moment;

    // The server may come later than the service.
    private async ValueTask MigrateAsync(CancellationToken cancellationToken)
    {
        if (_migrated)
        {
            return;
        }

        await _migrating.WaitAsync(cancellationToken);
        try
        {
            if (!_migrated)
            {
                await ClickHouseMigrations.ApplyAsync(_database, cancellationToken);
                await SetExpiryAsync(cancellationToken);
                _migrated = true;
            }
        }
        finally
        {
            _migrating.Release();
        }
    }

    private async Task SetExpiryAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var days = (int)Math.Ceiling((now - options.RawEventsFrom(now) + TakenOff).TotalDays);
        var expiry = string.Create(CultureInfo.InvariantCulture, $"toDateTime(occurred_at) + toIntervalDay({days})");
        var tables = await _database.QueryAsync("select create_table_query from system.tables where database = currentDatabase() and name = 'events'", null, row => row.GetString(0), cancellationToken);
        if (!tables[0].Contains($"TTL {expiry}", StringComparison.OrdinalIgnoreCase))
        {
            // Rows that are there already are looked at with the next merges.
            await _database.ExecuteAsync($"alter table events modify ttl {expiry} settings materialize_ttl_after_modify = 0", cancellationToken);
        }
    }
}
