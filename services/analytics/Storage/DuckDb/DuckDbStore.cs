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
    private readonly DuckDbWriting _writing = new();
    private readonly AnalyticsOptions _options;
    private readonly string _path;
    private readonly FileStream _lock;
    private readonly DriveInfo _drive;
    // Readers hold it shared; opening the database anew needs everyone out.
    private readonly ReaderWriterLockSlim _open = new();
    private DuckDBConnection? _database;
    private volatile bool _broken;

    /// <exception cref="InvalidOperationException">The data folder is in use by another process.</exception>
    public DuckDbStore(AnalyticsOptions options)
    {
        _options = options;
        Directory.CreateDirectory(options.DataPath);
        _path = Path.GetFullPath(Path.Combine(options.DataPath, "analytics.duckdb"));
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

    public async Task BackUpAsync(string file, CancellationToken cancellationToken)
    {
        // The copy is compact, so it needs no more than the database has.
        if (_drive.AvailableFreeSpace < new FileInfo(_path).Length + LogLength() + MinimumFree)
        {
            throw RpcError.Of(ErrorReason.StoreFull, "there is no room for a copy of the analytics store");
        }

        var unfinished = file + ".part";
        try
        {
            // One statement: it sees one moment of the database, whatever is committed meanwhile.
            await Task.Run(
                () => Use(
                    connection =>
                    {
                        connection.Execute($"attach '{unfinished.Replace("'", "''", StringComparison.Ordinal)}' as copy");
                        try
                        {
                            connection.Execute("copy from database analytics to copy");
                        }
                        finally
                        {
                            connection.Execute("detach copy");
                        }
                    },
                    cancellationToken),
                cancellationToken);
            using (var written = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file);
        }
        finally
        {
            File.Delete(unfinished);
            File.Delete(unfinished + ".wal");
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
