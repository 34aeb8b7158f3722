using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Type;
using Metric = Broadsheet.Analytics.V1.ReportMetric;
using Dimension = Broadsheet.Analytics.V1.ReportDimension;

namespace Broadsheet.Benchmarks;

/// <summary>What a dashboard asks: a call, and statements on the same tables that give the same figures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CallAsync">Asks the service, the n-th time.</param>
/// <param name="Statements">What to run on the engine instead, the n-th time; none where the figures are kept in memory.</param>
internal sealed record ReportShape(string Name, Func<ReportService.ReportServiceClient, int, CancellationToken, Task> CallAsync, Func<int, string[]> Statements)
{
    // What a read is, by the rule read/1.
    private const string Reads =
        "count(*) filter (where visits > 0 and sections > 0 and engaged >= least(30, reading_seconds * 0.5) and length(reached) >= ceil(sections * 0.5))";

    private const string Figures = $"sum(views) as views, sum(visits), {Reads} as reads, sum(engaged)";

    // One reader a day is one, signed in or told apart by the connection.
    private static string Readers(string key, string where) =>
        $"""
        select k, count(*), count(distinct reader) from (
            select {key} as k, date_trunc('day', hour) as day, reader, case when reader is null then visitor end as visitor
            from visits where {where} and views > 0 and (reader is not null or visitor is not null) group by all) group by k
        """;

    /// <summary>The shapes over the days up to the day that was the last when the data were made.</summary>
    public static ReportShape[] All(DateOnly last)
    {
        var month = last.AddDays(-29);
        var week = last.AddDays(-6);
        var ofMonth = Within(month, last);
        return
        [
            new(
                "overview-of-30-days-by-day",
                (reports, _, cancel) => QueryAsync(
                    reports, month, last, [Metric.Views, Metric.Visits, Metric.Reads, Metric.ReadRatio, Metric.EngagedSeconds, Metric.ReaderDays, Metric.SignedInReaders], [Dimension.Day], [], cancel),
                _ => [$"select date_trunc('day', viewed_at), {Figures} from visits where {ofMonth} group by 1 order by 1", Readers("date_trunc('day', viewed_at)", ofMonth)]),
            new(
                "top-stories-of-7-days",
                async (reports, _, cancel) => await reports.ListTopStoriesAsync(new ListTopStoriesRequest { Metric = Metric.Reads, From = Day(week), To = Day(last) }, deadline: Server.Patience, cancellationToken: cancel),
                _ =>
                [
                    $"""
                    select story, sum(case when {Within(week, last)} then views end), {Reads} filter_now, sum(case when {Within(week, last)} then engaged end),
                        sum(case when not ({Within(week, last)}) then views end), {Reads} filter_before, sum(case when not ({Within(week, last)}) then engaged end)
                    from visits where {Within(week.AddDays(-7), last)} group by 1 order by 3 desc limit 20
                    """
                    .Replace($"{Reads} filter_now", Reads.Replace("visits > 0", $"visits > 0 and {Within(week, last)}", StringComparison.Ordinal), StringComparison.Ordinal)
                    .Replace($"{Reads} filter_before", Reads.Replace("visits > 0", $"visits > 0 and not ({Within(week, last)})", StringComparison.Ordinal), StringComparison.Ordinal),
                ]),
            new(
                "one-story-by-day-and-revision",
                (reports, turn, cancel) => QueryAsync(
                    reports, month, last, [Metric.Views, Metric.Visits, Metric.Reads, Metric.EngagedSeconds], [Dimension.Day, Dimension.Revision], [(Dimension.Story, Story(turn))], cancel),
                turn => [$"select date_trunc('day', viewed_at), revision, {Figures} from visits where {ofMonth} and story = '{Story(turn)}' group by 1, 2 order by 1, 2"]),
            new(
                "channels-and-referrers-of-30-days",
                (reports, _, cancel) => QueryAsync(
                    reports, month, last, [Metric.Views, Metric.Visits, Metric.Reads, Metric.EngagedSeconds], [Dimension.Channel, Dimension.ReferrerHost], [], cancel),
                _ => [$"select channel, referrer_host, {Figures} from visits where {ofMonth} group by 1, 2 order by 3 desc"]),
            new(
                "a-creator's-month",
                async (reports, turn, cancel) => await reports.GetCreatorReportAsync(new GetCreatorReportRequest { Creator = Creator(turn), From = Day(month), To = Day(last) }, deadline: Server.Patience, cancellationToken: cancel),
                turn => CreatorStatements(month, last, Creator(turn))),
            new(
                "community-by-device-by-week",
                (reports, _, cancel) => QueryAsync(
                    reports, month, last, [Metric.Views, Metric.Visits, Metric.Reads, Metric.EngagedSeconds], [Dimension.Community, Dimension.Device, Dimension.Week], [], cancel),
                _ => [$"select s.community, device, date_trunc('week', viewed_at), {Figures} from visits join stories s using (story) where {ofMonth} group by 1, 2, 3 order by 3"]),
        ];
    }

