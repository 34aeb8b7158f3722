using Broadsheet.Content.Comments;
using Broadsheet.Content.Communities;
using Broadsheet.Content.Creators;
using Broadsheet.Content.Feed;
using Broadsheet.Content.Follows;
using Broadsheet.Content.Importing;
using Broadsheet.Content.Readers;
using Broadsheet.Content.Site;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.Transfer;
using Broadsheet.Hosting;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content;

/// <summary>The content service.</summary>
internal static class ContentHost
{
    /// <summary>Builds it; <paramref name="time"/> replaces the system's clock.</summary>
    public static WebApplication Build(string[] args, TimeProvider? time = null)
    {
        var builder = BroadsheetHost.CreateBuilder(args, "content", grpcPort: 5101, httpPort: 5111);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton(builder.Configuration.GetSection("Broadsheet:Content:Comments").Get<CommentOptions>() ?? new CommentOptions());
        builder.AddContentStore();
        builder.Services.AddSingleton<PublishedStories>();
        builder.Services.AddSingleton<ErrorMapping>(ImportErrors.Map);
        builder.Services.AddSingleton<ScheduleSignal>();
        builder.Services.AddHostedService<ScheduledPublishing>();
        var app = builder.BuildBroadsheet(endpoints =>
        {
            endpoints.MapGrpcService<StoryRpc>();
            endpoints.MapGrpcService<ImportRpc>();
            endpoints.MapGrpcService<CommunityRpc>();
            endpoints.MapGrpcService<CreatorRpc>();
            endpoints.MapGrpcService<CommentRpc>();
            endpoints.MapGrpcService<FollowRpc>();
            endpoints.MapGrpcService<SiteRpc>();
            endpoints.MapGrpcService<ReaderRpc>();
            endpoints.MapGrpcService<TransferRpc>();
            endpoints.MapGrpcService<ChangeFeedRpc>();
        });
        return app;
    }
}
