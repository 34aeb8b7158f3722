using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Drain;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Content.Feed;

/// <summary>Serves the change feed in pages and as a stream.</summary>
internal sealed class ChangeFeedRpc(ContentStore store, Drain drain, TimeProvider time) : ChangeFeedService.ChangeFeedServiceBase
{
    private const int MaxPage = 200;
    private const int DefaultPage = 100;
    private const int MaxPageBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Checkpoint = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StreamLife = TimeSpan.FromMinutes(10);

    public override async Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context)
    {
        if (request.PageSize < 0)
        {
            throw RpcError.InvalidField("page_size", "must not be negative");
        }

        var cursor = FeedCursor.Decode(request.Cursor, ViewFor(request.View, context), store.FeedId);
        var page = await ReadAsync(cursor, request.PageSize == 0 ? DefaultPage : Math.Min(request.PageSize, MaxPage), context.CancellationToken);
        return new ListChangesResponse { Changes = { page.Changes }, NextCursor = page.NextCursor, Head = page.Head };
    }

    public override async Task WatchChanges(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context)
    {
        var cursor = FeedCursor.Decode(request.Cursor, ViewFor(request.View, context), store.FeedId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.StreamsEnd);
        // Spread, so that the streams of many replicas don't all come back at once.
        var end = time.GetUtcNow() + (StreamLife * (0.9 + (0.2 * Random.Shared.NextDouble())));
        try
        {
            while (time.GetUtcNow() < end)
            {
                // Taken before looking: a commit after the look completes it.
                var grown = store.Grown.Next;
                var page = await ReadAsync(cursor, MaxPage, ending.Token);
                await responseStream.WriteAsync(
                    new WatchChangesResponse { Changes = { page.Changes }, NextCursor = page.NextCursor, Head = page.Head }, ending.Token);
                cursor = page.Next;
                if (page.Head.ChangesBehind == 0)
                {
                    await grown.WaitAsync(Checkpoint, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    ending.Token.ThrowIfCancellationRequested();
                }
            }
        }
        catch (OperationCanceledException) when (drain.StreamsEnd.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw RpcError.Retryable(ErrorReason.ServerDraining, "this replica is shutting down; resume by cursor", TimeSpan.FromMilliseconds(100));
        }
    }

    private Task<Page> ReadAsync(FeedCursor cursor, int size, CancellationToken cancellationToken) => store.ReadAsync(
        async content =>
        {
            var feed = await content.FeedStateAsync();
            if (cursor.Position == 0)
            {
                cursor = cursor with { Floor = feed.Compacted };
            }

            // From a time that this database does not know (it was restored from a backup), or older than what it still knows.
            if (cursor.Position > feed.Head || Math.Max(cursor.Position, cursor.Floor) < feed.Dropped)
            {
                throw FeedCursor.Expired();
            }

            var changes = new List<Change>();
            var position = cursor.Position;
            var bytes = 0L;
            var more = false;
            await foreach (var (at, message) in content.ChangesAfterAsync(cursor.View, cursor.Position, size + 1))
            {
                if (changes.Count == size || (changes.Count > 0 && bytes + message.Length > MaxPageBytes))
                {
                    more = true;
                    break;
                }

                bytes += message.Length;
                position = at;
                var change = Change.Parser.ParseFrom(message);
                change.Cursor = (cursor with { Position = at }).Encode(store.FeedId);
                changes.Add(change);
            }

            // Positions that the view does not show lie behind a reader that has seen all of it.
            var next = cursor with { Position = more ? position : feed.Head };
            return new Page(changes, next, next.Encode(store.FeedId), new FeedHead
            {
                Cursor = (next with { Position = feed.Head }).Encode(store.FeedId),
                CommitTime = feed.Head == 0 ? null : ContentTransaction.FromMicroseconds(feed.HeadTime),
                ChangesBehind = feed.Head - next.Position,
            });
        },
        cancellationToken);

    private static FeedView ViewFor(FeedView asked, ServerCallContext context)
    {
        if (asked != FeedView.All)
        {
            return FeedView.Published;
        }

        return context.Caller().IsEditor
            ? FeedView.All
            : throw RpcError.Of(
                ErrorReason.PermissionMissing, "the view ALL needs the role editor", new Dictionary<string, string> { ["role"] = Caller.EditorRole });
    }

    private sealed record Page(List<Change> Changes, FeedCursor Next, string NextCursor, FeedHead Head);
}
