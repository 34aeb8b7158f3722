using Broadsheet.Analytics.V1;
using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Broadsheet.Hosting;
using Broadsheet.Query.Analysis;
using Broadsheet.Query.Ask;
using Broadsheet.Query.Claims;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Explore;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.Timeline;

namespace Broadsheet.Query;

/// <summary>The query service.</summary>
internal static class QueryHost
{
    /// <summary>Builds the service; configuration comes from arguments and environment.</summary>
    /// <param name="args">Arguments.</param>
    /// <param name="circuitClock">Clock of the circuit breaker to analytics; the system's if null.</param>
    public static WebApplication Build(string[] args, TimeProvider? circuitClock = null)
    {
        var builder = BroadsheetHost.CreateBuilder(args, "query", grpcPort: 5102, httpPort: 5112);
        var options = QueryOptions.From(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddBroadsheetClients(
            options.ContentAddress, null, typeof(ChangeFeedService.ChangeFeedServiceClient), typeof(FollowService.FollowServiceClient));
        if (options.AnalyticsAddress is { } analytics)
        {
            services.AddBroadsheetClients(
                analytics, TrendingSource.Options(circuitClock ?? TimeProvider.System), typeof(ReportService.ReportServiceClient));
        }

        services.AddSingleton(provider => new TrendingSource(
            provider.GetService<ReportService.ReportServiceClient>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TrendingSource>>()));
        services.AddSingleton<FollowSource>();
        services.AddSingleton<IndexKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexKeeper>());
        services.AddSingleton<FreshnessGate>();
        services.AddHealthChecks().AddCheck<IndexHealthCheck>("index");
        var app = builder.BuildBroadsheet(endpoints =>
        {
            endpoints.MapGrpcService<SearchRpc>();
            endpoints.MapGrpcService<ExploreRpc>();
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
