using Broadsheet.Analytics.V1;
using CsCheck;
using Google.Type;

namespace Broadsheet.Analytics.Tests;

/// <summary>QueryReport against figures counted anew from the events.</summary>
public abstract class ReportTests
{
    // The Sunday in it has 23 hours in Europe; the first Sunday of April 24.5 in Lord Howe.
    private static readonly DateTimeOffset First = new(2026, 3, 24, 0, 0, 0, TimeSpan.Zero);

    private static readonly ReportMetric[] OfVisits = [.. Enum.GetValues<ReportMetric>().Where(metric => metric is >= ReportMetric.Views and <= ReportMetric.Shares and not ReportMetric.UniqueReaders)];
    private static readonly ReportDimension[] Plain =
        [.. Enum.GetValues<ReportDimension>().Where(dimension => dimension is > ReportDimension.Unspecified and < ReportDimension.Hour and not ReportDimension.Section)];

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York", "Pacific/Chatham"];
    private static readonly ReportDimension[] Times = [ReportDimension.Hour, ReportDimension.Day, ReportDimension.Week, ReportDimension.Month];

    [Theory]
    [InlineData(true, 16, 250, 100)]
    // Events that are not rolled up are folded anew for each answer, so there are fewer.
    [InlineData(false, 8, 60, 25)]
    public async Task Any_question_about_random_events_is_answered_as_counted_anew(bool rolledUp, int days, int visits, int questions)
    {
        await using var world = await ReportWorld.StartAsync(7, First, days, visits, rolledUp);
        await Requests().SampleAsync(request => CheckAsync(world, request), iter: questions, threads: 1);
    }

    [Fact]
    public async Task Every_metric_goes_with_every_dimension_that_it_is_said_to_go_with()
    {
        await using var world = await ReportWorld.StartAsync(3, First, 16, 200, rolledUp: true);
        foreach (var dimension in Plain.Concat(Times))
        {
            var all = Request("Europe/Berlin", 2, 14, OfVisits, [dimension]);
            all.Comparison = ReportComparison.PreviousPeriod;
            await CheckAsync(world, all);
        }

        foreach (var dimension in (ReportDimension[])[ReportDimension.Story, ReportDimension.Community, ReportDimension.Creator, .. Times])
        {
            await CheckAsync(world, Request("Asia/Kathmandu", 0, 15, [ReportMetric.Comments, ReportMetric.Insights, ReportMetric.Views], [dimension]));
            await CheckAsync(world, Request("Asia/Kathmandu", 0, 15, [ReportMetric.Insights], [dimension]));
        }

        foreach (var dimension in Plain.Concat(Times))
        {
            await CheckAsync(world, Request("UTC", 0, 15, [ReportMetric.Reached, ReportMetric.ReachedShare], [.. new[] { ReportDimension.Story, ReportDimension.Section, dimension }.Distinct()]));
        }

        var unique = Request("UTC", 3, 3, [ReportMetric.UniqueReaders, ReportMetric.SignedInReaders], []);
        await CheckAsync(world, unique);
        await CheckAsync(world, Request("UTC", 0, 15, [ReportMetric.UniqueReaders], [ReportDimension.Day, ReportDimension.Story]));
        await CheckAsync(world, Request("Europe/Berlin", 0, 15, [ReportMetric.UniqueReaders], [ReportDimension.Hour]));
    }

