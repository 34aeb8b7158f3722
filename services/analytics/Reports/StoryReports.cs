using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Errors;
using Google.Type;

namespace Broadsheet.Analytics.Reports;

/// <summary>How a story was read, from raw events.</summary>
internal sealed class StoryReports(IAnalyticsStore store, Facts facts, StoryLookup stories, TimeProvider time)
{
    private const int UsualDays = 30;
    private const int MostDays = 366;

    public async Task<StoryReport> OfAsync(GetStoryReportRequest request, CancellationToken cancellationToken)
    {
        var to = DayOf(request.To) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = DayOf(request.From) ?? to.AddDays(1 - UsualDays);
        if (from > to || to.DayNumber - from.DayNumber >= MostDays)
        {
            throw RpcError.InvalidField("from", "must not be after to, nor more than 366 days in all");
        }

        var story = await stories.EverPublishedAsync(request.Story, cancellationToken);
        return await ComputeAsync(story.Story, from, to, cancellationToken);
    }

    private async Task<StoryReport> ComputeAsync(string story, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var period = new FactPeriod(new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(to.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
        var report = new StoryReport { Story = story, ReadRule = ReadRule.Current.Id, Period = new ReportPeriod { From = DateOf(from), To = DateOf(to) } };
        var (visits, depth) = (0L, 0.0);
        var byRevision = new Dictionary<int, (RevisionFigures Figures, long Visits)>();
        var sql = new Sql(store.Dialect);
        sql.Text =
            $"""
            select revision, cast(sum(views) as bigint), cast(sum(visits) as bigint), cast(sum(case when {ReadRule.Current.Sql} then 1 else 0 end) as bigint),
                cast(sum(engaged) as double), cast(sum(case when visits > 0 and sections > 0 then length(reached) / cast(sections as double) else 0 end) as double), cast(sum(shares) as bigint)
            from {await facts.SqlAsync(sql, period, $"story = {sql.Parameter(story)}", cancellationToken)} v
            group by revision order by revision desc
            """;
        await store.ReadAsync(
            sql,
            row =>
            {
                var figures = new RevisionFigures { Revision = row.GetInt32(0), Views = row.GetInt64(1), Reads = row.GetInt64(3), EngagedSeconds = row.GetDouble(4) };
                report.Shares += row.GetInt64(6);
                if (figures.Views > 0)
                {
                    figures.ReadRatio = (double)figures.Reads / figures.Views;
                    report.Revisions.Add(figures);
                    byRevision[figures.Revision] = (figures, row.GetInt64(2));
                }

                report.Views += figures.Views;
                report.Reads += figures.Reads;
                report.EngagedSeconds += figures.EngagedSeconds;
                visits += row.GetInt64(2);
                depth += row.GetDouble(5);
            },
            cancellationToken);
        if (report.Views > 0)
        {
            report.ReadRatio = (double)report.Reads / report.Views;
        }

        if (visits > 0)
        {
            report.Depth = depth / visits;
        }

        await AddSectionsAsync(story, period, byRevision, cancellationToken);
        await AddReadersAsync(story, period, report, from == to, cancellationToken);
        return report;
    }

    private async Task AddSectionsAsync(string story, FactPeriod period, Dictionary<int, (RevisionFigures Figures, long Visits)> byRevision, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        var of = $"story = {sql.Parameter(story)}";
        sql.Text =
            $"""
            select revision, section, cast(count(*) as bigint) from (
                select revision, {store.Dialect.Unnest("reached")} as section from {await facts.SqlAsync(sql, period, of, cancellationToken)} v where visits > 0) s
            group by revision, section
            """;
        var reached = (await store.QueryAsync(sql, row => ((row.GetInt32(0), row.GetString(1)), row.GetInt64(2)), cancellationToken)).ToDictionary();
        sql = new Sql(store.Dialect);
        sql.Text = $"select revision, sections from {store.Dialect.Current("story_revisions")} r where story = {sql.Parameter(story)}";
        foreach (var (revision, sections) in await store.QueryAsync(sql, row => (row.GetInt32(0), row.ElementsOf<string>(1).ToList()), cancellationToken))
        {
            if (byRevision.TryGetValue(revision, out var shown))
            {
                foreach (var section in sections)
                {
                    var figures = new SectionFigures { Section = section, Reached = reached.GetValueOrDefault((revision, section)) };
                    if (shown.Visits > 0)
                    {
                        figures.Share = (double)figures.Reached / shown.Visits;
                    }

                    shown.Figures.Sections.Add(figures);
                }
            }
        }
    }

    private async Task AddReadersAsync(string story, FactPeriod period, StoryReport report, bool oneDay, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        var of = $"story = {sql.Parameter(story)}";
        sql.Text =
            $"""
            with viewed as (select viewed_at, reader, visitor from {await facts.SqlAsync(sql, period, of, cancellationToken)} v where views > 0)
            select cast((select count(distinct reader) from viewed) as bigint), cast((
                select coalesce(sum(readers), 0) from (
                    select date_trunc('day', viewed_at) as day, count(distinct reader) + count(distinct case when reader is null then visitor end) as readers
                    from viewed group by day) d) as bigint)
            """;
        var (signedIn, days) = (await store.QueryAsync(sql, row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken))[0];
        if (oneDay)
        {
            report.UniqueReaders = days;
        }
        else
        {
            report.SignedInReaders = signedIn;
            report.ReaderDays = days;
        }
    }

    private static DateOnly? DayOf(Date? date) => date is null ? null : new DateOnly(date.Year, date.Month, date.Day);

    private static Date DateOf(DateOnly day) => new() { Year = day.Year, Month = day.Month, Day = day.Day };
}
