using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using DuckDB.NET.Data;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage;

/// <summary>
/// Analytics on DuckDB, in the process. One process owns the data folder; one writer writes (<see cref="StoreWriter"/>),
/// any number of readers read, each what was committed when it began. A commit is an fsync of the write-ahead log.
/// </summary>
internal sealed class AnalyticsStore : IDisposable
{
    // Reports are parallel inside the engine; more of them at once only share the same cores.
    private const int MaxReaders = 4;

    private readonly SemaphoreSlim _readers = new(MaxReaders, MaxReaders);
    private readonly AnalyticsOptions _options;
    private readonly string _path;
    private readonly FileStream _lock;
    private readonly DriveInfo _drive;
    // Readers hold it shared; opening the database anew needs everyone out.
    private readonly ReaderWriterLockSlim _open = new();
    private DuckDBConnection? _database;
    private volatile bool _broken;

    /// <exception cref="InvalidOperationException">The data folder is in use by another process.</exception>
    public AnalyticsStore(AnalyticsOptions options)
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

    /// <summary>True while there is too little room on the disk to write.</summary>
    public bool IsFull { get; private set; }

    /// <summary>True from an error that the engine does not survive until it was opened anew.</summary>
    public bool IsBroken => _broken;

    /// <summary>Runs statements that change nothing, on a connection of their own.</summary>
    public async Task<T> ReadAsync<T>(Func<DuckDBConnection, T> work, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(work, cancellationToken), cancellationToken);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>Like <see cref="ReadAsync"/>, on the calling thread.</summary>
    public T Read<T>(Func<DuckDBConnection, T> work, CancellationToken cancellationToken)
    {
        _open.EnterReadLock();
        try
        {
            using var connection = Connect();
            using var transaction = connection.BeginTransaction();
            using var interrupt = cancellationToken.UnsafeRegister(static state => ((DuckDBConnection)state!).NativeConnection.Interrupt(), connection);
            return work(connection);
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

    /// <summary>
    /// Runs statements in one transaction and commits it. Only the writer calls this. After any error it is not known
    /// whether the transaction is there: whoever keeps a copy of it in memory reads it anew.
    /// </summary>
    public void Write(Action<DuckDBConnection> work)
    {
        _open.EnterReadLock();
        try
        {
            var connection = _database ?? throw new IOException("the database is not open");
            using var transaction = connection.BeginTransaction();
            work(connection);
            transaction.Commit();
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

    /// <summary>Opens the database anew if the engine gave up on it.</summary>
    public void Mend()
    {
        if (_broken)
        {
            Reopen();
        }
    }

    /// <summary>Looks at the room on the disk.</summary>
    /// <exception cref="RpcException">There is too little of it (STORE_FULL).</exception>
    public void CheckRoom()
    {
        // A checkpoint writes what the log holds a second time before the log is emptied.
        var log = new FileInfo(_path + ".wal");
        var needed = Math.Max(_options.MinimumFreeMegabytes * 1024L * 1024, 2 * (log.Exists ? log.Length : 0));
        IsFull = _drive.AvailableFreeSpace < needed;
        if (IsFull)
        {
            throw RpcError.Of(ErrorReason.StoreFull, "the analytics store is full; nothing was written");
        }
    }

    /// <summary>What the engine's errors mean to callers.</summary>
    public RpcException? MapError(Exception exception) => exception switch
    {
        DuckDBException duck when duck.Message.Contains("No space left", StringComparison.Ordinal) =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store ran out of room; send the same again", TimeSpan.FromSeconds(5)),
        DuckDBException when IsBroken => RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store is being opened anew", TimeSpan.FromSeconds(1)),
        DuckDBException or IOException => RpcError.Retryable(ErrorReason.StoreUnavailable, "the analytics store can't be used", TimeSpan.FromSeconds(5)),
        _ => null,
    };

    public void Dispose()
    {
        _database?.Dispose();
        _lock.Dispose();
        _open.Dispose();
        _readers.Dispose();
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
            Migrations.Apply(database);
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
