using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Broadsheet.Hosting;
using Broadsheet.Query.Analysis;
using Broadsheet.Query.Ask;
using Broadsheet.Query.Claims;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.Timeline;

namespace Broadsheet.Query;

/// <summary>The query service.</summary>
internal static class QueryHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = BroadsheetHost.CreateBuilder(args, "query", grpcPort: 5102, httpPort: 5112);
        var options = builder.Configuration.GetSection("Broadsheet:Query").Get<QueryOptions>() ?? new QueryOptions();
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddBroadsheetClients(options.ContentAddress, null, typeof(ChangeFeedService.ChangeFeedServiceClient));
        services.AddSingleton<IndexKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexKeeper>());
        services.AddSingleton<FreshnessGate>();
        services.AddHealthChecks().AddCheck<IndexHealthCheck>("index");
        var app = builder.BuildBroadsheet(endpoints =>
        {
            endpoints.MapGrpcService<SearchRpc>();
            endpoints.MapGrpcService<AskRpc>();
            endpoints.MapGrpcService<TimelineRpc>();
            endpoints.MapGrpcService<ClaimRpc>();
            endpoints.MapGrpcService<EntityRpc>();
            endpoints.MapGrpcService<TextRpc>();
            endpoints.MapGrpcService<IndexRpc>();
        });
        // Opened before the first call, so that a locked folder ends the start with its reason.
        app.Services.GetRequiredService<IndexKeeper>();
        return app;
    }
}
