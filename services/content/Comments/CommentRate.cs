using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Comments;

/// <summary>How much one reader may write: kept in the store, so that all replicas count together.</summary>
internal static class CommentRate
{
    private const long Minute = 60_000_000;
    private const long Hour = 60 * Minute;

    /// <summary>Counts one more comment, edit or report of the reader, or refuses it and says when it is allowed.</summary>
    public static async Task TakeAsync(ContentTransaction content, string reader, CommentOptions options)
    {
        var now = ContentTransaction.ToMicroseconds(content.Now);
        var bytes = (byte[]?)await content.ScalarAsync("select times from comment_rates where reader = @reader", ("@reader", reader)) ?? [];
        var times = Enumerable.Range(0, bytes.Length / sizeof(long)).Select(index => BitConverter.ToInt64(bytes, index * sizeof(long)))
            .Where(time => time > now - Hour).Order().ToList();
        // The limit is free again when the one leaves the window that keeps it full.
        var free = Math.Max(FreeAt(now, times, Minute, options.PerMinute), FreeAt(now, times, Hour, options.PerHour));
        if (free > now)
        {
            throw RpcError.Retryable(
                ErrorReason.RateLimited,
                string.Create(CultureInfo.InvariantCulture, $"at most {options.PerMinute} comments, edits and reports a minute and {options.PerHour} an hour"),
                TimeSpan.FromMicroseconds(free - now));
        }

        times.Add(now);
        await content.ExecuteAsync(
            "insert into comment_rates (reader, times) values (@reader, @times) on conflict (reader) do update set times = excluded.times",
            ("@reader", reader), ("@times", times.SelectMany(BitConverter.GetBytes).ToArray()));
    }

    private static long FreeAt(long now, List<long> times, long window, int most) =>
        most <= 0 ? now + window : times.Count < most ? 0 : times[^most] + window;
}
