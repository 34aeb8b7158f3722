using System.Globalization;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.V1;
using CsCheck;

namespace Broadsheet.Analytics.Tests;

/// <summary>One view, visit or share, as a test knows that it happened.</summary>
internal sealed record Happened
{
    public required DateTimeOffset At { get; init; }

    public required string Story { get; init; }

    public int Revision { get; init; } = 1;

    public bool IsView { get; init; }

    public bool IsVisit { get; init; }

    public bool IsShare { get; init; }

    public bool BeginsSession { get; set; }

    public string? Reader { get; init; }

    public Guid? Visitor { get; init; }

    public PageAddress Page { get; init; }

    public byte Channel { get; init; }

    public Device Device { get; init; }

    public bool Imported { get; init; }

    public double Engaged { get; init; }

    public IReadOnlyList<string> Reached { get; init; } = [];
}

/// <summary>Figures counted anew from what happened, one plain loop for each, to compare reports with.</summary>
internal sealed class ReportModel
{
    public Dictionary<string, (string Community, string Creator, string[] Sections, double ReadingSeconds)> Stories { get; } = [];

    public List<Happened> Facts { get; } = [];

    public List<(string Story, DateTimeOffset At)> Comments { get; } = [];

    public List<(string Story, DateTimeOffset At)> Insights { get; } = [];

    public static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(place => values[place]);

    public static string Label(ReportDimension unit, DateTimeOffset local) => unit switch
    {
        ReportDimension.Hour => local.ToString("yyyy-MM-dd'T'HH:00zzz", CultureInfo.InvariantCulture),
        ReportDimension.Day => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ReportDimension.Week => local.AddDays(-(((int)local.DayOfWeek + 6) % 7)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => local.ToString("yyyy-MM", CultureInfo.InvariantCulture),
    };

    /// <summary>Rows by the values of their dimensions, joined by a bar.</summary>
    public Dictionary<string, (ReportFigures Figures, ReportFigures? Previous)> Answer(QueryReportRequest request)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(request.TimeZone);
        var (from, to) = (DayOf(request.From), DayOf(request.To));
        var days = to.DayNumber - from.DayNumber + 1;
        var now = Count(request, zone, from, to);
        if (request.Comparison != ReportComparison.PreviousPeriod)
        {
            return now.ToDictionary(row => row.Key, row => (Figures(request, row.Value), (ReportFigures?)null));
        }

        // Buckets of time are matched by their order.
        var before = Count(request, zone, from.AddDays(-days), from.AddDays(-1));
        var time = request.Dimensions.ToList().FindIndex(dimension => dimension >= ReportDimension.Hour);
        if (time >= 0)
        {
            var (labels, earlier) = (Labels(request.Dimensions[time], zone, from, to), Labels(request.Dimensions[time], zone, from.AddDays(-days), from.AddDays(-1)));
            before = before.Select(row => (Parts: row.Key.Split('|'), row.Value))
                .Where(row => earlier.IndexOf(row.Parts[time]) < labels.Count)
                .ToDictionary(row => string.Join('|', row.Parts.Select((part, i) => i == time ? labels[earlier.IndexOf(part)] : part)), row => row.Value);
        }

        return now.Keys.Union(before.Keys).ToDictionary(
            key => key,
            key => (Figures(request, now.GetValueOrDefault(key) ?? new Group()), (ReportFigures?)Figures(request, before.GetValueOrDefault(key) ?? new Group())));
    }

    /// <summary>The labels of a unit that the zone's clock shows in the days, in order.</summary>
    public static List<string> Labels(ReportDimension unit, TimeZoneInfo zone, DateOnly from, DateOnly to)
    {
        var labels = new List<string>();
        var start = new DateTimeOffset(from.AddDays(-2), TimeOnly.MinValue, TimeSpan.Zero);
        for (var moment = start; moment < start.AddDays(to.DayNumber - from.DayNumber + 6); moment = moment.AddMinutes(15))
        {
            var local = TimeZoneInfo.ConvertTime(moment, zone);
            if (DateOnly.FromDateTime(local.DateTime) >= from && DateOnly.FromDateTime(local.DateTime) <= to && Label(unit, local) is var label && (labels.Count == 0 || labels[^1] != label))
            {
                labels.Add(label);
            }
        }

        return [.. labels.Distinct()];
    }

