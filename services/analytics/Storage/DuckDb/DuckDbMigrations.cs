using System.Globalization;
using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Storage.DuckDb;

/// <summary>The schema, by numbered SQL files: each is run once, in a transaction, in the order of the numbers.</summary>
internal static class DuckDbMigrations
{
    /// <summary>Runs what has not been run yet.</summary>
    public static void Apply(DuckDBConnection connection)
    {
        connection.Execute("create table if not exists migrations (number integer, name varchar, applied_at timestamp)");
        var done = connection.Scalar<int>("select coalesce(max(number), 0)::integer from migrations");
        var known = 0;
        foreach (var (number, name, sql) in Scripts())
        {
            known = number;
            if (number <= done)
            {
                continue;
            }

            using (var transaction = connection.BeginTransaction())
            {
                connection.Execute(sql);
                connection.Execute("insert into migrations values ($1, $2, now()::timestamp)", number, name);
                transaction.Commit();
            }

            // A log that holds changes of the schema has left databases that could not be opened after a kill.
            connection.Execute("checkpoint");
        }

        if (done > known)
        {
            throw new InvalidOperationException($"the analytics store was written by a newer version (schema {done}, this program knows {known})");
        }
    }

    private static IEnumerable<(int Number, string Name, string Sql)> Scripts()
    {
        const string Folder = ".DuckDb.Migrations.";
        var assembly = typeof(DuckDbMigrations).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder, StringComparison.Ordinal))
            .Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
                return (int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file, text.ReadToEnd());
            })
            .OrderBy(script => script.Item1);
    }
}
