using System.Data.Common;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Storage;

/// <summary>
/// One transaction on the content store: statements with named parameters. What is read in a write transaction
/// stays true until it is committed, on every engine.
/// </summary>
internal sealed class ContentTransaction(DbConnection connection, DbTransaction transaction, FeedStatements feed, TimeProvider time, CancellationToken cancellationToken)
{
    private Timestamp? _now;

    /// <summary>The transaction's one time: everything that it writes bears it. In microseconds, as stored.</summary>
    public Timestamp Now => _now ??= FromMicroseconds(ToMicroseconds(Timestamp.FromDateTimeOffset(time.GetUtcNow())));

    /// <summary>How this engine writes the change feed.</summary>
    public FeedStatements Feed => feed;

    /// <summary>Resources whose change was appended to the feed, in order.</summary>
    public List<string> Changed { get; } = [];

    /// <summary>Set by work that only asks what would happen: the transaction is rolled back, not committed.</summary>
    public bool IsTrial { get; set; }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        return Run(Command(sql, parameters), cancellationToken);

        static async Task<int> Run(DbCommand command, CancellationToken cancellationToken)
        {
            await using (command)
            {
                return await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    /// <summary>The first column of the first row; null if there is none.</summary>
    public Task<object?> ScalarAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        return Run(Command(sql, parameters), cancellationToken);

        static async Task<object?> Run(DbCommand command, CancellationToken cancellationToken)
        {
            await using (command)
            {
                return await command.ExecuteScalarAsync(cancellationToken) is var value and not DBNull ? value : null;
            }
        }
    }

    /// <summary>The first row, or default.</summary>
    public Task<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        return Run(Command(sql, parameters), map, cancellationToken);

        static async Task<T?> Run(DbCommand command, Func<DbDataReader, T> map, CancellationToken cancellationToken)
        {
            await using (command)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await reader.ReadAsync(cancellationToken) ? map(reader) : default;
            }
        }
    }

    /// <summary>All rows.</summary>
    public Task<List<T>> AllAsync<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        return Run(Command(sql, parameters), map, cancellationToken);

        static async Task<List<T>> Run(DbCommand command, Func<DbDataReader, T> map, CancellationToken cancellationToken)
        {
            await using (command)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add(map(reader));
                }

                return rows;
            }
        }
    }

    /// <summary>The rows one by one, for results that must not be held in memory together.</summary>
    public IAsyncEnumerable<T> EachAsync<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        return Run(Command(sql, parameters), map, cancellationToken);

        static async IAsyncEnumerable<T> Run(DbCommand command, Func<DbDataReader, T> map, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using (command)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    yield return map(reader);
                }
            }
        }
    }

    /// <summary>
    /// Runs the work so that its failure undoes it alone and not the transaction; the failure is returned, null if
    /// there was none.
    /// </summary>
    public async Task<Exception?> TryAsync(Func<Task> work)
    {
        var changed = Changed.Count;
        await transaction.SaveAsync("part", cancellationToken);
        try
        {
            await work();
            await transaction.ReleaseAsync("part", cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is not (DbException or OperationCanceledException))
        {
            await transaction.RollbackAsync("part", cancellationToken);
            await transaction.ReleaseAsync("part", cancellationToken);
            Changed.RemoveRange(changed, Changed.Count - changed);
            return exception;
        }
    }

    public static long ToMicroseconds(Timestamp time) => (time.Seconds * 1_000_000) + (time.Nanos / 1_000);

    public static Timestamp FromMicroseconds(long microseconds) => new()
    {
        Seconds = Math.DivRem(microseconds, 1_000_000, out var rest) - (rest < 0 ? 1 : 0),
        Nanos = (int)((rest < 0 ? rest + 1_000_000 : rest) * 1_000),
    };

    private DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value switch
            {
                null => DBNull.Value,
                ByteString bytes => bytes.ToByteArray(),
                IMessage message => message.ToByteArray(),
                _ => value,
            };
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

/// <summary>The statements that differ between the engines.</summary>
/// <param name="Advance">Makes the next version greater than <c>@version</c>.</param>
/// <param name="NextVersion">Takes the version of the next change; <c>@now</c> is the transaction's time.</param>
/// <param name="Append">Writes a change: <c>@version, @resource, @time, @all, @all_gone, @published, @published_gone</c>.</param>
internal sealed record FeedStatements(string Advance, string NextVersion, string Append);

/// <summary>Reads columns that hold messages.</summary>
internal static class MessageColumns
{
    public static T Message<T>(this DbDataReader row, int column, MessageParser<T> parser)
        where T : IMessage<T> =>
        parser.ParseFrom(row.GetFieldValue<byte[]>(column));
}
