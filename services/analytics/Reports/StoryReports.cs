using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Reports;

/// <summary>How a story was read, by revision and section.</summary>
internal sealed class StoryReports(ReportReading reading, ReportPeriods periods, IAnalyticsStore store, StoryLookup stories, ReadRule rule)
{
    private static readonly List<ReportMetric> OfRevisions =
        [ReportMetric.Views, ReportMetric.Visits, ReportMetric.Reads, ReportMetric.ReadRatio, ReportMetric.EngagedSeconds, ReportMetric.Depth, ReportMetric.Shares];

    public async Task<StoryReport> OfAsync(GetStoryReportRequest request, CancellationToken cancellationToken)
    {
        var period = periods.Of(request.From, request.To, "", ReportPeriods.Year);
        var story = (await stories.EverPublishedAsync(request.Story, cancellationToken)).Story;
        var report = new StoryReport { Story = story, ReadRule = rule.Id, Period = period.ToMessage() };
        var query = Query(story, period, OfRevisions, ReportDimension.Revision);
        var byRevision = new Dictionary<int, RevisionFigures>();
        var (visits, depth) = (0L, 0.0);
        foreach (var row in await reading.ReadAsync(query, cancellationToken))
        {
            var figures = ReportReading.Figures(query, row.Counts);
            report.Views += figures.Views;
            report.Reads += figures.Reads;
            report.EngagedSeconds += figures.EngagedSeconds;
            report.Shares += figures.Shares;
            visits += figures.Visits;
            depth += figures.Depth * figures.Visits;
            if (figures.Views > 0)
            {
                var revision = new RevisionFigures
                {
                    Revision = (int)(long)row.Keys[0],
                    Views = figures.Views,
                    Reads = figures.Reads,
                    ReadRatio = figures.ReadRatio,
                    EngagedSeconds = figures.EngagedSeconds,
                };
                report.Revisions.Add(revision);
                byRevision[revision.Revision] = revision;
            }
        }

        if (report.Views > 0)
        {
            report.ReadRatio = (double)report.Reads / report.Views;
        }

        if (visits > 0)
        {
            report.Depth = depth / visits;
        }

        await AddSectionsAsync(story, period, byRevision, cancellationToken);
        await AddReadersAsync(story, period, report, cancellationToken);
        return report;
    }

    private static ReportQuery Query(string story, LocalPeriod period, List<ReportMetric> metrics, params List<ReportDimension> dimensions) => new(
        metrics,
        dimensions,
        [new ReportFilter { Dimension = ReportDimension.Story, Values = { story } }],
        period,
        null,
        [.. dimensions.Select(dimension => new ReportOrder { Dimension = dimension, Descending = true })],
        int.MaxValue);

    private async Task AddSectionsAsync(string story, LocalPeriod period, Dictionary<int, RevisionFigures> byRevision, CancellationToken cancellationToken)
    {
        if (byRevision.Count == 0)
        {
            return;
        }

        var query = Query(story, period, [ReportMetric.Reached, ReportMetric.ReachedShare], ReportDimension.Revision, ReportDimension.Section);
        var reached = (await reading.ReadAsync(query, cancellationToken))
            .ToDictionary(row => ((int)(long)row.Keys[0], (string)row.Keys[1]), row => ReportReading.Figures(query, row.Counts));
        var sql = new Sql(store.Dialect);
        sql.Text = $"select revision, sections from {store.Dialect.Current("story_revisions")} r where story = {sql.Parameter(story)}";
        foreach (var (revision, sections) in await store.QueryAsync(sql, row => (row.GetInt32(0), row.ElementsOf<string>(1).ToList()), cancellationToken))
        {
            if (byRevision.TryGetValue(revision, out var shown))
            {
                foreach (var section in sections)
                {
                    // Views without a visit reach nothing.
                    var figures = reached.GetValueOrDefault((revision, section));
                    var answer = new SectionFigures { Section = section, Reached = figures?.Reached ?? 0 };
                    if (figures is { HasReachedShare: true })
                    {
                        answer.Share = figures.ReachedShare;
                    }

                    shown.Sections.Add(answer);
                }
            }
        }
    }

    private async Task AddReadersAsync(string story, LocalPeriod period, StoryReport report, CancellationToken cancellationToken)
    {
        var query = Query(story, period, [ReportMetric.SignedInReaders, ReportMetric.ReaderDays]);
        var figures = ReportReading.Figures(query, (await reading.ReadAsync(query, cancellationToken))[0].Counts);
        if (period.Days == 1)
        {
            report.UniqueReaders = figures.ReaderDays;
        }
        else
        {
            report.SignedInReaders = figures.SignedInReaders;
            report.ReaderDays = figures.ReaderDays;
        }
    }
}
