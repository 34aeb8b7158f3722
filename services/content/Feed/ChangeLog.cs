using System.Diagnostics;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Feed;

/// <summary>Writes the change feed, inside the transaction that makes the change.</summary>
internal static class ChangeLog
{
    /// <summary>
    /// The position that the next change of this transaction gets. It is also the version of the resource that
    /// changes: positions grow, so versions do.
    /// </summary>
    public static long NextPosition(this ContentTransaction content) =>
        (long)content.Scalar("select coalesce(max(position), 0) + 1 from changes")!;

    /// <summary>
    /// Appends a change at the position. <paramref name="all"/> is what the view ALL shows,
    /// <paramref name="published"/> what PUBLISHED shows (null: nothing); only their payloads need to be set.
    /// </summary>
    public static void Append(this ContentTransaction content, long position, string resource, Change all, Change? published)
    {
        Complete(all);
        if (published is not null)
        {
            Complete(published);
        }

        content.Execute(
            "insert into changes (position, resource, commit_time, all_change, published_change) values (@position, @resource, @time, @all, @published)",
            ("@position", position),
            ("@resource", resource),
            ("@time", ContentTransaction.ToMicroseconds(content.Now)),
            ("@all", all),
            ("@published", published));
        content.HasChanges = true;

        void Complete(Change change)
        {
            change.Resource = resource;
            change.Version = position;
            change.CommitTime = content.Now;
            change.TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";
        }
    }

    /// <summary>The changes of a view after a position, oldest first, as stored. Stop reading when there are enough.</summary>
    public static IEnumerable<(long Position, byte[] Message)> ChangesAfter(this ContentTransaction content, FeedView view, long position)
    {
        var sql = view == FeedView.All
            ? "select position, all_change from changes where position > @position order by position"
            : "select position, published_change from changes where position > @position and published_change is not null order by position";
        return content.Each(sql, row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), ("@position", position));
    }
}
