using Broadsheet.Analytics.V1;
using Broadsheet.Clients;
using Broadsheet.Query.V1;
using Grpc.Core;

namespace Broadsheet.Query.Explore;

/// <summary>
/// Asks analytics what trends. Nobody waits long for it, and it is not asked at all for a while when it keeps failing:
/// a feed by publish time is better than none.
/// </summary>
/// <param name="client">Analytics; null if this service knows none.</param>
/// <param name="time">Clock of the deadlines.</param>
/// <param name="logger">Where failures are said.</param>
internal sealed partial class TrendingSource(ReportService.ReportServiceClient? client, TimeProvider time, ILogger<TrendingSource> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    /// <summary>How analytics is called: few failures in a row are enough to leave it alone.</summary>
    /// <param name="clock">Clock of the circuit breaker.</param>
    public static BroadsheetClientOptions Options(TimeProvider clock) => new()
    {
        MinimumCalls = 5,
        BreakDuration = TimeSpan.FromSeconds(5),
        TimeProvider = clock,
    };

    /// <summary>What trends, or why that is not known.</summary>
    /// <param name="community">Only stories of this one; empty for all.</param>
    /// <param name="context">The call that it is for, whose deadline is not used up.</param>
    public async Task<(ListTrendingResponse? Trending, ExploreFallbackReason Reason)> AskAsync(string community, ServerCallContext context)
    {
        if (client is null)
        {
            return (null, ExploreFallbackReason.AnalyticsNotConfigured);
        }

        var now = time.GetUtcNow().UtcDateTime;
        var left = context.Deadline == DateTime.MaxValue ? Patience : (context.Deadline - now) / 2;
        var request = new ListTrendingRequest { Community = community, PageSize = RankedNames.Most };
        try
        {
            return (await client.ListTrendingAsync(request, deadline: now + (left < Patience ? left : Patience), cancellationToken: context.CancellationToken), default);
        }
        catch (RpcException failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            var reason = ReasonOf(failure);
            if (reason != ExploreFallbackReason.AnalyticsNotAsked)
            {
                LogFailed(logger, failure.StatusCode, failure.Status.Detail);
            }

            return (null, reason);
        }
    }

    private static ExploreFallbackReason ReasonOf(RpcException failure) =>
        RpcFailure.From(failure).IsCircuitOpen ? ExploreFallbackReason.AnalyticsNotAsked
        : failure.StatusCode == StatusCode.DeadlineExceeded ? ExploreFallbackReason.AnalyticsTooSlow
        : ExploreFallbackReason.AnalyticsUnavailable;

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "Analytics did not say what trends ({Code}: {Detail}); stories come by publish time")]
    private static partial void LogFailed(ILogger logger, StatusCode code, string detail);
}
