using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Query.Explore;

/// <summary>Asks content what the caller follows.</summary>
internal sealed class FollowSource(FollowService.FollowServiceClient client, TimeProvider time)
{
    private const int PageSize = 200;

    // Who follows more reads nothing of most of it; the last followed are taken.
    private const int MostPages = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // Time to answer that it did not work, before the deadline says so.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(50);

    /// <summary>Names of what the caller follows: one call for up to 200, the 2,000 followed last at most.</summary>
    /// <exception cref="RpcException">SERVICE_UNAVAILABLE if content does not say.</exception>
    public async Task<IReadOnlyList<string>> OfAsync(Caller caller, ServerCallContext context)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var left = context.Deadline == DateTime.MaxValue ? Patience : context.Deadline - now - Margin;
        // Content needs to know whose follows; what else the caller may do is not its business here.
        var options = new CallOptions(
            new Metadata { { CallerContext.Header, caller.Name } }, now + (left < Patience ? left : Patience), context.CancellationToken);
        var names = new List<string>();
        var request = new ListFollowsRequest { PageSize = PageSize };
        try
        {
            for (var page = 0; page < MostPages; page++)
            {
                var response = await client.ListFollowsAsync(request, options);
                names.AddRange(response.Follows.Select(follow => follow.Followed));
                request.PageToken = response.NextPageToken;
                if (request.PageToken.Length == 0)
                {
                    break;
                }
            }

            return names;
        }
        catch (RpcException failure) when (!context.CancellationToken.IsCancellationRequested
            && failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Unimplemented)
        {
            // An empty page would say that the caller follows nobody.
            throw RpcError.Retryable(ErrorReason.ServiceUnavailable, "content does not say what the caller follows", RetryAfter);
        }
    }
}
