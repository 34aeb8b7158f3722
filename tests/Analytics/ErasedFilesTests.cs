using System.Text;
using Broadsheet.Analytics.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Analytics.Tests;

/// <summary>What is erased leaves the files of the embedded store, while events go on coming in.</summary>
public sealed class ErasedFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_of_many_checkpoints_and_deleted_rows_do_not_hold_the_name_either()
    {
        await using var feed = await PrivacyErasureTests.FeedAsync();
        var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        var store = analytics.Services.GetRequiredService<Storage.IAnalyticsStore>();
        for (var round = 0; round < 4; round++)
        {
            // Few readers, so that names stand in the file as they are and not compressed.
            await analytics.RecordAsync([.. Enumerable.Range(0, 3_000).Select(i => analytics.View("stories/a", $"v{round}-{i}", reader: i % 100 == 0 ? PrivacyErasureTests.Zoe : $"readers/r{i % 3}"))]);
            await PrivacyErasureTests.SubmitAsync(analytics, PrivacyErasureTests.Zoe, InsightLevel.NiceWork);
            await PrivacyErasureTests.SubmitAsync(analytics, $"readers/r{round}", InsightLevel.NiceWork);
            await store.ChangeAsync([new Storage.Sql(store.Dialect) { Text = "insert into visits (hour, story, reader) select received_at, 'stories/a', reader from events" }], Cancel);
            await CheckpointAsync(analytics);
            await store.ChangeAsync([new Storage.Sql(store.Dialect) { Text = "delete from visits where rowid % 2 = 0" }], Cancel);
        }

        // As retention does.
        await store.ChangeAsync([new Storage.Sql(store.Dialect) { Text = "delete from events where rowid < 1000" }], Cancel);
        await CheckpointAsync(analytics);
        Assert.True(PrivacyTests.IsInAFile(analytics.Folder, Encoding.UTF8.GetBytes(PrivacyErasureTests.Zoe)));
        await PrivacyErasureTests.EraseAsync(analytics, PrivacyErasureTests.Zoe);
        // Events come in while the file is written anew, and a reader changes what she thinks.
        var more = await PurgedAsync(analytics, async () =>
        {
            await PrivacyErasureTests.SubmitAsync(analytics, "readers/r2", InsightLevel.Outstanding);
            return (await analytics.RecordAsync([.. Enumerable.Range(0, 100).Select(_ => analytics.View("stories/a"))])).Counted;
        });
        Assert.True(more > 0);
        Assert.False(PrivacyTests.IsInAFile(analytics.Folder, Encoding.UTF8.GetBytes(PrivacyErasureTests.Zoe)));
        Assert.Equal(11_000 + more, (await PrivacyErasureTests.ReportAsync(analytics)).Views);
        // Not in the log either, which is written into the file now; and all of it is there again.
        await analytics.StopAsync();
        Assert.False(PrivacyTests.IsInAFile(analytics.Folder, Encoding.UTF8.GetBytes(PrivacyErasureTests.Zoe)));
        Assert.True(PrivacyTests.IsInAFile(analytics.Folder, "readers/r2"u8));
        await using var again = await AnalyticsFixture.StartAsync(feed.Address, analytics.Folder);
        Assert.Equal(11_000 + more, (await PrivacyErasureTests.ReportAsync(again)).Views);
        var insight = await again.Insights.GetInsightAsync(new GetInsightRequest { Story = "stories/a" }, AnalyticsFixture.As("readers/r2"), cancellationToken: Cancel);
        Assert.Equal(InsightLevel.Outstanding, insight.Level);
    }

    [Fact]
    public async Task A_file_that_was_not_written_anew_before_the_service_ended_is_when_it_starts()
    {
        await using var feed = await PrivacyErasureTests.FeedAsync();
        var analytics = await AnalyticsFixture.StartAsync(feed.Address);
        await analytics.KnowsAsync("stories/last");
        await analytics.RecordAsync(analytics.View("stories/a", "v", reader: PrivacyErasureTests.Zoe));
        var store = analytics.Services.GetRequiredService<Storage.IAnalyticsStore>();
        await CheckpointAsync(analytics);
        // The tables alone, as if it had ended then.
        await store.EraseReaderAsync(PrivacyErasureTests.Zoe, Cancel);
        await analytics.StopAsync();
        Assert.True(PrivacyTests.IsInAFile(analytics.Folder, Encoding.UTF8.GetBytes(PrivacyErasureTests.Zoe)));

        await using var again = await AnalyticsFixture.StartAsync(folder: analytics.Folder);
        await PurgedAsync(again, () => Task.FromResult(0));
        Assert.False(PrivacyTests.IsInAFile(analytics.Folder, Encoding.UTF8.GetBytes(PrivacyErasureTests.Zoe)));
        Assert.Equal(1, await again.CountedAsync());
    }

    /// <summary>Waits until the file is written anew; returns the sum of what was done meanwhile.</summary>
    private static async Task<int> PurgedAsync(AnalyticsFixture analytics, Func<Task<int>> meanwhile)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        var sum = 0;
        do
        {
            sum += await meanwhile();
            await Task.Delay(5, timeout.Token);
        }
        while (File.Exists(Path.Combine(analytics.Folder, "analytics.erased")));

        return sum;
    }

    private static async Task CheckpointAsync(AnalyticsFixture analytics) =>
        await analytics.Services.GetRequiredService<Storage.IAnalyticsStore>().ReadAsync(
            new Storage.Sql(analytics.Services.GetRequiredService<Storage.IAnalyticsStore>().Dialect) { Text = "force checkpoint" }, _ => { }, Cancel);
}
