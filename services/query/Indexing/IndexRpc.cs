using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Query.Indexing;

/// <summary>Says what the index holds, and has it built anew.</summary>
internal sealed class IndexRpc(IndexKeeper keeper) : IndexService.IndexServiceBase
{
    private const int MaxParked = 100;

    public override Task<IndexStatus> GetIndexStatus(GetIndexStatusRequest request, ServerCallContext context)
    {
        var follower = keeper.Current;
        using var reading = keeper.Read();
        var contents = reading.Contents.Summarize();
        return Task.FromResult(new IndexStatus
        {
            State = keeper.IsRebuilding ? IndexState.Rebuilding : keeper.IsReady ? IndexState.Following : IndexState.CatchingUp,
            Cursor = follower.Index.VisibleCursor,
            ChangesBehind = follower.ChangesBehind,
            Lag = follower.Lag is { } lag ? Duration.FromTimeSpan(lag) : null,
            Digest = contents.Digest,
            StoryCount = contents.Stories,
            SentenceCount = contents.Sentences,
            DatedEventCount = contents.Events,
            ParkedCount = contents.Parked,
            SchemaVersion = StoryIndex.SchemaVersion,
            CommitTime = follower.Index.CommitTime?.ToTimestamp(),
            FeedError = keeper.Error ?? "",
            Recovery = keeper.Recovery ?? "",
            Parked = { follower.Index.Parked.Oldest(MaxParked) },
            Rebuild = keeper.Fresh is { } fresh
                ? new RebuildProgress
                {
                    StartTime = fresh.Since.ToTimestamp(),
                    ChangesApplied = fresh.Follower.Index.Applied,
                    ChangesBehind = fresh.Follower.ChangesBehind,
                }
                : null,
        });
    }

    public override Task<RebuildResponse> Rebuild(RebuildRequest request, ServerCallContext context)
    {
        if (!context.Caller().IsEditor)
        {
            throw RpcError.Of(
                ErrorReason.PermissionMissing, "rebuilding needs the role editor", new Dictionary<string, string> { ["role"] = Caller.EditorRole });
        }

        keeper.Rebuild();
        return Task.FromResult(new RebuildResponse());
    }
}