    [Fact]
    public async Task Pages_are_the_whole_cut_in_pieces_whatever_rows_are_ordered_by()
    {
        await using var world = await ReportWorld.StartAsync(4, First, 16, 200, rolledUp: true);
        foreach (var order in (ReportOrder[][])
        [
            [],
            [new() { Metric = ReportMetric.ReadRatio, Descending = true }],
            [new() { Metric = ReportMetric.ReadRatio }],
            [new() { Metric = ReportMetric.EngagedSeconds, Descending = true }, new() { Dimension = ReportDimension.UtmTerm, Descending = true }],
            [new() { Dimension = ReportDimension.Channel, Descending = true }, new() { Metric = ReportMetric.Depth }],
            [new() { Dimension = ReportDimension.UtmTerm }],
        ])
        {
            var request = Request("Europe/Berlin", 0, 15, [ReportMetric.Views, ReportMetric.ReadRatio, ReportMetric.EngagedSeconds, ReportMetric.Depth], [ReportDimension.Channel, ReportDimension.UtmTerm, ReportDimension.Story]);
            request.Order.Add(order);
            request.PageSize = 1_000;
            var whole = (await world.AskAsync(request)).Rows;
            Assert.True(whole.Count > 40);
            Assert.Equal(whole.Count, whole.Select(row => string.Join('|', row.Keys.Select(key => key.Value))).Distinct().Count());
            var pieces = new List<ReportRow>();
            request.PageSize = 7;
            do
            {
                var page = await world.AskAsync(request);
                pieces.AddRange(page.Rows);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);

            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public async Task Empty_buckets_are_rows_of_zeros_where_asked_for_on_any_page()
    {
        await using var world = await ReportWorld.StartAsync(5, First, 16, 30, rolledUp: true);
        foreach (var (zone, unit, order) in (IEnumerable<(string, ReportDimension, ReportOrder?)>)
        [
            ("Europe/Berlin", ReportDimension.Hour, null),
            ("Australia/Lord_Howe", ReportDimension.Hour, null),
            ("UTC", ReportDimension.Day, new ReportOrder { Metric = ReportMetric.ReadRatio, Descending = true }),
            ("UTC", ReportDimension.Day, new ReportOrder { Metric = ReportMetric.Views }),
            ("Asia/Kathmandu", ReportDimension.Week, new ReportOrder { Dimension = ReportDimension.Week, Descending = true }),
        ])
        {
            var request = Request(zone, 0, 15, [ReportMetric.Views, ReportMetric.ReadRatio], [unit]);
            request.Comparison = ReportComparison.PreviousPeriod;
            request.FillEmpty = true;
            request.PageSize = 1_000;
            if (order is not null)
            {
                request.Order.Add(order);
            }

            var whole = (await world.AskAsync(request)).Rows;
            var labels = ReportModel.Labels(unit, TimeZoneInfo.FindSystemTimeZoneById(zone), new DateOnly(2026, 3, 24), new DateOnly(2026, 4, 8));
            Assert.Equal(labels.Order(StringComparer.Ordinal), whole.Select(row => row.Keys[0].Value).Order(StringComparer.Ordinal));
            var expected = world.Model.Answer(request);
            Assert.All(whole, row => Assert.Equal(expected.TryGetValue(row.Keys[0].Value, out var figures) ? figures.Figures.Views : 0, row.Figures.Views));
            Assert.All(whole, row => Assert.True(row.Figures.HasViews && row.Previous.HasViews));
            var pieces = new List<ReportRow>();
            request.PageSize = whole.Count > 100 ? 99 : 4;
            do
            {
                var page = await world.AskAsync(request);
                pieces.AddRange(page.Rows);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);

            Assert.Equal(whole, pieces);
        }
    }

    private static Gen<QueryReportRequest> Requests()
    {
        var filters = ReportModel.OneOf(Plain).SelectMany(dimension => Gen.Select(Gen.Bool, ReportModel.OneOf(ValuesOf(dimension)).Array[1, 2]).Select((not, values) =>
        {
            var filter = new ReportFilter { Dimension = dimension, Match = not ? ReportMatch.IsNot : ReportMatch.Is };
            filter.Values.Add(values.Distinct());
            if (!not && values.All(value => value.Length > 2) && dimension is ReportDimension.ReferrerHost or >= ReportDimension.UtmSource and <= ReportDimension.UtmContent && values[0].Length > 2)
            {
                filter.Match = ReportMatch.Contains;
                filter.Values.Clear();
                filter.Values.Add(values[0][1..].ToUpperInvariant());
            }

            return filter;
        }));
        return Gen.Select(
            ReportModel.OneOf(Zones), Gen.Int[-3, 14], Gen.Int[0, 8], ReportModel.OneOf(OfVisits).Array[1, 5], ReportModel.OneOf(Plain).Array[0, 2], Gen.Int[-1, 3], filters.Array[0, 2], Gen.Bool)
            .Select((zone, from, days, metrics, dimensions, time, conditions, compare) =>
            {
                var request = Request(zone, from, from + days, [.. metrics.Distinct()], [.. dimensions.Distinct(), .. time < 0 ? Array.Empty<ReportDimension>() : [Times[time]]]);
                request.Filters.Add(conditions);
                request.Comparison = compare ? ReportComparison.PreviousPeriod : ReportComparison.Unspecified;
                return request;
            });
    }

    private static string[] ValuesOf(ReportDimension dimension) => dimension switch
    {
        ReportDimension.Story => ["stories/a", "stories/b", "stories/none"],
        ReportDimension.Community => ["communities/x", "communities/y"],
        ReportDimension.Creator => ["creators/ada", "creators/bo"],
        ReportDimension.Revision => ["1", "2"],
        ReportDimension.ReferrerHost => ["", "example.org", "News.Example.com"],
        ReportDimension.Channel => ["", "direct", "campaign", "social"],
        ReportDimension.Device => ["", "phone", "desktop"],
        ReportDimension.Origin => ["recorded", "imported"],
        _ => ["", "Mail", "feed", "ß-1", "'; drop table visits; --"],
    };

    private static QueryReportRequest Request(string zone, int from, int to, ReportMetric[] metrics, ReportDimension[] dimensions) => new()
    {
        TimeZone = zone,
        From = Day(from),
        To = Day(to),
        Metrics = { metrics },
        Dimensions = { dimensions },
        PageSize = 1_000,
    };

    private static Date Day(int number) => First.AddDays(number) is var day ? new Date { Year = day.Year, Month = day.Month, Day = day.Day } : throw new InvalidOperationException();

    private static async Task CheckAsync(ReportWorld world, QueryReportRequest request)
    {
        var answer = await world.AskAsync(request);
        Assert.Equal("read/1", answer.ReadRule);
        var rows = new List<ReportRow>(answer.Rows);
        var next = request.Clone();
        while (answer.NextPageToken.Length > 0)
        {
            next.PageToken = answer.NextPageToken;
            answer = await world.AskAsync(next);
            rows.AddRange(answer.Rows);
        }

        var expected = world.Model.Answer(request);
        Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            rows.Select(row => string.Join('|', row.Keys.Select(key => key.Value))).Order(StringComparer.Ordinal));
        foreach (var row in rows)
        {
            var (figures, previous) = expected[string.Join('|', row.Keys.Select(key => key.Value))];
            Same(figures, row.Figures);
            Assert.Equal(previous is null, row.Previous is null);
            if (previous is not null)
            {
                Same(previous, row.Previous!);
            }
        }
    }

    private static void Same(ReportFigures expected, ReportFigures figures)
    {
        foreach (var field in ReportFigures.Descriptor.Fields.InDeclarationOrder())
        {
            Assert.Equal(field.Accessor.HasValue(expected), field.Accessor.HasValue(figures));
            if (field.Accessor.HasValue(expected))
            {
                Assert.Equal(Convert.ToDouble(field.Accessor.GetValue(expected), null), Convert.ToDouble(field.Accessor.GetValue(figures), null), 0.00001);
            }
        }
    }
}