    private static DateOnly DayOf(Google.Type.Date date) => new(date.Year, date.Month, date.Day);

    private static ReportFigures Figures(QueryReportRequest request, Group group)
    {
        var visits = group.Facts.Where(fact => fact.IsVisit).ToList();
        var views = group.Facts.Count(fact => fact.IsView);
        var reads = visits.Count(group.IsRead);
        var engaged = visits.Sum(fact => fact.Engaged);
        var figures = new ReportFigures();
        foreach (var metric in request.Metrics)
        {
            switch (metric)
            {
                case ReportMetric.Views:
                    figures.Views = views;
                    break;
                case ReportMetric.Visits:
                    figures.Visits = visits.Count;
                    break;
                case ReportMetric.Sessions:
                    figures.Sessions = group.Facts.Count(fact => fact.BeginsSession);
                    break;
                case ReportMetric.Reads:
                    figures.Reads = reads;
                    break;
                case ReportMetric.ReadRatio when views > 0:
                    figures.ReadRatio = (double)reads / views;
                    break;
                case ReportMetric.EngagedSeconds:
                    figures.EngagedSeconds = engaged;
                    break;
                case ReportMetric.EngagedSecondsPerVisit when visits.Count > 0:
                    figures.EngagedSecondsPerVisit = engaged / visits.Count;
                    break;
                case ReportMetric.UniqueReaders:
                    figures.UniqueReaders = group.Facts.Where(fact => fact.IsView).Select(Person).Where(person => person is not null).Distinct().Count();
                    break;
                case ReportMetric.SignedInReaders:
                    figures.SignedInReaders = group.Facts.Where(fact => fact.IsView && fact.Reader is not null).Select(fact => fact.Reader).Distinct().Count();
                    break;
                case ReportMetric.ReaderDays:
                    figures.ReaderDays = group.Facts.Where(fact => fact.IsView && Person(fact) is not null).Select(fact => (fact.At.UtcDateTime.Date, Person(fact))).Distinct().Count();
                    break;
                case ReportMetric.Depth when visits.Count > 0:
                    figures.Depth = visits.Sum(fact => group.SectionsOf(fact) is { Length: > 0 } sections ? (double)fact.Reached.Count / sections.Length : 0) / visits.Count;
                    break;
                case ReportMetric.Shares:
                    figures.Shares = group.Facts.Count(fact => fact.IsShare);
                    break;
                case ReportMetric.Comments:
                    figures.Comments = group.Comments;
                    break;
                case ReportMetric.Insights:
                    figures.Insights = group.Insights;
                    break;
                case ReportMetric.Reached:
                    figures.Reached = group.Reached;
                    break;
                case ReportMetric.ReachedShare when group.Reachable > 0:
                    figures.ReachedShare = (double)group.Reached / group.Reachable;
                    break;
                default:
                    break;
            }
        }

        return figures;

        static string? Person(Happened fact) => fact.Reader ?? fact.Visitor?.ToString();
    }

