using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Tests;

/// <summary>
/// Clients that hold every event id until it is acknowledged, against a service that is killed at random moments: what is
/// counted is exactly what they hold.
/// </summary>
public abstract class KillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_under_load_with_clients_that_retry_the_totals_equal_the_ledger()
    {
        var (ledger, counted) = await RunAsync(rounds: 20, new RetryingClients());
        Assert.True(ledger > 4_000, $"only {ledger} events");
        Assert.Equal(ledger, counted);
    }

    // The check is worth something only if it finds a service that answers too early.
    [Fact]
    public async Task Control_that_acknowledges_before_the_write_does_not_equal_the_ledger()
    {
        var (ledger, counted) = await RunAsync(rounds: 5, new RetryingClients(acknowledgeBeforeWriting: true));
        Assert.True(counted < ledger, $"{counted} of {ledger}: nothing was lost");
    }

    /// <summary>How many events the clients were told are counted, and how many are.</summary>
    private static async Task<(long Ledger, long Counted)> RunAsync(int rounds, RetryingClients clients)
    {
        var folder = AnalyticsFixture.NewFolder();
        for (var round = 0; round < rounds; round++)
        {
            await using var service = await AnalyticsProcess.StartAsync(folder);
            using var stopping = new CancellationTokenSource();
            var sending = clients.SendAsync(() => service.Ingest, stopping.Token);
            // At some moment while they send: after so and so many were acknowledged, and a little later.
            var enough = clients.Acknowledged + Random.Shared.Next(200, 2_000);
            while (clients.Acknowledged < enough)
            {
                await Task.Delay(1, Cancel);
            }

            await Task.Delay(Random.Shared.Next(20), Cancel);
            await service.KillAsync();
            await stopping.CancelAsync();
            await sending;
        }

        await using var last = await AnalyticsProcess.StartAsync(folder);
        await clients.FinishAsync(() => last.Ingest);
        var totals = await last.Ingest.ListIngestTotalsAsync(new ListIngestTotalsRequest(), cancellationToken: Cancel);
        return (clients.Acknowledged, totals.Hours.Sum(hour => hour.Counted));
    }
}