    private static string[] CreatorStatements(DateOnly from, DateOnly to, string creator)
    {
        var both = $"{Within(from.AddDays(-30), to)} and story in (select story from stories where creator = '{creator}')";
        var now = $"{Within(from, to)} and story in (select story from stories where creator = '{creator}')";
        var period = $"viewed_at >= timestamp '{Text(from)}'";
        return
        [
            $"select {period}, {Figures}, sum(shares), sum(sessions), avg(length(reached) / nullif(sections, 0)) from visits where {both} group by 1",
            Readers(period, both),
            $"select create_time >= timestamp '{Text(from)}', count(*) from comments where create_time < timestamp '{Text(to.AddDays(1))}' and story in (select story from stories where creator = '{creator}') group by 1",
            $"select create_time >= timestamp '{Text(from)}', count(*) from insights where create_time < timestamp '{Text(to.AddDays(1))}' and story in (select story from stories where creator = '{creator}') group by 1",
            $"select date_trunc('day', viewed_at), {Figures} from visits where {now} group by 1 order by 1",
            $"select story, {period}, {Figures} from visits where {both} group by 1, 2 order by reads desc limit 40",
            $"select referrer_host, sum(views) as views, {Reads} from visits where {now} group by 1 order by 2 desc limit 20",
            $"select channel, sum(views) as views, {Reads} from visits where {now} group by 1 order by 2 desc",
        ];
    }

    // Stories and creators in turns, so that no answer is one that was given before.
    private static string Story(int turn) => string.Create(CultureInfo.InvariantCulture, $"stories/s-{turn % 100}");

    private static string Creator(int turn) => string.Create(CultureInfo.InvariantCulture, $"creators/w-{turn % ReadingCorpus.CreatorCount}");

    private static string Within(DateOnly from, DateOnly to) =>
        $"hour >= timestamp '{Text(from)}' and hour < timestamp '{Text(to.AddDays(1))}' and viewed_at >= timestamp '{Text(from)}' and viewed_at < timestamp '{Text(to.AddDays(1))}'";

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Date Day(DateOnly day) => new() { Year = day.Year, Month = day.Month, Day = day.Day };

    private static async Task QueryAsync(
        ReportService.ReportServiceClient reports, DateOnly from, DateOnly to, Metric[] metrics, Dimension[] dimensions, (Dimension Dimension, string Value)[] filters, CancellationToken cancel)
    {
        var answer = await reports.QueryReportAsync(
            new QueryReportRequest
            {
                Metrics = { metrics },
                Dimensions = { dimensions },
                Filters = { filters.Select(filter => new ReportFilter { Dimension = filter.Dimension, Values = { filter.Value } }) },
                From = Day(from),
                To = Day(to),
                PageSize = 1_000,
            },
            deadline: Server.Patience,
            cancellationToken: cancel);
        if (answer.Rows.Count == 0 && filters.Length == 0)
        {
            throw new InvalidOperationException("the report has no rows");
        }
    }
}
