using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Stories;

/// <summary>Serves stories.</summary>
internal sealed partial class StoryRpc(ContentStore store, PublishedStories published, ScheduleSignal scheduled) : StoryService.StoryServiceBase
{
    public override Task<Story> CreateStory(CreateStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        return store.WriteOnceAsync(
            context, request, request.RequestId, async content => (await StoryEditing.CreateAsync(content, request.Story, caller.Name)).ForEditors());
    }

    public override async Task<Story> GetStory(GetStoryRequest request, ServerCallContext context)
    {
        // Those who write see more than what is published.
        var caller = context.Caller();
        if (caller.Has(Caller.WriterRole))
        {
            var row = await store.ReadAsync(content => StoryRow.GetAsync(content, request.Name), context.CancellationToken);
            return row.ShownTo(caller) ?? throw RpcError.NotFound(request.Name);
        }

        return published.Find(request.Name, request.AtLeastAsFresh)
            ?? await published.ReadAsync(request.Name, context.CancellationToken)
            ?? throw RpcError.NotFound(request.Name);
    }

    public override async Task<Story> LookupStory(LookupStoryRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (caller.Has(Caller.WriterRole))
        {
            var row = await store.ReadAsync(content => StoryRow.FindBySlugAsync(content, request.Community, request.Slug), context.CancellationToken);
            return row?.ShownTo(caller) ?? throw RpcError.NotFound($"{request.Community}/{request.Slug}");
        }

        return published.FindByAddress(request.Community, request.Slug)
            ?? await published.ReadByAddressAsync(request.Community, request.Slug, context.CancellationToken)
            ?? throw RpcError.NotFound($"{request.Community}/{request.Slug}");
    }

    public override async Task<BatchGetStoriesResponse> BatchGetStories(BatchGetStoriesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var found = caller.Has(Caller.WriterRole)
            ? (await store.ReadAsync(content => StoryRow.ListByNamesAsync(content, request.Names), context.CancellationToken)).Select(row => row.ShownTo(caller)).OfType<Story>().ToDictionary(story => story.Name, StringComparer.Ordinal)
            : await published.FindAllAsync(request.Names, context.CancellationToken);
        var response = new BatchGetStoriesResponse();
        foreach (var name in request.Names)
        {
            if (found.TryGetValue(name, out var story))
            {
                response.Stories.Add(story);
            }
            else
            {
                response.Missing.Add(name);
            }
        }

        return response;
    }

    public override async Task<ListStoriesResponse> ListStories(ListStoriesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var filter = new StoryFilter(
            request.Community, request.Creator, request.State, request.ReviewState, caller.IsEditor, caller.Has(Caller.WriterRole) ? caller.Name : "");
        var size = PageToken.Size(request.PageSize);
        var before = PageToken.Decode(request.PageToken, filter.Key);
        var rows = await store.ReadAsync(content => StoryRow.ListAsync(content, filter, before, size + 1), context.CancellationToken);
        var response = new ListStoriesResponse { Stories = { rows.Take(size).Select(row => row.ShownTo(caller)!) } };
        if (rows.Count > size)
        {
            response.NextPageToken = PageToken.Encode(rows[size - 1].Name, filter.Key);
        }

        return response;
    }

    public override Task<Story> UpdateStory(UpdateStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var row = await StoryAccess.ForChangeAsync(content, caller, request.Story.Name, request.Story.Etag, "story.etag");
            return (await StoryEditing.UpdateAsync(content, row.RequireEditable(caller), request.Story, request.UpdateMask, caller.Name)).ForEditors();
        });
    }

    public override Task<Empty> DeleteStory(DeleteStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var row = await StoryAccess.ForChangeAsync(content, caller, request.Name, request.Etag);
            await row.RequireDeletable(caller).DeleteAsync(content);
            return new Empty();
        });
    }
}
