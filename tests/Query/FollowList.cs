using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Query.Tests;

/// <summary>Who follows what, as content would say it; served beside the change feed.</summary>
public sealed class FollowList : FollowService.FollowServiceBase
{
    private readonly Dictionary<string, List<string>> _follows = [];
    private int _calls;

    /// <summary>Pages asked for so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>If set, every call fails with it.</summary>
    public RpcException? Failure { get; set; }

    /// <summary>While this is not completed no call is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void Set(string caller, params string[] names)
    {
        lock (_follows)
        {
            _follows[caller] = [.. names];
        }
    }

    public override async Task<ListFollowsResponse> ListFollows(ListFollowsRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        await Gate.WaitAsync(context.CancellationToken);
        if (Failure is not null)
        {
            throw Failure;
        }

        var caller = context.RequestHeaders.GetValue("x-broadsheet-caller") ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "nobody"));
        lock (_follows)
        {
            var all = _follows.GetValueOrDefault(caller, []);
            var first = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, null);
            var page = all.Skip(first).Take(request.PageSize).ToArray();
            return new ListFollowsResponse
            {
                Follows = { page.Select(name => new Follow { Reader = caller, Followed = name }) },
                NextPageToken = first + page.Length < all.Count ? $"{first + page.Length}" : "",
            };
        }
    }
}
