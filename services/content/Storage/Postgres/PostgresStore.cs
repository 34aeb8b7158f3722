using System.Data;
using System.Diagnostics;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using DbUp;
using Grpc.Core;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Broadsheet.Content.Storage.Postgres;

/// <summary>
/// Content on PostgreSQL. Writes are SERIALIZABLE, so that work which was written for one writer at a time stays
/// right with many, and are run again when the database found that they can't be put in a row.
/// </summary>
internal sealed class PostgresStore : ContentStore
{
    // Versions come from a sequence: a transaction that changes a resource after another has seen that one's commit,
    // so per resource they grow in commit order. Positions are given later, by the sequencer.
    private static readonly FeedStatements Statements = new(
        Advance: "select setval('change_version', greatest(@version, nextval('change_version')))",
        NextVersion: "select nextval('change_version')",
        Append: """
            insert into outbox (version, resource, commit_time, all_change, all_gone, published_change, published_gone)
            values (@version, @resource, @time, @all, @all_gone, @published, @published_gone)
            """);

    // Another transaction came in between: two that touched the same, that waited for each other, or that took the same address.
    private static readonly string[] Conflicts =
        [PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.ForeignKeyViolation];

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retry;

    public PostgresStore(ContentOptions options, TimeProvider time)
    {
        if (options.ConnectionString.Length == 0)
        {
            throw new InvalidOperationException("Broadsheet:Content:ConnectionString is required with the store postgres");
        }

        _time = time;
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString) { MaxAutoPrepare = 200, AutoPrepareMinUsages = 2 };
        connection.ApplicationName ??= "broadsheet-content";
        _connectionString = connection.ToString();
        Source = NpgsqlDataSource.Create(connection);
        _retry = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PostgresException>(exception => Conflicts.Contains(exception.SqlState)),
                MaxRetryAttempts = 20,
                Delay = TimeSpan.FromMilliseconds(2),
                MaxDelay = TimeSpan.FromMilliseconds(250),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    /// <summary>Connections to the database.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>When the feed was last looked at for changes of other replicas, as a timestamp of the stopwatch; 0 if never.</summary>
    public long LastLook { get; set; }

    public override bool TellsChanges => LastLook != 0 && Stopwatch.GetElapsedTime(LastLook) < LongestLook;

    /// <summary>Signalled when a transaction of this replica has left changes that wait for their position.</summary>
    public FeedSignal Unnumbered { get; } = new();

    public override async Task OpenAsync(bool migrate, CancellationToken cancellationToken)
    {
        if (migrate)
        {
            // Replicas that start together migrate one after the other. The lock belongs to this connection's session.
            await using var connection = await Source.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"select pg_advisory_lock({AdvisoryLocks.Migration})", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            try
            {
                Schema.Upgrade(DeployChanges.To.PostgresqlDatabase(_connectionString), "Postgres");
            }
            finally
            {
                command.CommandText = $"select pg_advisory_unlock({AdvisoryLocks.Migration})";
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        else
        {
            Schema.Check(DeployChanges.To.PostgresqlDatabase(_connectionString), "Postgres");
        }

        await LoadFeedIdAsync(cancellationToken);
    }

    public override async Task<T> WriteAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _retry.ExecuteAsync(async token => await AttemptAsync(work, token), cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DiskFull)
        {
            IsFull = true;
            throw;
        }
    }

    public override async Task<T> ReadAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await work(new ContentTransaction(connection, transaction, Statements, _time, cancellationToken));
    }

    public override RpcException? MapError(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => RpcError.Of(ErrorReason.StoreFull, "the content store is full; nothing was written"),
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "too many callers change the same resources", TimeSpan.FromSeconds(1)),
        // What the database itself calls its own trouble: resources, operator, system; and read-only after a failover.
        PostgresException { SqlState: ['5', '3' or '7' or '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction } =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the content store can't be used", TimeSpan.FromSeconds(2)),
        PostgresException => null,
        NpgsqlException =>
            RpcError.Retryable(ErrorReason.StoreUnavailable, "the content store can't be reached; whether the last change was made is not known, so repeat it with the same request_id", TimeSpan.FromSeconds(2)),
        _ => null,
    };

    private async Task<T> AttemptAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken token)
    {
        await using var connection = await Source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable, token);
        var content = new ContentTransaction(connection, transaction, Statements, _time, token);
        var result = await work(content);
        if (content.IsTrial)
        {
            return result;
        }

        token.ThrowIfCancellationRequested();
        // From here on the outcome is decided by the store, not by a caller who loses patience.
        await transaction.CommitAsync(CancellationToken.None);
        IsFull = false;
        if (content.Changed.Count > 0)
        {
            Tell(content.Changed);
            Unnumbered.Set();
        }

        return result;
    }

    public override async ValueTask DisposeAsync() => await Source.DisposeAsync();
}

/// <summary>Keys of the advisory locks that replicas take, of the database's own number space.</summary>
internal static class AdvisoryLocks
{
    /// <summary>Held while the schema is brought up to date.</summary>
    public const long Migration = 0x62726f61_64736801;

    /// <summary>Held while changes are numbered.</summary>
    public const long Sequencer = 0x62726f61_64736802;
}
