using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Google.Type;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>What may be asked for, by whom, and what the reports of a creator and of a community say.</summary>
public sealed class ReportRequestTests
{
    private static readonly DateTimeOffset First = new(2026, 3, 24, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, QueryReportRequest> Refused => new()
    {
        { "metrics", new() },
        { "metrics[0]", Ask([(ReportMetric)99]) },
        { "metrics", Ask([ReportMetric.Views, ReportMetric.Views]) },
        { "dimensions[0]", Ask([ReportMetric.Views], [(ReportDimension)99]) },
        { "dimensions", Ask([ReportMetric.Views], [ReportDimension.Story, ReportDimension.Device, ReportDimension.Channel, ReportDimension.UtmTerm, ReportDimension.UtmContent]) },
        { "dimensions", Ask([ReportMetric.Views], [ReportDimension.Hour, ReportDimension.Day]) },
        { "metrics", Ask([ReportMetric.Comments], [ReportDimension.Channel]) },
        { "metrics", Ask([ReportMetric.Insights], [ReportDimension.Story], new ReportFilter { Dimension = ReportDimension.Device, Values = { "phone" } }) },
        { "metrics", Ask([ReportMetric.Reached]) },
        { "metrics", Ask([ReportMetric.Views], [ReportDimension.Story, ReportDimension.Section]) },
        { "metrics", Ask([ReportMetric.Reached], [ReportDimension.Section]) },
        { "metrics", Ask([ReportMetric.UniqueReaders]) },
        { "metrics", Ask([ReportMetric.UniqueReaders], [ReportDimension.Week]) },
        { "metrics", new() { Metrics = { ReportMetric.UniqueReaders }, Dimensions = { ReportDimension.Day }, TimeZone = "Europe/Berlin" } },
        { "metrics", new() { Metrics = { ReportMetric.UniqueReaders }, Dimensions = { ReportDimension.Hour }, TimeZone = "Asia/Kathmandu" } },
        { "filters[0].values[0]", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Story, Values = { "x' or 1=1 --" } }) },
        { "filters[0].values[0]", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Revision, Values = { "-1" } }) },
        { "filters[0].values[0]", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Channel, Values = { "carrier pigeon" } }) },
        { "filters[0].values[0]", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.UtmTerm, Values = { new string('x', 501) } }) },
        { "filters[0].values", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Story }) },
        { "filters[0].dimension", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Day, Values = { "2026-03-24" } }) },
        { "filters[0].match", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Device, Match = ReportMatch.Contains, Values = { "phone" } }) },
        { "filters[0].match", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Device, Match = (ReportMatch)9, Values = { "phone" } }) },
        { "filters", Ask([ReportMetric.Views], [], [.. Enumerable.Range(0, 11).Select(_ => new ReportFilter { Dimension = ReportDimension.Device, Values = { "phone" } })]) },
        { "filters", Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.UtmTerm, Values = { Enumerable.Range(0, 101).Select(i => $"{i}") } }) },
        { "time_zone", new() { Metrics = { ReportMetric.Views }, TimeZone = "Mars/Olympus" } },
        { "from", new() { Metrics = { ReportMetric.Views }, From = Day(2026, 2, 30) } },
        { "from", new() { Metrics = { ReportMetric.Views }, From = Day(1900, 1, 1) } },
        { "to", new() { Metrics = { ReportMetric.Views }, To = Day(3000, 1, 1) } },
        { "from", new() { Metrics = { ReportMetric.Views }, From = Day(2026, 3, 2), To = Day(2026, 3, 1) } },
        { "from", new() { Metrics = { ReportMetric.Views }, From = Day(2020, 1, 1), To = Day(2026, 3, 1) } },
        { "from", new() { Metrics = { ReportMetric.Views }, Dimensions = { ReportDimension.Hour }, From = Day(2026, 1, 1), To = Day(2026, 6, 1) } },
        { "comparison", new() { Metrics = { ReportMetric.Views }, Comparison = (ReportComparison)7 } },
        { "order", new() { Metrics = { ReportMetric.Views }, Order = { new ReportOrder() } } },
        { "order", new() { Metrics = { ReportMetric.Views }, Order = { new ReportOrder { Metric = ReportMetric.Reads } } } },
        { "order", new() { Metrics = { ReportMetric.Views }, Order = { new ReportOrder { Dimension = ReportDimension.Story } } } },
        { "fill_empty", new() { Metrics = { ReportMetric.Views }, Dimensions = { ReportDimension.Day, ReportDimension.Story }, FillEmpty = true } },
        { "page_size", new() { Metrics = { ReportMetric.Views }, PageSize = -1 } },
    };

    [Fact]
    public async Task QueryReport_refuses_what_does_not_go_together_and_names_the_field()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        foreach (var row in Refused)
        {
            var (field, request) = row.Data;
            var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => QueryAsync(analytics, request));
            Assert.Contains(field, fields);
        }

        var mismatch = await Assert.ThrowsAsync<RpcException>(() => QueryAsync(analytics, Ask([ReportMetric.Comments], [ReportDimension.Channel])));
        Assert.Contains("COMMENTS does not go with the dimension CHANNEL", mismatch.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_another_request_or_edited_is_refused()
    {
        await using var world = await ReportWorld.StartAsync(1, First, 3, 40, rolledUp: true);
        var request = Ask([ReportMetric.Views], [ReportDimension.UtmTerm]);
        (request.From, request.To, request.PageSize) = (Day(2026, 3, 24), Day(2026, 3, 26), 1);
        request.PageToken = (await world.AskAsync(request)).NextPageToken;
        Assert.NotEmpty(request.PageToken);
        await world.AskAsync(request);
        // The size of a page may change on the way.
        request.PageSize = 2;
        await world.AskAsync(request);
        var other = request.Clone();
        other.TimeZone = "Europe/Berlin";
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => world.AskAsync(other));
        foreach (var token in (string[])["x", request.PageToken[..^2], $"{request.PageToken}A", new string('A', 10_000)])
        {
            request.PageToken = token;
            await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", () => world.AskAsync(request));
        }
    }

    [Fact]
    public async Task A_report_that_would_look_at_too_much_says_what_to_narrow()
    {
        await using var world = await ReportWorld.StartAsync(1, First, 10, 100, rolledUp: true, "--Broadsheet:Analytics:MaxReportVisits=50");
        var request = Ask([ReportMetric.Views]);
        (request.From, request.To) = (Day(2026, 3, 24), Day(2026, 4, 2));
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => world.AskAsync(request));
        Assert.Equal(["from"], fields);
        request.To = Day(2026, 3, 25);
        Assert.Single((await world.AskAsync(request)).Rows);
        request.To = Day(2026, 4, 2);
        request.Filters.Add(new ReportFilter { Dimension = ReportDimension.Story, Values = { "stories/c" } });
        Assert.Single((await world.AskAsync(request)).Rows);
    }

    [Fact]
    public async Task Figures_of_the_site_are_for_editors_and_those_of_their_stories_for_creators()
    {
        await using var world = await ReportWorld.StartAsync(1, First, 2, 10, rolledUp: true);
        var all = Ask([ReportMetric.Views]);
        var own = Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Creator, Values = { "creators/ada" } });
        var both = Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Creator, Values = { "creators/ada", "creators/bo" } });
        var others = Ask([ReportMetric.Views], [], new ReportFilter { Dimension = ReportDimension.Creator, Match = ReportMatch.IsNot, Values = { "creators/ada" } });
        await QueryAsync(world.Service, all, "readers/ed;roles=editor");
        await QueryAsync(world.Service, own, "creators/ada");
        foreach (var request in (QueryReportRequest[])[all, both, others])
        {
            await RefusedAsync(() => QueryAsync(world.Service, request, "creators/ada"));
        }

        await RefusedAsync(() => QueryAsync(world.Service, own, "creators/bo"));
        await RefusedAsync(() => CreatorAsync(world.Service, "creators/ada", "creators/bo"));
        await RefusedAsync(async () => await world.Service.Reports.GetCommunityReportAsync(new() { Community = "communities/x" }, AnalyticsFixture.As("creators/ada"), cancellationToken: Cancel));
        await RefusedAsync(async () => await world.Service.Reports.ListTopStoriesAsync(new(), AnalyticsFixture.As("creators/ada"), cancellationToken: Cancel));
        await CreatorAsync(world.Service, "creators/ada", "creators/ada");
        await world.Service.Reports.ListTopStoriesAsync(new() { Creator = "creators/ada" }, AnalyticsFixture.As("creators/ada"), ReportWorld.Patience, Cancel);

        static Task RefusedAsync(Func<Task> call) => RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", call);
    }

    [Fact]
    public async Task Nobody_asks_for_figures_of_the_site_without_a_name_outside_of_development()
    {
        await using var analytics = await AnalyticsFixture.StartAsync(null, null, null, "--environment=Production");
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => QueryAsync(analytics, Ask([ReportMetric.Views])));
        await RpcAssert.FailsAsync(StatusCode.Unauthenticated, "CALLER_REQUIRED", () => CreatorAsync(analytics, "creators/ada", "creators/ada"));
    }

    [Fact]
    public async Task Reports_of_a_creator_and_a_community_and_the_top_say_what_queries_say()
    {
        await using var world = await ReportWorld.StartAsync(9, First, 16, 200, rolledUp: true);
        var (from, to) = (Day(2026, 3, 26), Day(2026, 4, 6));
        var creator = await world.Service.Reports.GetCreatorReportAsync(new() { Creator = "creators/ada", From = from, To = to, TimeZone = "Europe/Berlin" }, deadline: ReportWorld.Patience, cancellationToken: Cancel);
        var request = new QueryReportRequest
        {
            From = from,
            To = to,
            TimeZone = "Europe/Berlin",
            Metrics = { ReportMetric.Views, ReportMetric.Reads, ReportMetric.ReadRatio, ReportMetric.EngagedSeconds },
            Dimensions = { ReportDimension.Story },
            Filters = { new ReportFilter { Dimension = ReportDimension.Creator, Values = { "creators/ada" } } },
            Comparison = ReportComparison.PreviousPeriod,
            Order = { new ReportOrder { Metric = ReportMetric.Reads, Descending = true } },
        };
        var stories = (await world.AskAsync(request)).Rows;
        Assert.Equal(stories, creator.Stories);
        Assert.Equal("How a works", creator.Stories.Single(row => row.Keys[0].Value == "stories/a").Keys[0].Title);
        Assert.Equal(stories.Sum(row => row.Figures.Views), creator.Figures.Views);
        Assert.Equal(stories.Sum(row => row.Previous.Reads), creator.Previous.Reads);
        Assert.Equal(12, creator.Days.Count);
        Assert.Equal(creator.Figures.Views, creator.Days.Sum(row => row.Figures.Views));
        Assert.Equal(creator.Figures.Views, creator.Channels.Sum(row => row.Figures.Views));
        Assert.Equal(creator.Figures.Views, creator.Referrers.Sum(row => row.Figures.Views));
        Assert.True(creator.Figures.HasComments && creator.Figures.HasSignedInReaders && !creator.Figures.HasUniqueReaders);
        Assert.Equal((new System.DateTime(2026, 3, 25, 23, 0, 0), new System.DateTime(2026, 4, 6, 22, 0, 0)), (creator.Period.StartTime.ToDateTime(), creator.Period.EndTime.ToDateTime()));
        Assert.Equal(creator.Period.StartTime, creator.PreviousPeriod.EndTime);

        var community = await world.Service.Reports.GetCommunityReportAsync(new() { Community = "communities/x", From = from, To = from }, deadline: ReportWorld.Patience, cancellationToken: Cancel);
        Assert.True(community.Figures.HasUniqueReaders);
        Assert.Equal(community.Figures.Views, community.Creators.Sum(row => row.Figures.Views));
        Assert.All(community.Stories, row => Assert.Contains(row.Keys[0].Value, (string[])["stories/a", "stories/b"]));

        var top = await world.Service.Reports.ListTopStoriesAsync(new() { Metric = ReportMetric.Shares, From = from, To = to, PageSize = 2 }, deadline: ReportWorld.Patience, cancellationToken: Cancel);
        Assert.Equal(2, top.Stories.Count);
        Assert.True(top.Stories[0].Figures.Shares >= top.Stories[1].Figures.Shares && top.Stories[1].Figures.Shares > 0);
        Assert.Equal("read/1", top.ReadRule);

        foreach (var call in (Func<Task>[])
        [
            () => CreatorAsync(world.Service, "creators/nobody", "readers/ed;roles=editor"),
            async () => await world.Service.Reports.GetCommunityReportAsync(new() { Community = "communities/nowhere" }, cancellationToken: Cancel),
        ])
        {
            await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", call);
        }
    }

    private static QueryReportRequest Ask(ReportMetric[] metrics, ReportDimension[]? dimensions = null, params ReportFilter[] filters) =>
        new() { Metrics = { metrics }, Dimensions = { dimensions ?? [] }, Filters = { filters } };

    private static Date Day(int year, int month, int day) => new() { Year = year, Month = month, Day = day };

    private static async Task<QueryReportResponse> QueryAsync(AnalyticsFixture analytics, QueryReportRequest request, string? caller = null) =>
        await analytics.Reports.QueryReportAsync(request, caller is null ? null : AnalyticsFixture.As(caller), ReportWorld.Patience, Cancel);

    private static async Task<CreatorReport> CreatorAsync(AnalyticsFixture analytics, string creator, string caller) =>
        await analytics.Reports.GetCreatorReportAsync(new() { Creator = creator }, AnalyticsFixture.As(caller), ReportWorld.Patience, Cancel);
}
