using System.Data.Common;
using Broadsheet.Analytics.Reading;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using DuckDB.NET.Data;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage.DuckDb;

/// <summary>
/// Analytics on DuckDB, in the process. One process owns the data folder; one writer appends (<see cref="StoreWriter"/>), readers read
/// what was committed when they began. A commit is an fsync of the write-ahead log.
/// </summary>
internal sealed class DuckDbStore : IAnalyticsStore, IDisposable
{
    // Reports are parallel inside the engine; more of them at once only share the same cores.
    private const int MaxReaders = 4;

    private readonly SemaphoreSlim _readers = new(MaxReaders, MaxReaders);
    private readonly SemaphoreSlim _changing = new(1, 1);
    // Held by the writer for each commit, and by who needs that nothing is written.
    private readonly SemaphoreSlim _committing = new(1, 1);
    private readonly Lock _purgingLock = new();
    private readonly DuckDbWriting _writing = new();
    private readonly AnalyticsOptions _options;
    private readonly string _path;
    private readonly string _erasedMarker;
    private readonly FileStream _lock;
    private readonly DriveInfo _drive;
    // Readers hold it shared; opening the database anew needs everyone out.
    private readonly ReaderWriterLockSlim _open = new();
    private CancellationTokenSource? _purging;
    private DuckDBConnection? _database;
    private volatile bool _broken;

    /// <exception cref="InvalidOperationException">The data folder is in use by another process.</exception>
    public DuckDbStore(AnalyticsOptions options)
    {
        _options = options;
        Directory.CreateDirectory(options.DataPath);
        _path = Path.GetFullPath(Path.Combine(options.DataPath, "analytics.duckdb"));
        // There while the file may hold what was erased.
        _erasedMarker = Path.GetFullPath(Path.Combine(options.DataPath, "analytics.erased"));
        _drive = new DriveInfo(Path.GetFullPath(options.DataPath));
        var lockPath = Path.Combine(options.DataPath, "analytics.lock");
        try
        {
            _lock = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException($"the data folder is in use by another process ({lockPath})", exception);
        }

        Open();
    }

    public string Engine => "duckdb";

    public SqlDialect Dialect { get; } = new DuckDbDialect();

