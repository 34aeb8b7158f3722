using Broadsheet.Content.Communities;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Google.Protobuf;
using Grpc.Core;

namespace Broadsheet.Content.Stories;

internal sealed partial class StoryRpc
{
    public override Task<Story> SubmitStory(SubmitStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        return ChangeAsync(context, request, request.RequestId, async content => await StoryReviewing.SubmitAsync(
            content, await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag), caller));
    }

    public override Task<Story> WithdrawStory(WithdrawStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        return ChangeAsync(context, request, request.RequestId, async content => await StoryReviewing.WithdrawAsync(
            content, await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag)));
    }

    public override Task<Story> ReviewStory(ReviewStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.EditorRole);
        return ChangeAsync(context, request, request.RequestId, async content => await StoryReviewing.ReviewAsync(
            content, await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag), request, caller));
    }

    public override Task<Story> PublishStory(PublishStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        return ChangeAsync(context, request, request.RequestId, async content =>
        {
            var row = await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag);
            row.RequirePublishable(caller, await CommunityRpc.Table.GetAsync(content, row.Working.Community));
            return await StoryPublishing.PublishAsync(content, row, request.Revision, caller);
        });
    }

    public override async Task<Story> ScheduleStory(ScheduleStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.EditorRole);
        var story = await ChangeAsync(context, request, request.RequestId, async content => await StoryPublishing.ScheduleAsync(
            content, await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag), request.ScheduleTime, request.Revision, caller));
        scheduled.Set();
        return story;
    }

    public override Task<Story> ArchiveStory(ArchiveStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.EditorRole);
        return ChangeAsync(context, request, request.RequestId, async content => await StoryPublishing.ArchiveAsync(
            content, await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag)));
    }

    public override Task<StoryChecklist> CheckStory(CheckStoryRequest request, ServerCallContext context) => store.ReadAsync(
        async content =>
        {
            var caller = context.Caller();
            var row = await StoryRow.GetAsync(content, request.Name);
            if (!row.IsOpenTo(caller) && row.Published is null)
            {
                throw RpcError.NotFound(request.Name);
            }

            if (!row.IsOpenTo(caller) && request.Revision != 0 && request.Revision != row.PublishedRevision)
            {
                throw RpcError.InvalidField("revision", "is not a revision of the story");
            }

            var text = row.IsOpenTo(caller) ? await row.TextOfAsync(content, request.Revision, "revision") : row.Published!;
            return await StoryPublishing.CheckAsync(content, row, text, caller);
        },
        context.CancellationToken);

    private Task<Story> ChangeAsync<TRequest>(ServerCallContext context, TRequest request, string requestId, Func<ContentTransaction, Task<StoryRow>> work)
        where TRequest : IMessage<TRequest> => store.WriteOnceAsync(context, request, requestId, async content => (await work(content)).ForEditors());
}
