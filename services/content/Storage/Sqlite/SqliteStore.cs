using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using DbUp;
using Grpc.Core;
using Microsoft.Data.Sqlite;

namespace Broadsheet.Content.Storage.Sqlite;

/// <summary>
/// Content on SQLite. Writers are serial: one transaction at a time, begun as a write (BEGIN IMMEDIATE), and durable
/// (synchronous=FULL in WAL mode: the log is fsynced) before its call is answered. One process owns the data folder.
/// </summary>
internal sealed class SqliteStore : ContentStore
{
    // The writer is alone, so a position taken inside the transaction is commit order, and serves as the version too.
    private static readonly FeedStatements Statements = new(
        Advance: "update feed set position = @version where position < @version",
        NextVersion: "update feed set position = position + 1, commit_time = @now returning position",
        Append: """
            insert into changes (position, resource, commit_time, all_change, all_gone, published_change, published_gone)
            values (@version, @resource, @time, @all, @all_gone, @published, @published_gone)
            """);

    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly string _connectionString;
    private readonly string _lockPath;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private SqliteConnection? _writer;
    private FileStream? _lock;

    public SqliteStore(ContentOptions options, TimeProvider time)
    {
        _time = time;
        _lockPath = Path.Combine(options.DataPath, "content.lock");
        _path = Path.Combine(options.DataPath, "content.db");
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = 5,
            ForeignKeys = true,
        }.ToString();
    }

    public override async Task OpenAsync(bool migrate, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_lockPath)!);
        _lock ??= Lock(_lockPath);
        if (migrate)
        {
            var creating = new SqliteConnectionStringBuilder(_connectionString) { Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString();
            await using (var connection = new SqliteConnection(creating))
            {
                await connection.OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText = "pragma journal_mode = wal";
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            Schema.Upgrade(DeployChanges.To.SqliteDatabase(creating), "Sqlite");
        }
        else
        {
            Schema.Check(DeployChanges.To.SqliteDatabase(_connectionString), "Sqlite");
        }

        await LoadFeedIdAsync(cancellationToken);
    }

    public override async Task<T> WriteAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var writer = await WriterAsync(cancellationToken);
            await using var transaction = writer.BeginTransaction(deferred: false);
            var content = new ContentTransaction(writer, transaction, Statements, _time, cancellationToken);
            var result = await work(content);
            if (content.IsTrial)
            {
                return result;
            }

            cancellationToken.ThrowIfCancellationRequested();
            CheckThere();
            // From here on the outcome is decided by the store, not by a caller who loses patience.
            await transaction.CommitAsync(CancellationToken.None);
            IsFull = false;
            if (content.Changed.Count > 0)
            {
                Tell(content.Changed);
                Grown.Set();
            }

            return result;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
        {
            IsFull = true;
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    public override async Task<T> ReadAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        CheckThere();
        await using var connection = await ConnectAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction(deferred: true);
        return await work(new ContentTransaction(connection, transaction, Statements, _time, cancellationToken));
    }

    public override RpcException? MapError(Exception exception) => exception is not SqliteException sqlite ? null : sqlite.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_FULL => RpcError.Of(ErrorReason.StoreFull, "the content store is full; nothing was written"),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the content store is busy", TimeSpan.FromSeconds(1)),
        SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY
            or SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the content store can't be used", TimeSpan.FromSeconds(5)),
        _ => null,
    };

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _writing.Dispose();
        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }
    }

    /// <summary>
    /// Copies the database as it is at this moment into a new file, also while a service writes. The copy is a feed of
    /// its own: whoever follows the original begins anew with it.
    /// </summary>
    public async Task BackUpAsync(string path, CancellationToken cancellationToken)
    {
        CheckThere();
        var unfinished = $"{path}.part";
        File.Delete(unfinished);
        await using (var connection = await ConnectAsync(cancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "vacuum into @path";
            command.CommandTimeout = 0;
            command.Parameters.AddWithValue("@path", unfinished);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = unfinished, Pooling = false }.ToString()))
        {
            await copy.OpenAsync(cancellationToken);
            await using var command = copy.CreateCommand();
            command.CommandText = "update feed set feed_id = randomblob(8)";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var file = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
    }

    private async Task<SqliteConnection> WriterAsync(CancellationToken cancellationToken)
    {
        CheckThere();
        return _writer ??= await ConnectAsync(cancellationToken);
    }

    // A file that was taken away lives on for those who hold it open: what they commit is lost when they close it.
    // Nothing is kept open across its absence, so a file that comes back is opened anew.
    private void CheckThere()
    {
        if (File.Exists(_path))
        {
            return;
        }

        Interlocked.Exchange(ref _writer, null)?.Dispose();
        ClearPool();
        throw new SqliteException("the database file is gone", SQLitePCL.raw.SQLITE_CANTOPEN);
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Both are settings of a connection, and pooled connections keep them; setting them again costs microseconds.
        command.CommandText = "pragma synchronous = full; pragma journal_size_limit = 67108864;";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _writer, null) is { } writer)
        {
            await writer.DisposeAsync();
        }

        ClearPool();
    }

    private void ClearPool()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException($"the data folder is in use by another process ({path})", exception);
        }
    }
}
