using Broadsheet.Content.Comments;
using Broadsheet.Content.Communities;
using Broadsheet.Content.Creators;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Importing;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Hosting;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content;

/// <summary>The content service.</summary>
internal static class ContentHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = BroadsheetHost.CreateBuilder(args, "content", grpcPort: 5101, httpPort: 5111);
        builder.Services.AddSingleton(builder.Configuration.GetSection("Broadsheet:Content").Get<ContentOptions>() ?? new ContentOptions());
        builder.Services.AddSingleton(builder.Configuration.GetSection("Broadsheet:Content:Comments").Get<CommentOptions>() ?? new CommentOptions());
        builder.Services.AddSingleton<ContentStore>();
        builder.Services.AddSingleton<ErrorMapping>(ContentStore.MapError);
        builder.Services.AddSingleton<ErrorMapping>(ImportRpc.MapError);
        builder.Services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
        var app = builder.BuildBroadsheet(endpoints =>
        {
            endpoints.MapGrpcService<StoryRpc>();
            endpoints.MapGrpcService<ImportRpc>();
            endpoints.MapGrpcService<CommunityRpc>();
            endpoints.MapGrpcService<CreatorRpc>();
            endpoints.MapGrpcService<CommentRpc>();
            endpoints.MapGrpcService<ChangeFeedRpc>();
        });
        // Opened before the first call, so that a locked folder or a failed migration ends the start with its reason.
        app.Services.GetRequiredService<ContentStore>();
        return app;
    }
}