    public async Task ReadAsync(Sql sql, Action<DbDataReader> row, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => Use(connection => connection.Read(sql, row), cancellationToken), cancellationToken);
        }
        finally
        {
            _readers.Release();
        }
    }

    // On the writer's thread: the engine blocks, and a change of threads would cost as much as a small commit.
    public Task CommitAsync(WriteBatch batch)
    {
        _committing.Wait();
        _open.EnterReadLock();
        try
        {
            var connection = _database ?? throw new IOException("the database is not open");
            using var transaction = connection.BeginTransaction();
            _writing.Write(connection, batch);
            transaction.Commit();
            return Task.CompletedTask;
        }
        catch (DuckDBException exception)
        {
            Note(exception);
            throw;
        }
        finally
        {
            _open.ExitReadLock();
            _committing.Release();
        }
    }

    public async Task ChangeAsync(IReadOnlyList<Sql> statements, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => Use(connection => Change(connection, statements), cancellationToken), cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    public int Openings { get; private set; }

    public Task HoldAsync(Sql? visits, IReadOnlyList<DateTimeOffset> hours, long generation, CancellationToken cancellationToken)
    {
        var statements = new List<Sql> { new(Dialect) { Text = "delete from held.visits" }, new(Dialect) { Text = "delete from held.hours" } };
        if (visits is not null)
        {
            visits.Text = $"insert into held.visits ({VisitFigures.Columns}) {visits.Text}";
            var listed = new Sql(Dialect);
            listed.Text = $"insert into held.hours values {string.Join(", ", hours.Select(hour => $"({listed.Parameter(hour)})"))}";
            statements.Add(visits);
            statements.Add(listed);
        }

        return Task.Run(() => Use(connection => Change(connection, statements), cancellationToken), cancellationToken);
    }

    public async Task EraseReaderAsync(string reader, CancellationToken cancellationToken)
    {
        // A copy that is made now would still have them; it is made anew afterwards.
        StopPurging();
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await _committing.WaitAsync(cancellationToken);
            try
            {
                await Task.Run(() => Use(connection => DuckDbErasure.Erase(connection, reader, MarkErased), cancellationToken), cancellationToken);
            }
            finally
            {
                _committing.Release();
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    public async Task PurgeErasedAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_erasedMarker))
        {
            return;
        }

        await _changing.WaitAsync(cancellationToken);
        var purging = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_purgingLock)
        {
            _purging = purging;
        }

        var fresh = _path + ".new";
        try
        {
            // The engine leaves the bytes of deleted rows in blocks that hold others too, so only a new file is free of them. Events come
            // in and reports go on while it is written.
            await CopyAsync(fresh, purging.Token);
            await _committing.WaitAsync(purging.Token);
            try
            {
                await Task.Run(() => Use(connection => WithCopy(connection, fresh, () => DuckDbErasure.CatchUp(connection)), purging.Token), purging.Token);
                await Task.Run(() => Replace(fresh, purging.Token), purging.Token);
            }
            finally
            {
                _committing.Release();
            }

            File.Delete(_erasedMarker);
        }
        finally
        {
            StopPurging();
            DeleteDatabase(fresh);
            _changing.Release();
        }
    }

    public async Task<long> WriteParquetAsync(Sql sql, string path, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken);
        try
        {
            var rows = 0L;
            var copy = sql.Around(text => $"copy ({text}) to '{path.Replace("'", "''", StringComparison.Ordinal)}' (format parquet, compression zstd)");
            await Task.Run(() => Use(connection => rows = connection.Execute(copy), cancellationToken), cancellationToken);
            return rows;
        }
        finally
        {
            _readers.Release();
        }
    }

    public async Task BackUpAsync(string file, CancellationToken cancellationToken)
    {
        var unfinished = file + ".part";
        try
        {
            await CopyAsync(unfinished, cancellationToken);
            File.Move(unfinished, file);
        }
        finally
        {
            DeleteDatabase(unfinished);
        }
    }

    public void Mend()
    {
        if (_broken)
        {
            Reopen();
        }
    }

    public void CheckRoom()
    {
        // A checkpoint writes what the log holds a second time before the log is emptied.
        if (_drive.AvailableFreeSpace < Math.Max(MinimumFree, 2 * LogLength()))
        {
            throw RpcError.Of(ErrorReason.StoreFull, "the analytics store is full; nothing was written");
        }
    }

    public RpcException? MapError(Exception exception) => exception switch
    {
        DuckDBException duck when duck.Message.Contains("No space left", StringComparison.Ordinal) =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store ran out of room; send the same again", TimeSpan.FromSeconds(5)),
        DuckDBException when _broken => RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store is being opened anew", TimeSpan.FromSeconds(1)),
        DuckDBException or IOException => RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store can't be used", TimeSpan.FromSeconds(5)),
        _ => null,
    };

    public void Dispose()
    {
        _database?.Dispose();
        _lock.Dispose();
        _open.Dispose();
        _readers.Dispose();
        _changing.Dispose();
        _committing.Dispose();
        _purging?.Dispose();
    }

    private long MinimumFree => _options.MinimumFreeMegabytes * 1024L * 1024;

    private long LogLength() => new FileInfo(_path + ".wal") is { Exists: true } log ? log.Length : 0;

    private void Use(Action<DuckDBConnection> work, CancellationToken cancellationToken)
    {
        _open.EnterReadLock();
        try
        {
            using var connection = Connect();
            using var interrupt = cancellationToken.UnsafeRegister(static state => ((DuckDBConnection)state!).NativeConnection.Interrupt(), connection);
            work(connection);
        }
        catch (DuckDBException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Note(exception);
            throw;
        }
        finally
        {
            _open.ExitReadLock();
        }
    }

    /// <summary>Writes what is committed into a new database, without what was deleted.</summary>
    private async Task CopyAsync(string file, CancellationToken cancellationToken)
    {
        // The copy is compact, so it needs no more than the database has.
        if (_drive.AvailableFreeSpace < new FileInfo(_path).Length + LogLength() + MinimumFree)
        {
            throw RpcError.Of(ErrorReason.StoreFull, "there is no room for a copy of the analytics store");
        }

        // One statement: it sees one moment of the database, whatever is committed meanwhile.
        await Task.Run(() => Use(connection => WithCopy(connection, file, () => connection.Execute("copy from database analytics to copy")), cancellationToken), cancellationToken);
    }

    /// <summary>Runs what writes into a database that is attached as <c>copy</c>; it is on the disk afterwards.</summary>
    private static void WithCopy(DuckDBConnection connection, string file, Action write)
    {
        connection.Execute($"attach '{file.Replace("'", "''", StringComparison.Ordinal)}' as copy");
        try
        {
            write();
        }
        finally
        {
            connection.Execute("detach copy");
        }

        using var written = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        written.Flush(flushToDisk: true);
    }

    // Before the change is there: a process that ends in between writes the file anew for nothing, which is better than not at all.
    private void MarkErased()
    {
        using var marker = new FileStream(_erasedMarker, FileMode.Create, FileAccess.Write);
        marker.Flush(flushToDisk: true);
    }

    // Also when it has ended by itself.
    private void StopPurging()
    {
        lock (_purgingLock)
        {
            _purging?.Cancel();
            _purging?.Dispose();
            _purging = null;
        }
    }

    private void Replace(string fresh, CancellationToken cancellationToken)
    {
        // Whoever comes waits for the one who asks to be alone, so that one does not ask for long while somebody reads for long.
        while (!_open.TryEnterWriteLock(TimeSpan.FromMilliseconds(100)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(TimeSpan.FromMilliseconds(100));
        }

        try
        {
            // After it the log, which belongs to the old file, is empty.
            _database?.Execute("checkpoint");
            _database?.Dispose();
            _database = null;
            if (LogLength() > 0)
            {
                throw new IOException("the log of the database could not be emptied");
            }

            File.Delete(_path + ".wal");
            File.Move(fresh, _path, overwrite: true);
        }
        finally
        {
            if (_database is null)
            {
                Open();
            }

            _open.ExitWriteLock();
        }
    }

    private static void DeleteDatabase(string file)
    {
        File.Delete(file);
        File.Delete(file + ".wal");
    }

    private static void Change(DuckDBConnection connection, IReadOnlyList<Sql> statements)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var statement in statements)
        {
            connection.Execute(statement);
        }

        transaction.Commit();
    }

    private void Reopen()
    {
        _open.EnterWriteLock();
        try
        {
            // The engine is shared by all connections of a path: it starts anew when the last one is closed.
            _database?.Dispose();
            _database = null;
            Open();
            _broken = false;
        }
        finally
        {
            _open.ExitWriteLock();
        }
    }

    private void Open()
    {
        var database = Connect();
        try
        {
            DuckDbMigrations.Apply(database);
            _writing.Load(database);
            // What is held of open hours needs no file: it is folded anew whenever it is missing.
            database.Execute("attach if not exists ':memory:' as held");
            database.Execute("create table if not exists held.visits as select * from visits limit 0");
            database.Execute("create table if not exists held.hours (hour timestamp)");
            Openings++;
            _database = database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private DuckDBConnection Connect()
    {
        // Nothing is loaded from the network, and nothing but the database is read or written.
        var connection = new DuckDBConnection($"Data Source={_path};memory_limit={_options.MemoryMegabytes}MB;autoinstall_known_extensions=false;autoload_known_extensions=false;preserve_insertion_order=false");
        connection.Open();
        return connection;
    }

    private void Note(DuckDBException exception)
    {
        if (exception.Message.Contains("FATAL", StringComparison.Ordinal) || exception.Message.Contains("invalidated", StringComparison.Ordinal))
        {
            _broken = true;
        }
    }
}
