using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Storage;

/// <summary>Running statements with positional parameters (<c>$1</c>, <c>$2</c>, …).</summary>
internal static class Statements
{
    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public static int Execute(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row.</summary>
    public static T Scalar<T>(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>All rows.</summary>
    public static List<T> Query<T>(this DuckDBConnection connection, string sql, Func<DuckDBDataReader, T> row, params ReadOnlySpan<object?> parameters)
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>A moment as the engine keeps it: UTC, in microseconds.</summary>
    public static DateTime Stored(this DateTimeOffset moment) => moment.UtcDateTime;

    /// <summary>A moment as it was before it was stored.</summary>
    public static DateTimeOffset Moment(this DuckDBDataReader reader, int column) =>
        new(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

    /// <summary>Text, or an empty one for null.</summary>
    public static string Text(this DuckDBDataReader reader, int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);

    private static DuckDBCommand Command(DuckDBConnection connection, string sql, ReadOnlySpan<object?> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(parameter ?? DBNull.Value));
        }

        return command;
    }
}
