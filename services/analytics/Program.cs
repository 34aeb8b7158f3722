using Broadsheet.Analytics;

AnalyticsHost.Build(args).Run();
