using Broadsheet.Analytics.Export;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Ingest.Channels;
using Broadsheet.Analytics.Ingest.Robots;
using Broadsheet.Analytics.Insights;
using Broadsheet.Analytics.Reports;
using Broadsheet.Analytics.Privacy;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Realtime;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Storage.ClickHouse;
using Broadsheet.Analytics.Storage.DuckDb;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.Trending;
using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Broadsheet.Hosting;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Analytics;

/// <summary>The analytics service.</summary>
internal static class AnalyticsHost
{
    /// <summary>Builds it; <paramref name="time"/> replaces the system's clock.</summary>
    public static WebApplication Build(string[] args, TimeProvider? time = null)
    {
        var builder = BroadsheetHost.CreateBuilder(args, "analytics", grpcPort: 5103, httpPort: 5113);
        var options = builder.Configuration.GetSection("Broadsheet:Analytics").Get<AnalyticsOptions>() ?? new AnalyticsOptions();
        var services = builder.Services;
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddSingleton(options);
        services.AddBroadsheetClients(options.ContentAddress, null, typeof(ChangeFeedService.ChangeFeedServiceClient), typeof(StoryService.StoryServiceClient));
        if (options.Store == StoreKind.ClickHouse)
        {
            services.AddSingleton<IAnalyticsStore, ClickHouseStore>();
        }
        else
        {
            services.AddSingleton<IAnalyticsStore, DuckDbStore>();
        }

        services.AddSingleton<ErrorMapping>(provider => provider.GetRequiredService<IAnalyticsStore>().MapError);
        services.AddSingleton<StoryKnowledge>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<StoreWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreWriter>());
        services.AddSingleton<StoryFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<StoryFollower>());
        services.AddSingleton<StoryLookup>();
        services.AddSingleton<IngestCounts>();
        services.AddSingleton<Rollups>();
        services.AddHostedService(provider => provider.GetRequiredService<Rollups>());
        services.AddSingleton(ReadRule.Of(options));
        services.AddSingleton<OpenVisits>();
        services.AddSingleton<Facts>();
        services.AddSingleton<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        services.AddSingleton<StoryReports>();
        services.AddSingleton<ReportPeriods>();
        services.AddSingleton<DayReaders>();
        services.AddSingleton<ReportReading>();
        services.AddSingleton<QueryReports>();
        services.AddSingleton<OverviewReports>();
        services.AddSingleton<ReportAccess>();
        services.AddSingleton<TrendingRanking>();
        services.AddSingleton<RealtimeFigures>();
        services.AddSingleton<RealtimeStream>();
        services.AddSingleton<ExportFolder>();
        services.AddSingleton<EventExport>();
        services.AddSingleton<EventImport>();
        services.AddSingleton<ErasurePurge>();
        services.AddHostedService(provider => provider.GetRequiredService<ErasurePurge>());
        services.AddSingleton<ReaderErasure>();
        services.AddSingleton<ReaderExport>();
        services.AddSingleton<DaySalt>();
        services.AddSingleton<RobotUserAgents>();
        services.AddSingleton<DataCentres>();
        services.AddSingleton<ExclusionRules>();
        services.AddSingleton<ChannelRules>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
        var app = builder.BuildBroadsheet(endpoints =>
        {
            endpoints.MapGrpcService<IngestRpc>();
            endpoints.MapGrpcService<InsightRpc>();
            endpoints.MapGrpcService<ReportRpc>();
            endpoints.MapGrpcService<PrivacyRpc>();
            endpoints.MapGrpcService<StoreRpc>();
        });
        app.UseMiddleware<IncomingEvents>();
        // Opened before the first call, so that a locked folder ends the start with its reason.
        app.Services.GetRequiredService<IAnalyticsStore>();
        // Read before the first call too, so that a rule that is none does.
        app.Services.GetRequiredService<ExclusionRules>();
        app.Services.GetRequiredService<DataCentres>();
        app.Services.GetRequiredService<ChannelRules>();
        return app;
    }
}
