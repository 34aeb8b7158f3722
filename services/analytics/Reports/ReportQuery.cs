using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Reports;

/// <summary>A report that was asked for, checked and with nothing left open.</summary>
/// <param name="Metrics">What to count.</param>
/// <param name="Dimensions">What to tell figures apart by.</param>
/// <param name="Filters">What to count at all.</param>
/// <param name="Period">When.</param>
/// <param name="Previous">What to compare with; null for nothing.</param>
/// <param name="Order">Order of the rows: what was asked for, then all dimensions, so that no two rows are equal.</param>
/// <param name="Take">How many rows.</param>
/// <param name="After">Values of <paramref name="Order"/> of the row after which to go on; null for the beginning.</param>
internal sealed record ReportQuery(
    List<ReportMetric> Metrics,
    List<ReportDimension> Dimensions,
    IReadOnlyList<ReportFilter> Filters,
    LocalPeriod Period,
    LocalPeriod? Previous,
    IReadOnlyList<ReportOrder> Order,
    int Take,
    IReadOnlyList<object>? After = null)
{
    /// <summary>The dimension of time; null if there is none.</summary>
    public ReportDimension? Time { get; } = Dimensions.Where(dimension => dimension.IsTime()).Select(dimension => (ReportDimension?)dimension).SingleOrDefault();

    /// <summary>What is counted for the metrics.</summary>
    public List<ReportMeasure> Measures { get; } = [.. Metrics.SelectMany(ReportMeasures.Of).Distinct().Order()];

    /// <summary>The order asked for, completed: by time where that is a dimension, else by the first metric, if none is given.</summary>
    public static IReadOnlyList<ReportOrder> Complete(IReadOnlyList<ReportOrder> asked, IReadOnlyList<ReportMetric> metrics, IReadOnlyList<ReportDimension> dimensions)
    {
        var order = new List<ReportOrder>(asked);
        if (order.Count == 0 && !dimensions.Any(dimension => dimension.IsTime()))
        {
            order.Add(new ReportOrder { Metric = metrics[0], Descending = true });
        }

        foreach (var dimension in dimensions.OrderByDescending(dimension => dimension.IsTime()))
        {
            if (!order.Exists(one => one.KeyCase == ReportOrder.KeyOneofCase.Dimension && one.Dimension == dimension))
            {
                order.Add(new ReportOrder { Dimension = dimension });
            }
        }

        return order;
    }
}

/// <summary>What metrics are worked out of. Whole numbers, so that sums are the same in whatever order an engine adds.</summary>
internal enum ReportMeasure
{
    Views,
    Visits,
    Sessions,
    Reads,

    /// <summary>Microseconds.</summary>
    Engaged,

    /// <summary>Millionths, summed over visits.</summary>
    Depth,
    Shares,

    /// <summary>Pairs of a reader and a UTC day.</summary>
    ReaderDays,
    SignedInReaders,
    Comments,
    Insights,
    Reached,

    /// <summary>Visits to revisions that have the section.</summary>
    SectionVisits,
}

/// <summary>From measures to metrics.</summary>
internal static class ReportMeasures
{
    private const double Million = 1_000_000;

    /// <summary>What a metric is worked out of: the measure, and for a ratio what it is divided by.</summary>
    public static IReadOnlyList<ReportMeasure> Of(ReportMetric metric) => metric switch
    {
        ReportMetric.Views => [ReportMeasure.Views],
        ReportMetric.Visits => [ReportMeasure.Visits],
        ReportMetric.Sessions => [ReportMeasure.Sessions],
        ReportMetric.Reads => [ReportMeasure.Reads],
        ReportMetric.ReadRatio => [ReportMeasure.Reads, ReportMeasure.Views],
        ReportMetric.EngagedSeconds => [ReportMeasure.Engaged],
        ReportMetric.EngagedSecondsPerVisit => [ReportMeasure.Engaged, ReportMeasure.Visits],
        // Each row is within a UTC day, so its readers are its reader days.
        ReportMetric.UniqueReaders => [ReportMeasure.ReaderDays],
        ReportMetric.ReaderDays => [ReportMeasure.ReaderDays],
        ReportMetric.SignedInReaders => [ReportMeasure.SignedInReaders],
        ReportMetric.Depth => [ReportMeasure.Depth, ReportMeasure.Visits],
        ReportMetric.Shares => [ReportMeasure.Shares],
        ReportMetric.Comments => [ReportMeasure.Comments],
        ReportMetric.Insights => [ReportMeasure.Insights],
        ReportMetric.Reached => [ReportMeasure.Reached],
        ReportMetric.ReachedShare => [ReportMeasure.Reached, ReportMeasure.SectionVisits],
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };

    /// <summary>The figures, from what <paramref name="measured"/> says of each measure.</summary>
    public static ReportFigures Figures(IReadOnlyList<ReportMetric> metrics, Func<ReportMeasure, long> measured)
    {
        var figures = new ReportFigures();
        foreach (var metric in metrics)
        {
            var of = Of(metric);
            var count = measured(of[0]);
            var divisor = of.Count == 2 ? measured(of[1]) : 1;
            if (divisor > 0)
            {
                Set(figures, metric, count, divisor);
            }
        }

        return figures;
    }

    private static void Set(ReportFigures figures, ReportMetric metric, long count, long divisor)
    {
        switch (metric)
        {
            case ReportMetric.Views:
                figures.Views = count;
                break;
            case ReportMetric.Visits:
                figures.Visits = count;
                break;
            case ReportMetric.Sessions:
                figures.Sessions = count;
                break;
            case ReportMetric.Reads:
                figures.Reads = count;
                break;
            case ReportMetric.ReadRatio:
                figures.ReadRatio = (double)count / divisor;
                break;
            case ReportMetric.EngagedSeconds:
                figures.EngagedSeconds = count / Million;
                break;
            case ReportMetric.EngagedSecondsPerVisit:
                figures.EngagedSecondsPerVisit = count / Million / divisor;
                break;
            case ReportMetric.UniqueReaders:
                figures.UniqueReaders = count;
                break;
            case ReportMetric.SignedInReaders:
                figures.SignedInReaders = count;
                break;
            case ReportMetric.ReaderDays:
                figures.ReaderDays = count;
                break;
            case ReportMetric.Depth:
                figures.Depth = count / Million / divisor;
                break;
            case ReportMetric.Shares:
                figures.Shares = count;
                break;
            case ReportMetric.Comments:
                figures.Comments = count;
                break;
            case ReportMetric.Insights:
                figures.Insights = count;
                break;
            case ReportMetric.Reached:
                figures.Reached = count;
                break;
            case ReportMetric.ReachedShare:
                figures.ReachedShare = (double)count / divisor;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(metric));
        }
    }
}
