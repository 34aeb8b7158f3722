using System.Net;
using Broadsheet.Analytics.V1;
using Broadsheet.Clients;
using Broadsheet.Query.Tests;
using Grpc.Core;

namespace Broadsheet.Analytics.Tests;

/// <summary>The embedded store's own failures: a disk without room, a folder in use.</summary>
public sealed class FailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    // Stopped in time; and run into the wall, where the engine gives up on the database and it is opened anew.
    [InlineData(8, true)]
    [InlineData(0, false)]
    public async Task Full_disk_is_said_loses_nothing_acknowledged_and_is_over_when_there_is_room(int reserve, bool inTime)
    {
        using var disk = SmallDisk.Mount(mebibytes: 40);
        await using var analytics = await AnalyticsFixture.StartAsync(folder: disk.Path, settings: $"--Broadsheet:Analytics:MinimumFreeMegabytes={reserve}");
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[disk.Free - (9 * 1024 * 1024)], Cancel);
        var acknowledged = 0L;
        var waiting = Batch(analytics);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                acknowledged += (await analytics.RecordAsync(waiting)).Counted;
                waiting = Batch(analytics);
            }
        });
        if (inTime)
        {
            Assert.Equal("STORE_FULL", RpcFailure.From(error).Reason);
            // What is there can still be read.
            Assert.Equal(acknowledged, await analytics.CountedAsync());
        }
        else
        {
            Assert.True(RpcFailure.From(error).Reason is "STORE_FULL" or "STORE_UNAVAILABLE", error.Message);
        }

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri(analytics.HealthAddress, "/readyz"), Cancel)).StatusCode);

        File.Delete(ballast);
        for (var tries = 0; (await http.GetAsync(new Uri(analytics.HealthAddress, "/readyz"), Cancel)).StatusCode != HttpStatusCode.OK; tries++)
        {
            Assert.True(tries < 100, "does not become ready again");
            await Task.Delay(100, Cancel);
        }

        // The same again: whether it was written or not, it counts once.
        var again = await analytics.RecordAsync(waiting);
        Assert.Equal(waiting.Length, again.Counted + again.NotCounted.Count(one => one.Reason == NotCountedReason.Duplicate));
        Assert.Equal(acknowledged + waiting.Length, await analytics.CountedAsync());
    }

    [Fact]
    public async Task Second_service_on_a_folder_does_not_start()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => AnalyticsFixture.StartAsync(folder: analytics.Folder));
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
    }

    private static ReadingEvent[] Batch(AnalyticsFixture analytics) => [.. Enumerable.Range(0, 1_000).Select(i =>
    {
        var view = analytics.View("stories/a", Guid.NewGuid().ToString());
        view.Url = $"https://example.org/{Guid.NewGuid()}";
        return view;
    })];
}
