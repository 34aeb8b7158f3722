using System.Data.Common;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Storage;

/// <summary>One transaction on the content store: statements with named parameters, and the change feed's writer.</summary>
internal sealed class ContentTransaction(DbConnection connection, DbTransaction transaction, TimeProvider time)
{
    private Timestamp? _now;

    /// <summary>The transaction's one time: everything that it writes bears it. In microseconds, as stored.</summary>
    public Timestamp Now => _now ??= FromMicroseconds(ToMicroseconds(Timestamp.FromDateTimeOffset(time.GetUtcNow())));

    /// <summary>True once a change was appended to the feed.</summary>
    public bool HasChanges { get; set; }

    /// <summary>Set by work that only asks what would happen: the transaction is rolled back, not committed.</summary>
    public bool IsTrial { get; set; }

    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar();
    }

    /// <summary>The first row, or default.</summary>
    public T? First<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    public List<T> All<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>The rows one by one, for results that must not be held in memory together.</summary>
    public IEnumerable<T> Each<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        return Rows(Command(sql, parameters), map);

        static IEnumerable<T> Rows(DbCommand command, Func<DbDataReader, T> map)
        {
            using (command)
            {
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    yield return map(reader);
                }
            }
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

/// <summary>Reads columns that hold messages.</summary>
internal static class MessageColumns
{
    public static T Message<T>(this DbDataReader row, int column, MessageParser<T> parser)
        where T : IMessage<T> =>
        parser.ParseFrom(row.GetFieldValue<byte[]>(column));
}
