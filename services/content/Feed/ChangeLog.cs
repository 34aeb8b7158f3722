using System.Diagnostics;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Feed;

/// <summary>Writes and reads the change feed, inside a transaction.</summary>
internal static class ChangeLog
{
    /// <summary>
    /// Takes the version of the next change. Per resource versions only grow, also over deletion and re-creation, so
    /// the version of its newest change is the resource's.
    /// </summary>
    public static async Task<long> NextVersionAsync(this ContentTransaction content) =>
        (long)(await content.ScalarAsync(content.Feed.NextVersion, ("@now", ContentTransaction.ToMicroseconds(content.Now))))!;

    /// <summary>Makes the next version greater than this one, which came from elsewhere.</summary>
    public static Task AdvanceVersionAsync(this ContentTransaction content, long version) =>
        content.ScalarAsync(content.Feed.Advance, ("@version", Math.Max(version, 1)));

    /// <summary>
    /// Appends a change. <paramref name="all"/> is what the view ALL shows, <paramref name="published"/> what
    /// PUBLISHED shows (null: nothing); only their payloads need to be set.
    /// </summary>
    public static async Task AppendAsync(this ContentTransaction content, long version, string resource, Change all, Change? published)
    {
        Complete(all);
        if (published is not null)
        {
            Complete(published);
        }

        await content.ExecuteAsync(
            content.Feed.Append,
            ("@version", version),
            ("@resource", resource),
            ("@time", ContentTransaction.ToMicroseconds(content.Now)),
            ("@all", all),
            ("@all_gone", IsGone(all)),
            ("@published", published),
            ("@published_gone", IsGone(published)));
        content.Changed.Add(resource);

        static int IsGone(Change? change) => change?.PayloadCase == Change.PayloadOneofCase.Tombstone ? 1 : 0;

        void Complete(Change change)
        {
            change.Resource = resource;
            change.Version = version;
            change.CommitTime = content.Now;
            change.TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";
        }
    }

    /// <summary>Appends that the resource is gone.</summary>
    public static async Task AppendTombstoneAsync(this ContentTransaction content, string resource, bool wasPublished) => await content.AppendAsync(
        await content.NextVersionAsync(), resource, new Change { Tombstone = new() }, wasPublished ? new Change { Tombstone = new() } : null);

    /// <summary>The changes of a view after a position, oldest first, as stored.</summary>
    public static IAsyncEnumerable<(long Position, byte[] Message)> ChangesAfterAsync(this ContentTransaction content, FeedView view, long position, int limit)
    {
        var sql = view == FeedView.All
            ? "select position, all_change from changes where position > @position and all_change is not null order by position limit @limit"
            : "select position, published_change from changes where position > @position and published_change is not null order by position limit @limit";
        return content.EachAsync(sql, row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), ("@position", position), ("@limit", limit));
    }

    /// <summary>How far the feed has come, and what it no longer has.</summary>
    public static async Task<FeedState> FeedStateAsync(this ContentTransaction content) => (await content.FirstAsync(
        "select f.position, f.commit_time, c.compacted, c.dropped from feed f, compaction c",
        row => new FeedState(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))))!;
}

/// <summary>How far the feed has come, and what it no longer has.</summary>
/// <param name="Head">Position of the newest change.</param>
/// <param name="HeadTime">When it was committed, in Unix microseconds.</param>
/// <param name="Compacted">Changes up to here were freed of those that newer ones among them replace.</param>
/// <param name="Dropped">Newest position of a tombstone that is no longer kept.</param>
internal sealed record FeedState(long Head, long HeadTime, long Compacted, long Dropped);
