using System.Data.Common;
using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Storage.DuckDb;

/// <summary>Running statements on a connection, with positional parameters (<c>$1</c>, <c>$2</c>, …).</summary>
internal static class DuckDbStatements
{
    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public static int Execute(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = Command(connection, sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(parameter ?? DBNull.Value));
        }

        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public static int Execute(this DuckDBConnection connection, Sql sql)
    {
        using var command = Command(connection, sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>Calls <paramref name="row"/> for each row, as rows come.</summary>
    public static void Read(this DuckDBConnection connection, Sql sql, Action<DbDataReader> row)
    {
        using var command = Command(connection, sql);
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            row(reader);
        }
    }

    /// <summary>The first value of the first row.</summary>
    public static T Scalar<T>(this DuckDBConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        return (T)command.ExecuteScalar()!;
    }

    private static DuckDBCommand Command(DuckDBConnection connection, Sql sql)
    {
        var command = Command(connection, sql.Text);
        foreach (var parameter in sql.Parameters)
        {
            command.Parameters.Add(new DuckDBParameter(parameter));
        }

        return command;
    }

    private static DuckDBCommand Command(DuckDBConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
