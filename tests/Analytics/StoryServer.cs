using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Query.Tests;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Broadsheet.Analytics.Tests;

/// <summary>Content as analytics asks it for one story, beside a feed that need not have it.</summary>
internal sealed class StoryServer : StoryService.StoryServiceBase
{
    private static readonly AsyncLocal<Story?> Only = new();

    private readonly Story? _only = Only.Value;

    /// <summary>A feed, and content that has this story and no other.</summary>
    public static Task<FeedServer> StartAsync(Story? story = null)
    {
        Only.Value = story;
        return FeedServer.StartAsync(also: app =>
        {
            app.MapGrpcService<StoryServer>();
        });
    }

    public override Task<Story> GetStory(GetStoryRequest request, ServerCallContext context) =>
        _only is not null && _only.Name == request.Name ? Task.FromResult(_only) : throw RpcError.NotFound(request.Name);
}
