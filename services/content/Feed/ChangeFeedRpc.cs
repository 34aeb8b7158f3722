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

    public override Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context)
    {
        if (request.PageSize < 0)
        {
            throw RpcError.InvalidField("page_size", "must not be negative");
        }

        var cursor = FeedCursor.Decode(request.Cursor, ViewFor(request.View, context), store.FeedId);
        var page = Read(cursor, request.PageSize == 0 ? DefaultPage : Math.Min(request.PageSize, MaxPage));
        return Task.FromResult(new ListChangesResponse { Changes = { page.Changes }, NextCursor = page.NextCursor, Head = page.Head });
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
                var committed = store.Committed.Next;
                var page = Read(cursor, MaxPage);
                await responseStream.WriteAsync(
                    new WatchChangesResponse { Changes = { page.Changes }, NextCursor = page.NextCursor, Head = page.Head }, ending.Token);
                cursor = page.Next;
                if (page.Head.ChangesBehind == 0)
                {
                    await committed.WaitAsync(Checkpoint, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    ending.Token.ThrowIfCancellationRequested();
                }
            }
        }
        catch (OperationCanceledException) when (drain.StreamsEnd.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw RpcError.Retryable(ErrorReason.ServerDraining, "this replica is shutting down; resume by cursor", TimeSpan.FromMilliseconds(100));
        }
    }

    private Page Read(FeedCursor cursor, int size) => store.Read(content =>
    {
        var (head, headTime) = content.First(
            "select position, commit_time from changes order by position desc limit 1", row => (row.GetInt64(0), row.GetInt64(1)));
        if (cursor.Position > head)
        {
            // From a time that this database does not know (it was restored from a backup).
            throw FeedCursor.Expired();
        }

        var changes = new List<Change>();
        var position = cursor.Position;
        var bytes = 0L;
        var more = false;
        foreach (var (at, message) in content.ChangesAfter(cursor.View, cursor.Position))
        {
            if (changes.Count == size || (changes.Count > 0 && bytes + message.Length > MaxPageBytes))
            {
                more = true;
                break;
            }

            bytes += message.Length;
            position = at;
            var change = Change.Parser.ParseFrom(message);
            change.Cursor = new FeedCursor(cursor.View, at).Encode(store.FeedId);
            changes.Add(change);
        }

        // Positions that the view does not show lie behind a reader that has seen all of it.
        var next = new FeedCursor(cursor.View, more ? position : head);
        return new Page(changes, next, next.Encode(store.FeedId), new FeedHead
        {
            Cursor = new FeedCursor(cursor.View, head).Encode(store.FeedId),
            CommitTime = head == 0 ? null : ContentTransaction.FromMicroseconds(headTime),
            ChangesBehind = head - next.Position,
        });
    });

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
