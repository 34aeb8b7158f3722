using System.Collections.Concurrent;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Query.Tests;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Broadsheet.Analytics.Tests;

/// <summary>Content as analytics asks it for one story, beside a feed that need not have it.</summary>
internal sealed class StoryServer : StoryService.StoryServiceBase
{
    private static readonly ConcurrentDictionary<string, Story> Known = new(StringComparer.Ordinal);

    /// <summary>A feed, and content that has this story.</summary>
    public static Task<FeedServer> StartAsync(Story? story = null)
    {
        if (story is not null)
        {
            Known[story.Name] = story;
        }

        return FeedServer.StartAsync(also: app =>
        {
            app.MapGrpcService<StoryServer>();
        });
    }

    public override Task<Story> GetStory(GetStoryRequest request, ServerCallContext context) =>
        Known.TryGetValue(request.Name, out var story) ? Task.FromResult(story) : throw RpcError.NotFound(request.Name);
}
