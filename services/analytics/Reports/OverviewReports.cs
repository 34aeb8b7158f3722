using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;

namespace Broadsheet.Analytics.Reports;

/// <summary>Reports that are put together of several: what the page of a creator or community shows, and the top of a list.</summary>
internal sealed class OverviewReports(ReportReading reading, ReportPeriods periods, StoryKnowledge stories, ReadRule rule)
{
    private const int Top = 20;
    private const int MostTop = 100;

    private static readonly List<ReportMetric> Summary =
    [
        ReportMetric.Views, ReportMetric.Visits, ReportMetric.Sessions, ReportMetric.Reads, ReportMetric.ReadRatio, ReportMetric.EngagedSeconds, ReportMetric.EngagedSecondsPerVisit,
        ReportMetric.SignedInReaders, ReportMetric.ReaderDays, ReportMetric.Depth, ReportMetric.Shares, ReportMetric.Comments, ReportMetric.Insights,
    ];

    private static readonly List<ReportMetric> OfDays = [ReportMetric.Views, ReportMetric.Visits, ReportMetric.Reads, ReportMetric.EngagedSeconds];
    private static readonly List<ReportMetric> OfStories = [ReportMetric.Views, ReportMetric.Reads, ReportMetric.ReadRatio, ReportMetric.EngagedSeconds];
    private static readonly List<ReportMetric> OfSources = [ReportMetric.Views, ReportMetric.Reads];

    /// <summary>The stories with the most of one metric.</summary>
    public async Task<ListTopStoriesResponse> TopStoriesAsync(ListTopStoriesRequest request, CancellationToken cancellationToken)
    {
        var metric = request.Metric == ReportMetric.Unspecified ? ReportMetric.Views : request.Metric;
        var period = periods.Of(request.From, request.To, request.TimeZone, ReportPeriods.Year);
        var query = By(
            ReportDimension.Story, [.. OfStories.Append(metric).Distinct()], metric, Filters((ReportDimension.Community, request.Community), (ReportDimension.Creator, request.Creator)),
            period, PageToken.Size(request.PageSize, Top, MostTop), compared: true);
        var rows = await reading.ReadAsync(query, cancellationToken);
        return new ListTopStoriesResponse
        {
            ReadRule = rule.Id,
            Period = period.ToMessage(),
            PreviousPeriod = query.Previous!.ToMessage(),
            Stories = { reading.Rows(query, rows.Where(row => (double)row.Order[0] > 0)) },
        };
    }

    /// <summary>How the stories of a creator are read.</summary>
    public async Task<CreatorReport> OfCreatorAsync(GetCreatorReportRequest request, CancellationToken cancellationToken)
    {
        if (!stories.Any(story => story.Creator == request.Creator))
        {
            throw RpcError.NotFound(request.Creator);
        }

        var (period, filters) = (periods.Of(request.From, request.To, request.TimeZone, ReportPeriods.Year), Filters((ReportDimension.Creator, request.Creator)));
        var (figures, previous) = await SummaryAsync(period, filters, cancellationToken);
        return new CreatorReport
        {
            Creator = request.Creator,
            ReadRule = rule.Id,
            Period = period.ToMessage(),
            PreviousPeriod = period.Previous().ToMessage(),
            Figures = figures,
            Previous = previous,
            Days = { await DaysAsync(period, filters, cancellationToken) },
            Stories = { await RowsAsync(By(ReportDimension.Story, OfStories, ReportMetric.Reads, filters, period, Top, compared: true), cancellationToken) },
            Referrers = { await RowsAsync(By(ReportDimension.ReferrerHost, OfSources, ReportMetric.Views, filters, period, Top), cancellationToken) },
            Channels = { await RowsAsync(By(ReportDimension.Channel, OfSources, ReportMetric.Views, filters, period, Top), cancellationToken) },
        };
    }

    /// <summary>How the stories of a community are read.</summary>
    public async Task<CommunityReport> OfCommunityAsync(GetCommunityReportRequest request, CancellationToken cancellationToken)
    {
        if (!stories.Any(story => story.Community == request.Community))
        {
            throw RpcError.NotFound(request.Community);
        }

        var (period, filters) = (periods.Of(request.From, request.To, request.TimeZone, ReportPeriods.Year), Filters((ReportDimension.Community, request.Community)));
        var (figures, previous) = await SummaryAsync(period, filters, cancellationToken);
        return new CommunityReport
        {
            Community = request.Community,
            ReadRule = rule.Id,
            Period = period.ToMessage(),
            PreviousPeriod = period.Previous().ToMessage(),
            Figures = figures,
            Previous = previous,
            Days = { await DaysAsync(period, filters, cancellationToken) },
            Stories = { await RowsAsync(By(ReportDimension.Story, OfStories, ReportMetric.Reads, filters, period, Top, compared: true), cancellationToken) },
            Creators = { await RowsAsync(By(ReportDimension.Creator, OfStories, ReportMetric.Reads, filters, period, Top, compared: true), cancellationToken) },
            Referrers = { await RowsAsync(By(ReportDimension.ReferrerHost, OfSources, ReportMetric.Views, filters, period, Top), cancellationToken) },
            Channels = { await RowsAsync(By(ReportDimension.Channel, OfSources, ReportMetric.Views, filters, period, Top), cancellationToken) },
        };
    }

    private static List<ReportFilter> Filters(params ReadOnlySpan<(ReportDimension Dimension, string Value)> of)
    {
        var filters = new List<ReportFilter>();
        foreach (var (dimension, value) in of)
        {
            if (value.Length > 0)
            {
                filters.Add(new ReportFilter { Dimension = dimension, Values = { value } });
            }
        }

        return filters;
    }

    private static ReportQuery By(
        ReportDimension dimension, List<ReportMetric> metrics, ReportMetric by, List<ReportFilter> filters, LocalPeriod period, int rows, bool compared = false) =>
        new(metrics, [dimension], filters, period, compared ? period.Previous() : null, ReportQuery.Complete([new ReportOrder { Metric = by, Descending = true }], metrics, [dimension]), rows);

    private async Task<(ReportFigures Figures, ReportFigures Previous)> SummaryAsync(LocalPeriod period, List<ReportFilter> filters, CancellationToken cancellationToken)
    {
        var previous = period.Previous();
        List<ReportMetric> metrics = period.IsWithinUtcDays(null) && previous.IsWithinUtcDays(null) ? [.. Summary, ReportMetric.UniqueReaders] : Summary;
        var query = new ReportQuery(metrics, [], filters, period, previous, [], 1);
        var row = (await reading.ReadAsync(query, cancellationToken))[0];
        return (ReportReading.Figures(query, row.Counts), ReportReading.Figures(query, row.Previous));
    }

    private async Task<IEnumerable<ReportRow>> DaysAsync(LocalPeriod period, List<ReportFilter> filters, CancellationToken cancellationToken)
    {
        List<ReportDimension> day = [ReportDimension.Day];
        var query = new ReportQuery(OfDays, day, filters, period, null, ReportQuery.Complete([], OfDays, day), period.Days);
        return reading.Rows(query, await reading.FilledAsync(query, cancellationToken));
    }

    private async Task<IEnumerable<ReportRow>> RowsAsync(ReportQuery query, CancellationToken cancellationToken) =>
        reading.Rows(query, await reading.ReadAsync(query, cancellationToken));
}
