using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Analytics.Stories;

/// <summary>Finds a story; one that the feed has not brought yet is asked of content, once.</summary>
internal sealed class StoryLookup(StoryKnowledge stories, StoryService.StoryServiceClient content)
{
    /// <summary>A story that readers see.</summary>
    /// <exception cref="RpcException">There is none of this name (RESOURCE_NOT_FOUND).</exception>
    public async Task<StoryFacts> PublishedAsync(string story, CancellationToken cancellationToken) =>
        await EverPublishedAsync(story, cancellationToken) is { Published: true } facts ? facts : throw RpcError.NotFound(story);

    /// <summary>A story that readers see or saw.</summary>
    /// <exception cref="RpcException">There is none of this name (RESOURCE_NOT_FOUND).</exception>
    public async Task<StoryFacts> EverPublishedAsync(string story, CancellationToken cancellationToken)
    {
        if (stories.Find(story) is { } facts)
        {
            return facts;
        }

        try
        {
            var found = await content.GetStoryAsync(new GetStoryRequest { Name = story }, cancellationToken: cancellationToken);
            var publishTime = found.PublishTime?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
            return found.PublishedRevision > 0
                ? new StoryFacts(found.Name, found.Title, found.Community, found.Creator, true, found.PublishedRevision, publishTime, publishTime, 0)
                : throw RpcError.NotFound(story);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && !cancellationToken.IsCancellationRequested)
        {
            // Nobody can say that it is there.
            throw RpcError.NotFound(story);
        }
    }
}
