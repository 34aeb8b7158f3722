using System.Data.Common;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using DbUp;
using DbUp.Engine.Output;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Content.Storage;

/// <summary>
/// The SQLite database of content. Writers are serial: one transaction at a time, begun as a write (BEGIN
/// IMMEDIATE), and durable (synchronous=FULL in WAL mode: the log is fsynced) before the call that made it is
/// answered. Readers see the last committed state and never wait for writers.
/// </summary>
internal sealed class ContentStore : IDisposable
{
    private readonly string _connectionString;
    private readonly FileStream _lock;
    private readonly SqliteConnection _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TimeProvider _time;

    /// <summary>Opens (or creates) the database in the folder and brings its schema up to date.</summary>
    public ContentStore(ContentOptions options, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(options.DataPath);
        _lock = Lock(Path.Combine(options.DataPath, "content.lock"));
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(options.DataPath, "content.db"),
            DefaultTimeout = 5,
            ForeignKeys = true,
        }.ToString();
        try
        {
            Migrate();
            _writer = Open();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Signalled after each commit that changed the feed.</summary>
    public FeedSignal Committed { get; } = new();

    /// <summary>The feed's identity: cursors of another database are told by it.</summary>
    public byte[] FeedId { get; private set; } = [];

    /// <summary>
    /// Runs the work in the one write transaction. It is committed, durably, when the work returns, and rolled back
    /// when it throws.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<ContentTransaction, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            using var transaction = _writer.BeginTransaction(deferred: false);
            var content = new ContentTransaction(_writer, transaction, _time);
            var result = work(content);
            if (content.IsTrial)
            {
                return result;
            }

            // From here on the outcome is decided by the store, not by a caller who loses patience.
            transaction.Commit();
            if (content.HasChanges)
            {
                Committed.Set();
            }

            return result;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Runs the work on one consistent snapshot.</summary>
    public T Read<T>(Func<ContentTransaction, T> work)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        return work(new ContentTransaction(connection, transaction, _time));
    }

    /// <summary>Errors of the store as what they mean to a caller; driver text stays here.</summary>
    public static RpcException? MapError(Exception exception) => exception is not SqliteException sqlite ? null : sqlite.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_FULL => RpcError.Of(ErrorReason.StoreFull, "the content store is full; nothing was written"),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the content store is busy", TimeSpan.FromSeconds(1)),
        SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY
            or SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the content store can't be used", TimeSpan.FromSeconds(5)),
        _ => null,
    };

    public void Dispose()
    {
        _writer.Dispose();
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _writing.Dispose();
        _lock.Dispose();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        // Both are settings of a connection, and pooled connections keep them; setting them again costs microseconds.
        command.CommandText = "pragma synchronous = full; pragma journal_size_limit = 67108864;";
        command.ExecuteNonQuery();
        return connection;
    }

    private void Migrate()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "pragma journal_mode = wal";
            command.ExecuteNonQuery();
        }

        var result = DeployChanges.To.SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(ContentStore).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException("the content store's schema can't be brought up to date", result.Error);
        }

        FeedId = Read(content => (byte[])content.Scalar("select feed_id from feed")!);
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

/// <summary>Where content keeps its data. Section <c>Broadsheet:Content</c>.</summary>
internal sealed class ContentOptions
{
    /// <summary>Folder of the database.</summary>
    /// <value><c>.data/content</c> below the working directory.</value>
    public string DataPath { get; set; } = Path.Combine(".data", "content");
}

/// <summary>Ready only while the store can be read.</summary>
internal sealed class StoreHealthCheck(ContentStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            store.Read(content => content.Scalar("select 1 from feed"));
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (DbException exception)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("the content store can't be used", exception));
        }
    }
}
