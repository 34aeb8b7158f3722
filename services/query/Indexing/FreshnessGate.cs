using Broadsheet.Contracts;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Query.V1;
using Grpc.Core;

namespace Broadsheet.Query.Indexing;

/// <summary>Holds a call back until the index has what its caller has seen already.</summary>
internal sealed class FreshnessGate(IndexKeeper keeper, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    // Time to answer that it did not work, before the deadline says so.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(50);

    // The index may be replaced while one waits for a refresh of the old one.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits, within the deadline and at most 1 s, until the index holds the version.</summary>
    /// <exception cref="RpcException">NOT_YET_APPLIED, or INVALID_FIELD if the etag is none.</exception>
    public async Task WaitAsync(Freshness? asked, ServerCallContext context)
    {
        if (asked is null)
        {
            return;
        }

        if (!Etag.TryGetVersion(asked.Etag, out var version))
        {
            throw RpcError.InvalidField("at_least_as_fresh.etag", "is not an etag of a story");
        }

        var started = time.GetTimestamp();
        var patience = context.Deadline == DateTime.MaxValue ? Patience : context.Deadline - time.GetUtcNow().UtcDateTime - Margin;
        patience = patience < Patience ? patience : Patience;
        while (true)
        {
            var refresh = keeper.Current.Index.NextRefresh;
            using (var reading = keeper.Read())
            {
                if (reading.VersionOf(asked.Story) >= version)
                {
                    return;
                }
            }

            var left = patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw RpcError.Retryable(ErrorReason.NotYetApplied, $"the index does not hold {asked.Story} at {asked.Etag} yet", RetryAfter);
            }

            await refresh.WaitAsync(left < LongestWait ? left : LongestWait, time, context.CancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
