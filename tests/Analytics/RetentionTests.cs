using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Analytics.Tests;

/// <summary>What is kept for how long.</summary>
public abstract class RetentionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Raw_events_go_when_they_are_old_and_figures_stay()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var feed = await StoryServer.StartAsync();
        feed.Publish(AnalyticsFixture.Explainer("a"));
        await using var analytics = await AnalyticsFixture.StartAsync(feed.Address, time: time, settings: "--Broadsheet:Analytics:RawEventDays=5");
        await analytics.KnowsAsync("stories/a");
        await analytics.RecordAsync([.. analytics.Read("stories/a", "v", "readers/ann"), analytics.View("stories/a")]);
        var before = await ReportAsync(analytics);
        Assert.Equal((2, 1), (before.Views, before.Reads));

        time.Advance(TimeSpan.FromDays(4));
        await RetainAsync(analytics);
        Assert.Equal(3, (await StatusAsync(analytics)).Events);
        time.Advance(TimeSpan.FromDays(4));
        await RetainAsync(analytics);
        var status = await StatusAsync(analytics);
        Assert.Equal((0, 2, 0), (status.Events, status.Visits, status.OpenHours));
        Assert.Null(status.OldestEvent);
        var after = await ReportAsync(analytics);
        after.Period = before.Period;
        Assert.Equal(before, after);

        // What was not known then does not make hours be folded whose events are gone.
        await analytics.Services.GetRequiredService<Reading.Rollups>().ReopenAsync(DateTimeOffset.MinValue, Cancel);
        after = await ReportAsync(analytics);
        after.Period = before.Period;
        Assert.Equal(before, after);
    }

    private static async Task RetainAsync(AnalyticsFixture analytics)
    {
        await analytics.Services.GetRequiredService<Reading.Rollups>().PassAsync(Cancel);
        Assert.NotNull(await analytics.Services.GetRequiredService<Retention>().ApplyAsync(Cancel));
    }

    private static async Task<StoreStatus> StatusAsync(AnalyticsFixture analytics) =>
        await analytics.Stores.GetStoreStatusAsync(new GetStoreStatusRequest(), cancellationToken: Cancel);

    private static async Task<StoryReport> ReportAsync(AnalyticsFixture analytics) =>
        await analytics.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = "stories/a" }, cancellationToken: Cancel);
}
