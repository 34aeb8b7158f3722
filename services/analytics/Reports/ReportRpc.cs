using System.Globalization;
using Broadsheet.Analytics.Export;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Realtime;
using Broadsheet.Analytics.Trending;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Paging;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Reports;

/// <summary>What was measured, put together.</summary>
internal sealed class ReportRpc(
    StoryReports reports, QueryReports queries, OverviewReports overviews, ReportAccess access, TrendingRanking trending, ReadRule rule, RealtimeStream realtime,
    EventExport export)
    : ReportService.ReportServiceBase
{
    private const int UsualTrending = 20;
    private const int MostTrending = 100;

    public override Task<StoryReport> GetStoryReport(GetStoryReportRequest request, ServerCallContext context) =>
        reports.OfAsync(request, context.CancellationToken);

    public override Task<QueryReportResponse> QueryReport(QueryReportRequest request, ServerCallContext context)
    {
        access.Require(context, ReportAccess.CreatorOf(request));
        return queries.AnswerAsync(request, context.CancellationToken);
    }

    public override Task<ListTopStoriesResponse> ListTopStories(ListTopStoriesRequest request, ServerCallContext context)
    {
        access.Require(context, request.Creator);
        return overviews.TopStoriesAsync(request, context.CancellationToken);
    }

    public override Task<CreatorReport> GetCreatorReport(GetCreatorReportRequest request, ServerCallContext context)
    {
        access.Require(context, request.Creator);
        return overviews.OfCreatorAsync(request, context.CancellationToken);
    }

    public override Task<CommunityReport> GetCommunityReport(GetCommunityReportRequest request, ServerCallContext context)
    {
        access.Require(context, "");
        return overviews.OfCommunityAsync(request, context.CancellationToken);
    }

    public override Task<ReadRuleDescription> DescribeReadRule(DescribeReadRuleRequest request, ServerCallContext context) => Task.FromResult(new ReadRuleDescription
    {
        Id = rule.Id,
        EngagedSeconds = rule.EngagedSeconds,
        ReadingShare = rule.ReadingShare,
        SectionShare = rule.SectionShare,
        Rules =
        {
            string.Create(CultureInfo.InvariantCulture, $"A visit is a read if it was engaged for at least {rule.EngagedSeconds} s, or for {rule.ReadingShare:P0} of the reading time where that is less, and reached at least {rule.SectionShare:P0} of the sections, rounded up."),
            "Engaged is who has the page in sight and was active in the last 5 seconds; never for longer than has passed since the view.",
            "An event without a visit is a view and never a read. What carries a visit's id more than a day after its first view is no part of it.",
            "A session is over when its reader did nothing for 30 minutes.",
        },
    });

    public override async Task<ListTrendingResponse> ListTrending(ListTrendingRequest request, ServerCallContext context)
    {
        var ranking = await trending.CurrentAsync(context.CancellationToken);
        return new ListTrendingResponse
        {
            Rule = TrendingRule.Current.Id,
            ComputedAt = Timestamp.FromDateTimeOffset(ranking.ComputedAt),
            Stories =
            {
                ranking.Stories.Where(story => request.Community.Length == 0 || story.Community == request.Community)
                    .Take(PageToken.Size(request.PageSize, UsualTrending, MostTrending)).Select(story => story.Story),
            },
        };
    }

    public override Task<RealtimeState> GetRealtime(GetRealtimeRequest request, ServerCallContext context) =>
        realtime.NowAsync(request, context.CancellationToken);

    public override Task WatchRealtime(WatchRealtimeRequest request, IServerStreamWriter<WatchRealtimeResponse> responseStream, ServerCallContext context) =>
        realtime.WatchAsync(request, responseStream, context.CancellationToken);

    public override Task ExportEvents(ExportEventsRequest request, IServerStreamWriter<ExportEventsResponse> responseStream, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return export.SendAsync(request, responseStream, context.CancellationToken);
    }
}
