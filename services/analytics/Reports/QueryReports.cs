using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Paging;

namespace Broadsheet.Analytics.Reports;

/// <summary>Any figures by any dimensions.</summary>
internal sealed class QueryReports(ReportReading reading, ReportPeriods periods, ReadRule rule)
{
    private const int MostDays = 1_830;
    private const int MostDaysOfHours = 93;
    private const int UsualRows = 50;
    private const int MostRows = 1_000;

    /// <summary>The page that was asked for.</summary>
    public async Task<QueryReportResponse> AnswerAsync(QueryReportRequest request, CancellationToken cancellationToken)
    {
        var position = ReportPages.Decode(request);
        var most = request.Dimensions.Contains(ReportDimension.Hour) ? MostDaysOfHours : MostDays;
        var period = position is null
            ? periods.Of(request.From, request.To, request.TimeZone, most)
            : ReportPeriods.Of(position.From, position.To, request.TimeZone, most);
        var order = ReportQuery.Complete(request.Order, request.Metrics, request.Dimensions);
        var size = PageToken.Size(request.PageSize, UsualRows, MostRows);
        var query = new ReportQuery(
            [.. request.Metrics],
            [.. request.Dimensions],
            request.Filters,
            period,
            request.Comparison == ReportComparison.PreviousPeriod ? period.Previous() : null,
            order,
            // One more shows that there is a next page.
            size + 1,
            position is null ? null : ReportPages.ValuesOf(position, order));
        var rows = request.FillEmpty ? await reading.FilledAsync(query, cancellationToken) : await reading.ReadAsync(query, cancellationToken);
        var response = new QueryReportResponse
        {
            ReadRule = rule.Id,
            Period = period.ToMessage(),
            PreviousPeriod = query.Previous?.ToMessage(),
            Rows = { reading.Rows(query, rows.Take(size)) },
        };
        if (rows.Count > size)
        {
            response.NextPageToken = ReportPages.Encode(request, period, rows[size - 1].Order);
        }

        return response;
    }
}
