using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Analytics.Tests;

/// <summary>The embedded store's file: its size, and copies of it.</summary>
public sealed class StoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Room_of_what_went_is_used_again()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var analytics = await AnalyticsFixture.StartAsync(time: time, settings: "--Broadsheet:Analytics:RawEventDays=3");
        var sizes = new List<long>();
        for (var round = 0; round < 12; round++)
        {
            for (var batch = 0; batch < 8; batch++)
            {
                await analytics.RecordAsync([.. Enumerable.Range(0, 5_000).Select(i => analytics.View("stories/a", $"{Guid.NewGuid():N}"))]);
            }

            time.Advance(TimeSpan.FromDays(2));
            await RetainAsync(analytics);
            sizes.Add(new FileInfo(Path.Combine(analytics.Folder, "analytics.duckdb")).Length);
        }

        // Two rounds are kept at a time of twelve that came in; the log is written into the file at every 16 MiB.
        Assert.True(sizes[^1] > 0 && sizes[^1] <= 1.5 * sizes.Take(6).Max(), string.Join(' ', sizes));
    }

    [Fact]
    public async Task A_backup_taken_while_events_come_in_is_a_store_that_a_service_starts_on()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        using var stopping = new CancellationTokenSource();
        var acknowledged = 0;
        var sending = Task.Run(
            async () =>
            {
                while (!stopping.IsCancellationRequested)
                {
                    await analytics.RecordAsync([.. Enumerable.Range(0, 100).Select(_ => analytics.View("stories/a"))]);
                    Interlocked.Add(ref acknowledged, 100);
                }
            },
            Cancel);
        while (Volatile.Read(ref acknowledged) < 2_000)
        {
            await Task.Delay(5, Cancel);
        }

        var atLeast = Volatile.Read(ref acknowledged);
        var backup = await analytics.Stores.BackUpStoreAsync(new BackUpStoreRequest(), cancellationToken: Cancel);
        var meanwhile = Volatile.Read(ref acknowledged);
        await stopping.CancelAsync();
        await sending;
        Assert.True(meanwhile > atLeast, "nothing was taken in while the copy was made");

        var folder = AnalyticsFixture.NewFolder();
        File.Move(backup.Path, Path.Combine(folder, "analytics.duckdb"));
        await using var restored = await AnalyticsFixture.StartAsync(folder: folder);
        var events = (await StatusAsync(restored)).Events;
        Assert.InRange(events, atLeast, acknowledged);
        Assert.Equal(0, events % 100);
        Assert.False(Directory.EnumerateFiles(analytics.Folder, "*.part", SearchOption.AllDirectories).Any());
        await RpcAssert.FailsAsync(
            StatusCode.PermissionDenied, "PERMISSION_MISSING", () => restored.Stores.BackUpStoreAsync(new BackUpStoreRequest(), AnalyticsFixture.As("readers/ann"), cancellationToken: Cancel).ResponseAsync);
    }

    private static async Task RetainAsync(AnalyticsFixture analytics)
    {
        await analytics.Services.GetRequiredService<Reading.Rollups>().PassAsync(Cancel);
        Assert.NotNull(await analytics.Services.GetRequiredService<Retention>().ApplyAsync(Cancel));
    }

    private static async Task<StoreStatus> StatusAsync(AnalyticsFixture analytics) =>
        await analytics.Stores.GetStoreStatusAsync(new GetStoreStatusRequest(), cancellationToken: Cancel);
}
