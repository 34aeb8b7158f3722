using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Analytics.Tests;

/// <summary>Hours that are rolled up say what their events say, whatever comes late and whenever the service stops.</summary>
public abstract class RollupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_late_heartbeat_corrects_an_hour_that_was_rolled_up_before_and_after_it_is_rolled_up_anew()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 10, 20, 0, TimeSpan.Zero));
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        var folder = AnalyticsFixture.NewFolder();
        var analytics = await AnalyticsFixture.StartAsync(feed.Address, folder, time);
        await analytics.KnowsAsync("stories/a");
        time.SetUtcNow(new DateTimeOffset(2026, 11, 25, 10, 59, 30, TimeSpan.Zero));
        await analytics.RecordAsync(analytics.View("stories/a", "v", reader: "readers/ann"), analytics.View("stories/a"));
        Assert.Equal((2, 0, 0.0), await FiguresAsync(analytics));

        time.Advance(TimeSpan.FromHours(2));
        await RolledAsync(analytics);
        Assert.Equal((2, 0, 0.0), await FiguresAsync(analytics));
        Assert.Empty(await OpenAsync(analytics));

        // It was engaged for 40 s a minute after the view, and says so two hours later.
        var late = analytics.Heartbeat("stories/a", "v", ago: (2 * 3_600) - 60, 40, "lead", "section-1");
        await analytics.RecordAsync(late);
        Assert.Equal((2, 1, 40.0), await FiguresAsync(analytics));
        Assert.NotEmpty(await OpenAsync(analytics));

        await analytics.StopAsync();
        analytics = await AnalyticsFixture.StartAsync(feed.Address, folder, time);
        Assert.Equal((2, 1, 40.0), await FiguresAsync(analytics));
        time.Advance(TimeSpan.FromMinutes(3));
        await RolledAsync(analytics);
        Assert.Equal((2, 1, 40.0), await FiguresAsync(analytics));
        Assert.Empty(await OpenAsync(analytics));
        await analytics.DisposeAsync();
    }

    [Fact]
    public async Task A_story_that_comes_when_its_hour_was_rolled_up_still_counts()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var feed = await StoryServer.StartAsync();
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address, time: time);
        await analytics.RecordAsync(analytics.View("stories/a", "v", ago: 3 * 3_600));
        time.Advance(TimeSpan.FromMinutes(2));
        await RolledAsync(analytics);
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await analytics.KnowsAsync("stories/a", meanwhile: () => time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal((1, 0, 0.0), await FiguresAsync(analytics));
        time.Advance(TimeSpan.FromMinutes(15));
        await RolledAsync(analytics);
        Assert.Equal((1, 0, 0.0), await FiguresAsync(analytics));
        Assert.Empty(await OpenAsync(analytics));
    }

    [Fact]
    public async Task Random_events_give_the_same_figures_rolled_up_hour_by_hour_and_folded_at_once()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            await using var feed = await StoryServer.StartAsync();
            feed.Publish(AnalyticsFixture.Explainer("a"));
            feed.Publish(AnalyticsFixture.Explainer("b", 200));
            await using var analytics = await AnalyticsFixture.StartAsync(feed.Address, time: time);
            await analytics.KnowsAsync("stories/b");
            for (var hour = 0; hour < 12; hour++)
            {
                await analytics.RecordAsync([.. Enumerable.Range(0, 60).Select(_ => RandomEvent(analytics, random))]);
                time.Advance(TimeSpan.FromMinutes(random.Next(10, 70)));
                await RolledAsync(analytics);
            }

            var mixed = (await ReportAsync(analytics, "stories/a"), await ReportAsync(analytics, "stories/b"), await SessionsAsync(analytics));
            time.Advance(TimeSpan.FromHours(2));
            await RolledAsync(analytics);
            Assert.Empty(await OpenAsync(analytics));
            var rolled = (await ReportAsync(analytics, "stories/a"), await ReportAsync(analytics, "stories/b"), await SessionsAsync(analytics));
            await analytics.Services.GetRequiredService<Rollups>().ReopenAsync(time.GetUtcNow().AddDays(-3), Cancel);
            Assert.True((await OpenAsync(analytics)).Count > 10);
            var folded = (await ReportAsync(analytics, "stories/a"), await ReportAsync(analytics, "stories/b"), await SessionsAsync(analytics));
            Assert.Equal(folded, rolled);
            Assert.Equal(folded, mixed);
            Assert.True(folded.Item1.Reads > 0 && folded.Item3 > 1);
        }
    }

    private static ReadingEvent RandomEvent(AnalyticsFixture analytics, Random random)
    {
        var story = random.Next(2) == 0 ? "stories/a" : "stories/b";
        var ago = random.Next(3) == 0 ? random.Next(20 * 3_600) : random.Next(1_800);
        var visit = random.Next(8) == 0 ? "" : $"v{random.Next(40)}";
        var one = random.Next(3) switch
        {
            0 => analytics.View(story, visit, ago),
            1 when visit.Length > 0 => analytics.Heartbeat(story, visit, ago, random.Next(90), [.. ((string[])["lead", "section-1", "section-2"])[..random.Next(4)]]),
            1 => analytics.View(story, visit, ago),
            _ => analytics.Event(story, visit, ago),
        };
        if (one.DetailCase == ReadingEvent.DetailOneofCase.None)
        {
            one.Share = new Share { Channel = "mail" };
        }

        one.Reader = random.Next(2) == 0 ? $"readers/r{random.Next(6)}" : "";
        return one;
    }

    private static Task<int> RolledAsync(AnalyticsFixture analytics) => analytics.Services.GetRequiredService<Rollups>().PassAsync(Cancel);

    private static Task<IReadOnlyList<DateTimeOffset>> OpenAsync(AnalyticsFixture analytics) =>
        analytics.Services.GetRequiredService<Rollups>().OpenHoursAsync(Cancel);

    private static async Task<StoryReport> ReportAsync(AnalyticsFixture analytics, string story)
    {
        var report = await analytics.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = story }, cancellationToken: Cancel);
        // Sums of fractions depend on their order in the last digits.
        report.EngagedSeconds = Math.Round(report.EngagedSeconds, 6);
        report.Depth = Math.Round(report.Depth, 9);
        report.Revisions.ToList().ForEach(revision => revision.EngagedSeconds = Math.Round(revision.EngagedSeconds, 6));
        return report;
    }

    private static async Task<long> SessionsAsync(AnalyticsFixture analytics)
    {
        var store = analytics.Services.GetRequiredService<Storage.IAnalyticsStore>();
        var sql = new Storage.Sql(store.Dialect);
        sql.Text = $"select cast(sum(sessions) as bigint) from {await analytics.Services.GetRequiredService<Facts>().SqlAsync(sql, FactPeriod.Ever, null, Cancel)} v";
        return (await Storage.AnalyticsStoreReading.QueryAsync(store, sql, row => row.GetInt64(0), Cancel))[0];
    }

    private static async Task<(long Views, long Reads, double Engaged)> FiguresAsync(AnalyticsFixture analytics)
    {
        var report = await ReportAsync(analytics, "stories/a");
        return (report.Views, report.Reads, report.EngagedSeconds);
    }
}
