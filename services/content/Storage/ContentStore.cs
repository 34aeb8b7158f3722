using System.Security.Cryptography;
using Grpc.Core;

namespace Broadsheet.Content.Storage;

/// <summary>
/// The database of content. A write transaction behaves as if it were alone, is committed as a whole, and is durable
/// before the call that made it is answered; a read sees one committed state and never waits for writers.
/// </summary>
internal abstract class ContentStore : IAsyncDisposable
{
    /// <summary>Signalled when the feed has grown.</summary>
    public FeedSignal Grown { get; } = new();

    /// <summary>The feed's identity: cursors of another database are told by it.</summary>
    public byte[] FeedId { get; protected set; } = [];

    /// <summary>
    /// Called with resources that have changed: by this replica after the commit and before its call is answered, by
    /// others as soon as this one hears of it.
    /// </summary>
    public event Action<IReadOnlyList<string>>? Changed;

    /// <summary>True while <see cref="Changed"/> tells of every change within the time that the contract promises.</summary>
    public virtual bool TellsChanges => true;

    /// <summary>
    /// Runs the work in a write transaction. It is committed, durably, when the work returns, and rolled back when it
    /// throws. The work may be run again if another transaction came in between, so it touches nothing but the transaction.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs the work on one consistent snapshot.</summary>
    public abstract Task<T> ReadAsync<T>(Func<ContentTransaction, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Opens the database, brings its schema up to date if that is asked for, and throws what stands against it.</summary>
    public abstract Task OpenAsync(bool migrate, CancellationToken cancellationToken);

    /// <summary>Makes the database another feed: every cursor given before expires. For one that was restored from a backup.</summary>
    public async Task RenewFeedAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(content => content.ExecuteAsync("update feed set feed_id = @id", ("@id", RandomNumberGenerator.GetBytes(8))), cancellationToken);
        await LoadFeedIdAsync(cancellationToken);
        Grown.Set();
    }

    /// <summary>An error of the store as what it means to a caller, null if it is not one; driver text stays here.</summary>
    public abstract RpcException? MapError(Exception exception);

    public abstract ValueTask DisposeAsync();

    /// <summary>The store that the options name.</summary>
    public static ContentStore Create(ContentOptions options, TimeProvider time) => options.Store switch
    {
        StoreKind.Sqlite => new Sqlite.SqliteStore(options, time),
        StoreKind.Postgres => new Postgres.PostgresStore(options, time),
        _ => throw new InvalidOperationException($"Broadsheet:Content:Store: unknown store '{options.Store}'"),
    };

    /// <summary>True from a write that found no room until one that did.</summary>
    public bool IsFull { get; protected set; }

    /// <summary>Raises <see cref="Changed"/>.</summary>
    public void Tell(IReadOnlyList<string> resources) => Changed?.Invoke(resources);

    protected async Task LoadFeedIdAsync(CancellationToken cancellationToken) => FeedId = await ReadAsync(
        async content => (byte[])(await content.ScalarAsync("select feed_id from feed"))!, cancellationToken);
}