    private Dictionary<string, Group> Count(QueryReportRequest request, TimeZoneInfo zone, DateOnly from, DateOnly to)
    {
        var groups = new Dictionary<string, Group>();
        if (request.Dimensions.Count == 0)
        {
            groups[""] = new Group(this);
        }

        var visits = request.Metrics.Any(metric => metric is not (ReportMetric.Comments or ReportMetric.Insights));
        var people = request.Metrics.All(metric => metric is ReportMetric.UniqueReaders or ReportMetric.ReaderDays or ReportMetric.SignedInReaders or ReportMetric.Comments or ReportMetric.Insights);
        foreach (var fact in Facts.Where(fact => visits && IsIn(fact.At) && request.Filters.All(filter => Passes(filter, fact))))
        {
            if (request.Dimensions.Contains(ReportDimension.Section))
            {
                foreach (var section in fact.IsVisit ? SectionsOf(fact) : [])
                {
                    var group = GroupOf(fact, fact.At, section);
                    group.Reachable++;
                    group.Reached += fact.Reached.Contains(section) ? 1 : 0;
                }
            }
            else if (!people || (fact.IsView && (fact.Reader is not null || (fact.Visitor is not null && request.Metrics.Any(metric => metric is ReportMetric.UniqueReaders or ReportMetric.ReaderDays)))))
            {
                GroupOf(fact, fact.At, null).Facts.Add(fact);
            }
        }

        foreach (var (story, at) in request.Metrics.Contains(ReportMetric.Comments) ? Comments.Where(one => IsIn(one.At) && PassesStory(one.Story)) : [])
        {
            GroupOf(new Happened { At = at, Story = story }, at, null).Comments++;
        }

        foreach (var (story, at) in request.Metrics.Contains(ReportMetric.Insights) ? Insights.Where(one => IsIn(one.At) && PassesStory(one.Story)) : [])
        {
            GroupOf(new Happened { At = at, Story = story }, at, null).Insights++;
        }

        return groups;

        bool IsIn(DateTimeOffset at)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
            return day >= from && day <= to;
        }

        bool PassesStory(string story) => request.Filters.All(filter => Passes(filter, new Happened { At = default, Story = story }));

        Group GroupOf(Happened fact, DateTimeOffset at, string? section)
        {
            var key = string.Join('|', request.Dimensions.Select(dimension => dimension switch
            {
                ReportDimension.Section => section,
                >= ReportDimension.Hour => Label(dimension, TimeZoneInfo.ConvertTime(at, zone)),
                _ => ValueOf(dimension, fact),
            }));
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = new Group(this);
            }

            return group;
        }
    }

    private bool Passes(ReportFilter filter, Happened fact)
    {
        var value = ValueOf(filter.Dimension, fact);
        return filter.Match switch
        {
            ReportMatch.IsNot => !filter.Values.Contains(value),
            ReportMatch.Contains => filter.Values.Any(part => value.Contains(part, StringComparison.OrdinalIgnoreCase)),
            _ => filter.Values.Contains(value),
        };
    }

    private string ValueOf(ReportDimension dimension, Happened fact) => dimension switch
    {
        ReportDimension.Story => fact.Story,
        ReportDimension.Community => Stories[fact.Story].Community,
        ReportDimension.Creator => Stories[fact.Story].Creator,
        ReportDimension.Revision => fact.Revision.ToString(CultureInfo.InvariantCulture),
        ReportDimension.ReferrerHost => fact.Page.ReferrerHost ?? "",
        ReportDimension.Channel => ((string[])["", "direct", "search", "social", "mail", "referral", "paid", "internal", "assistant", "campaign"])[fact.Channel],
        ReportDimension.UtmSource => fact.Page.Source ?? "",
        ReportDimension.UtmMedium => fact.Page.Medium ?? "",
        ReportDimension.UtmCampaign => fact.Page.Campaign ?? "",
        ReportDimension.UtmTerm => fact.Page.Term ?? "",
        ReportDimension.UtmContent => fact.Page.Content ?? "",
        ReportDimension.Device => ((string[])["", "desktop", "phone", "tablet"])[(int)fact.Device],
        ReportDimension.Origin => fact.Imported ? "imported" : "recorded",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    // Only the first revision was ever told of.
    private string[] SectionsOf(Happened fact) => fact.Revision == 1 ? Stories[fact.Story].Sections : [];

    private sealed class Group(ReportModel? model = null)
    {
        public List<Happened> Facts { get; } = [];

        public int Comments { get; set; }

        public int Insights { get; set; }

        public int Reached { get; set; }

        public int Reachable { get; set; }

        public string[] SectionsOf(Happened fact) => model!.SectionsOf(fact);

        public bool IsRead(Happened fact) => SectionsOf(fact) is { Length: > 0 } sections
            && fact.Engaged >= Math.Min(30, model!.Stories[fact.Story].ReadingSeconds / 2) && fact.Reached.Count >= Math.Ceiling(sections.Length / 2.0);
    }
}
