using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadsheet.Analytics.Storage.ClickHouse;

/// <summary>
/// The schema, by numbered SQL files of several statements. There are no transactions, so each statement can be run again;
/// a file is done when all of it was run.
/// </summary>
internal static partial class ClickHouseMigrations
{
    /// <summary>Runs what has not been run yet.</summary>
    public static async Task ApplyAsync(ClickHouseDatabase database, CancellationToken cancellationToken)
    {
        await database.CreateAsync(cancellationToken);
        await database.ExecuteAsync(
            "create table if not exists migrations (number UInt32, name String, applied_at DateTime64(6, 'UTC')) engine = ReplacingMergeTree order by number settings fsync_after_insert = 1",
            cancellationToken);
        var done = (await database.QueryAsync("select cast(coalesce(max(number), 0) as integer) from migrations", null, row => row.GetInt32(0), cancellationToken))[0];
        var known = 0;
        foreach (var (number, name, sql) in Scripts())
        {
            known = number;
            if (number <= done)
            {
                continue;
            }

            foreach (var statement in Ends().Split(sql))
            {
                if (Comments().Replace(statement, "").Trim().Length > 0)
                {
                    await database.ExecuteAsync(statement, cancellationToken);
                }
            }

            await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"insert into migrations values ({number}, '{name}', now64(6))"), cancellationToken);
        }

        if (done > known)
        {
            throw new InvalidOperationException($"the analytics database was written by a newer version (schema {done}, this program knows {known})");
        }
    }

    private static IEnumerable<(int Number, string Name, string Sql)> Scripts()
    {
        const string Folder = ".Storage.ClickHouse.Migrations.";
        var assembly = typeof(ClickHouseMigrations).Assembly;
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

    [GeneratedRegex(@";\s*(?:\n|$)", RegexOptions.NonBacktracking)]
    private static partial Regex Ends();

    [GeneratedRegex(@"--[^\n]*", RegexOptions.NonBacktracking)]
    private static partial Regex Comments();
}
