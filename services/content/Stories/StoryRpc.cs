using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Stories;

/// <summary>Serves stories.</summary>
internal sealed partial class StoryRpc(ContentStore store, PublishedStories published) : StoryService.StoryServiceBase
{
    public override Task<Story> CreateStory(CreateStoryRequest request, ServerCallContext context) => store.WriteOnceAsync(
        context, request, request.RequestId, async content => (await StoryEditing.CreateAsync(content, request.Story, context.Caller().Name)).ForEditors());

    public override async Task<Story> GetStory(GetStoryRequest request, ServerCallContext context)
    {
        if (context.Caller().IsEditor)
        {
            return (await store.ReadAsync(content => StoryRow.GetAsync(content, request.Name), context.CancellationToken)).ForEditors();
        }

        return published.Find(request.Name, request.AtLeastAsFresh)
            ?? await published.ReadAsync(request.Name, context.CancellationToken)
            ?? throw RpcError.NotFound(request.Name);
    }

    public override async Task<Story> LookupStory(LookupStoryRequest request, ServerCallContext context)
    {
        var row = await store.ReadAsync(content => StoryRow.FindBySlugAsync(content, request.Community, request.Slug), context.CancellationToken);
        return Show(row, context.Caller()) ?? throw RpcError.NotFound($"{request.Community}/{request.Slug}");
    }

    public override async Task<BatchGetStoriesResponse> BatchGetStories(BatchGetStoriesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var found = caller.IsEditor
            ? (await store.ReadAsync(content => StoryRow.ListByNamesAsync(content, request.Names), context.CancellationToken)).ToDictionary(row => row.Name, row => row.ForEditors(), StringComparer.Ordinal)
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
        var filter = new StoryFilter(request.Community, request.Creator, request.State, PublishedOnly: !caller.IsEditor);
        var size = PageToken.Size(request.PageSize);
        var before = PageToken.Decode(request.PageToken, filter.Key);
        var rows = await store.ReadAsync(content => StoryRow.ListAsync(content, filter, before, size + 1), context.CancellationToken);
        var response = new ListStoriesResponse { Stories = { rows.Take(size).Select(row => Show(row, caller)!) } };
        if (rows.Count > size)
        {
            response.NextPageToken = PageToken.Encode(rows[size - 1].Name, filter.Key);
        }

        return response;
    }

    public override Task<Story> UpdateStory(UpdateStoryRequest request, ServerCallContext context) => store.WriteOnceAsync(
        context, request, request.RequestId, async content =>
        {
            var row = await CheckedAsync(content, request.Story.Name, request.Story.Etag, "story.etag");
            return (await StoryEditing.UpdateAsync(content, row, request.Story, request.UpdateMask, context.Caller().Name)).ForEditors();
        });

    public override Task<Empty> DeleteStory(DeleteStoryRequest request, ServerCallContext context) => store.WriteOnceAsync(
        context, request, request.RequestId, async content =>
        {
            await (await CheckedAsync(content, request.Name, request.Etag)).DeleteAsync(content);
            return new Empty();
        });

    public override Task<Story> PublishStory(PublishStoryRequest request, ServerCallContext context) => store.WriteOnceAsync(
        context, request, request.RequestId, async content => (await StoryEditing.PublishAsync(content, await CheckedAsync(content, request.Name, request.Etag))).ForEditors());

    public override Task<Story> ArchiveStory(ArchiveStoryRequest request, ServerCallContext context) => store.WriteOnceAsync(
        context, request, request.RequestId, async content => (await StoryEditing.ArchiveAsync(content, await CheckedAsync(content, request.Name, request.Etag))).ForEditors());

    private static Story? Show(StoryRow? row, Caller caller) => caller.IsEditor ? row?.ForEditors() : row?.ForReaders();

    private static async Task<StoryRow> CheckedAsync(ContentTransaction content, string name, string etag, string field = "etag")
    {
        var row = await StoryRow.GetAsync(content, name);
        EtagRule.Check(etag, row.Version, name, field);
        return row;
    }
}
