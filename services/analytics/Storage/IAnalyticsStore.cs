using System.Collections;
using System.Data.Common;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage;

/// <summary>
/// Where analytics keeps what it knows: DuckDB in the process (<see cref="DuckDb.DuckDbStore"/>) or a ClickHouse server. Statements are
/// the same on both but for the words of a <see cref="SqlDialect"/>.
/// </summary>
internal interface IAnalyticsStore
{
    /// <summary>What the engine is called: <c>duckdb</c> or <c>clickhouse</c>.</summary>
    string Engine { get; }

    /// <summary>The engine's words.</summary>
    SqlDialect Dialect { get; }

    /// <summary>Runs a statement that changes nothing and calls <paramref name="row"/> for each row, as rows come.</summary>
    Task ReadAsync(Sql sql, Action<DbDataReader> row, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a batch. When this is done it is durable. After an error it is not known what of it is there: sending the same again
    /// changes nothing that is there already, and whoever keeps a copy of the tables in memory reads it anew. Only the writer calls this.
    /// </summary>
    Task CommitAsync(WriteBatch batch);

    /// <summary>
    /// Runs statements that change tables which the writer does not append to, or rows that it has appended; in one transaction where
    /// the engine has them, else in their order. One caller at a time; does not wait for the writer, nor the writer for it.
    /// </summary>
    Task ChangeAsync(IReadOnlyList<Sql> statements, CancellationToken cancellationToken);

    /// <summary>
    /// Puts what is folded of open hours in the place of what was held before (<see cref="SqlDialect.OpenVisits"/>,
    /// <see cref="SqlDialect.OpenHours"/>); a statement sees all of the one or all of the other. It need not outlive the process.
    /// </summary>
    /// <param name="visits">A select of the columns of visits; null for none.</param>
    /// <param name="hours">The hours that it is of.</param>
    /// <param name="generation">Higher than any before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task HoldAsync(Sql? visits, IReadOnlyList<DateTimeOffset> hours, long generation, CancellationToken cancellationToken);

    /// <summary>How often the store was opened: what is held is gone with each time.</summary>
    int Openings { get; }

    /// <summary>
    /// Takes a reader's name, and the connections of their visits, out of all tables and deletes their insights. Their bytes may stay in
    /// files until <see cref="PurgeErasedAsync"/>.
    /// </summary>
    Task EraseReaderAsync(string reader, CancellationToken cancellationToken);

    /// <summary>
    /// Takes what was erased since this was last done out of the files; does nothing if nothing was, or if the engine does it by itself
    /// in time. Events wait to be written meanwhile.
    /// </summary>
    Task PurgeErasedAsync(CancellationToken cancellationToken);

    /// <summary>Writes the result of a statement into a new file as Parquet; returns how many rows it has.</summary>
    Task<long> WriteParquetAsync(Sql sql, string path, CancellationToken cancellationToken);

    /// <summary>Copies everything that is committed into a file that does not exist yet, while the writer goes on.</summary>
    /// <exception cref="RpcException">The store is not embedded (STORE_NOT_EMBEDDED), or there is too little room (STORE_FULL).</exception>
    Task BackUpAsync(string file, CancellationToken cancellationToken);

    /// <summary>Looks whether something can be written, before it is tried.</summary>
    /// <exception cref="RpcException">There is too little room (STORE_FULL).</exception>
    void CheckRoom();

    /// <summary>Makes the store usable again after an error that it does not survive by itself; does nothing otherwise.</summary>
    void Mend();

    /// <summary>What the engine's errors mean to callers; null for other exceptions.</summary>
    RpcException? MapError(Exception exception);
}

/// <summary>Reading whole results.</summary>
internal static class AnalyticsStoreReading
{
    /// <summary>All rows.</summary>
    public static async Task<List<T>> QueryAsync<T>(this IAnalyticsStore store, Sql sql, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await store.ReadAsync(sql, reader => rows.Add(row(reader)), cancellationToken);
        return rows;
    }

    /// <summary>All rows of a statement without parameters.</summary>
    public static Task<List<T>> QueryAsync<T>(this IAnalyticsStore store, string text, Func<DbDataReader, T> row, CancellationToken cancellationToken) =>
        store.QueryAsync(new Sql(store.Dialect) { Text = text }, row, cancellationToken);

    /// <summary>A moment as it was before it was stored.</summary>
    public static DateTimeOffset Moment(this DbDataReader reader, int column) =>
        new(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

    /// <summary>Text, or an empty one for null.</summary>
    public static string TextOf(this DbDataReader reader, int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);

    /// <summary>The elements of an array.</summary>
    public static IEnumerable<T> ElementsOf<T>(this DbDataReader reader, int column) => ((IEnumerable)reader.GetValue(column)).Cast<T>();
}
