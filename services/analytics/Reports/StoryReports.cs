using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Errors;
using DuckDB.NET.Data;
using Google.Type;

namespace Broadsheet.Analytics.Reports;

/// <summary>How a story was read, from raw events.</summary>
internal sealed class StoryReports(AnalyticsStore store, StoryLookup stories, TimeProvider time)
{
    private const int UsualDays = 30;
    private const int MostDays = 366;

    // Views and all else up to a day after the period: a heartbeat belongs to the visit that it is of.
    private const string OfStoryAndPeriod = "e.story = $1 and e.occurred_at >= $2 and (e.occurred_at < $3 or (e.kind = 2 and e.occurred_at < $3 + interval 1 day))";

    public async Task<StoryReport> OfAsync(GetStoryReportRequest request, CancellationToken cancellationToken)
    {
        var to = DayOf(request.To) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = DayOf(request.From) ?? to.AddDays(1 - UsualDays);
        if (from > to || to.DayNumber - from.DayNumber >= MostDays)
        {
            throw RpcError.InvalidField("from", "must not be after to, nor more than 366 days in all");
        }

        var facts = await stories.EverPublishedAsync(request.Story, cancellationToken);
        return await store.ReadAsync(connection => Compute(connection, facts.Story, from, to), cancellationToken);
    }

    private static StoryReport Compute(DuckDBConnection connection, string story, DateOnly from, DateOnly to)
    {
        object[] period = [story, from.ToDateTime(TimeOnly.MinValue), to.AddDays(1).ToDateTime(TimeOnly.MinValue)];
        var with = VisitFigures.With(OfStoryAndPeriod, ReadRule.Current);
        var report = new StoryReport { Story = story, ReadRule = ReadRule.Current.Id, Period = new ReportPeriod { From = DateOf(from), To = DateOf(to) } };
        var visits = 0L;
        var depth = 0.0;
        var byRevision = new Dictionary<int, (RevisionFigures Figures, long Visits)>();
        foreach (var row in connection.Query(
            $"""
            {with},
            shown_views as (select shown, count(*) as views from counted where kind = 1 group by shown),
            figures as (
                select shown, count(*) as visits, count(*) filter (where is_read) as reads, sum(engaged) as engaged,
                    coalesce(sum(len(reached) / nullif(len(section_ids), 0)), 0) as depth
                from visits group by shown)
            select w.shown, w.views, coalesce(f.visits, 0), coalesce(f.reads, 0), coalesce(f.engaged, 0), coalesce(f.depth, 0)
            from shown_views w left join figures f on f.shown = w.shown
            order by w.shown desc
            """,
            row => (Revision: row.GetInt32(0), Views: row.GetInt64(1), Visits: row.GetInt64(2), Reads: row.GetInt64(3), Engaged: row.GetDouble(4), Depth: row.GetDouble(5)), period))
        {
            var figures = new RevisionFigures { Revision = row.Revision, Views = row.Views, Reads = row.Reads, EngagedSeconds = row.Engaged };
            figures.ReadRatio = (double)row.Reads / row.Views;
            report.Revisions.Add(figures);
            byRevision[row.Revision] = (figures, row.Visits);
            report.Views += row.Views;
            report.Reads += row.Reads;
            report.EngagedSeconds += row.Engaged;
            visits += row.Visits;
            depth += row.Depth;
        }

        if (report.Views > 0)
        {
            report.ReadRatio = (double)report.Reads / report.Views;
        }

        if (visits > 0)
        {
            report.Depth = depth / visits;
        }

        AddSections(connection, with, period, byRevision);
        AddReaders(connection, with, period, report, from == to);
        report.Shares = connection.Scalar<long>(
            $"""
            select count(*) from events e join stories s on s.story = e.story
            where e.kind = 3 and e.story = $1 and e.occurred_at >= $2 and e.occurred_at < $3 and {CountedEvents.OfKnownStory}
            """,
            period);
        return report;
    }

    private static void AddSections(DuckDBConnection connection, string with, object[] period, Dictionary<int, (RevisionFigures Figures, long Visits)> byRevision)
    {
        foreach (var (revision, section, reached) in connection.Query(
            $"""
            {with},
            seen as (select shown, section, count(*) as reached from (select shown, unnest(reached) as section from visits) group by all),
            listed as (select revision, unnest(sections) as section, generate_subscripts(sections, 1) as place from story_revisions where story = $1)
            select l.revision, l.section, coalesce(s.reached, 0) from listed l left join seen s on s.shown = l.revision and s.section = l.section
            order by l.revision, l.place
            """,
            row => (row.GetInt32(0), row.GetString(1), row.GetInt64(2)), period))
        {
            if (byRevision.TryGetValue(revision, out var shown))
            {
                var figures = new SectionFigures { Section = section, Reached = reached };
                if (shown.Visits > 0)
                {
                    figures.Share = (double)reached / shown.Visits;
                }

                shown.Figures.Sections.Add(figures);
            }
        }
    }

    private static void AddReaders(DuckDBConnection connection, string with, object[] period, StoryReport report, bool oneDay)
    {
        var (signedIn, days) = connection.Query(
            $"""
            {with},
            of_days as (
                select date_trunc('day', occurred_at) as day, count(distinct coalesce(reader, visitor::varchar)) as readers
                from counted where kind = 1 group by 1)
            select (select count(distinct reader) from counted where kind = 1), (select coalesce(sum(readers), 0)::bigint from of_days)
            """,
            row => (row.GetInt64(0), row.GetInt64(1)), period)[0];
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
