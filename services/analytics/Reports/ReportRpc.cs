using Broadsheet.Analytics.Trending;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Paging;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Reports;

/// <summary>What was measured, put together.</summary>
internal sealed class ReportRpc(StoryReports reports, QueryReports queries, OverviewReports overviews, ReportAccess access, TrendingRanking trending) : ReportService.ReportServiceBase
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
}
