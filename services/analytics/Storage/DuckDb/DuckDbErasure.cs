using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Storage.DuckDb;

/// <summary>Takes a reader out of the tables. What stood there stays in the file until it is written anew.</summary>
internal static class DuckDbErasure
{
    /// <summary>Erases; calls <paramref name="beforeCommit"/> if there is something to erase.</summary>
    public static void Erase(DuckDBConnection connection, string reader, Action beforeCommit)
    {
        using var transaction = connection.BeginTransaction();
        var changed = connection.Execute(
            """
            update events set reader = case when reader = $1 then null else reader end, visitor = null
            where reader = $1 or (story, visit) in (select story, visit from events where reader = $1 and visit is not null)
            """,
            reader);
        changed += connection.Execute("update visits set reader = null, visitor = null where reader = $1", reader);
        changed += connection.Execute("update comments set author = '' where author = $1", reader);
        changed += connection.Execute("delete from insights where reader = $1", reader);
        if (changed > 0)
        {
            beforeCommit();
            transaction.Commit();
        }
    }

    /// <summary>
    /// Brings a copy of the database (attached as <c>copy</c>) up to what the writer committed while it was made: events are only ever
    /// added to, and what else it writes is little.
    /// </summary>
    public static void CatchUp(DuckDBConnection connection)
    {
        // Events wait for their commit, but not so long.
        connection.Execute(
            """
            insert into copy.events
            with new as (select coalesce(max(received_at) - interval 10 minute, timestamp '1970-01-01') as since from copy.events)
            select e.* from events e, new where e.received_at >= new.since
            and e.event_id not in (select c.event_id from copy.events c, new where c.received_at >= new.since)
            """);
        var tables = new List<string>();
        connection.Read(
            new Sql(new DuckDbDialect()) { Text = "select table_name from duckdb_tables() where database_name = 'analytics' and table_name not in ('events', 'visits')" },
            row => tables.Add(row.GetString(0)));
        foreach (var table in tables)
        {
            connection.Execute($"delete from copy.{table}");
            connection.Execute($"insert into copy.{table} select * from {table}");
        }
    }
}
