using System.Collections.Concurrent;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.EndToEnd;

/// <summary>
/// kill -9 of one process again and again while stories are imported through the gateway. What was acknowledged is
/// kept in a ledger outside; at the end all of it must be there, once, and the index must equal one built anew.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int Importers = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("content")]
    [InlineData("query")]
    [InlineData("gateway")]
    public async Task Nothing_acknowledged_is_lost_or_doubled(string victim)
    {
        var result = await RunAsync(victim, acknowledgeBeforeWrite: false);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Missing);
        Assert.Empty(result.Doubled);
        Assert.Equal(result.RebuiltDigest, result.Digest);
        Assert.True(result.Acknowledged >= Rounds * Importers, "too few imports to mean anything");
    }

    /// <summary>The same script sees the loss if a client takes its call for done before the service says so.</summary>
    [Fact]
    public async Task Control_that_acknowledges_before_the_write_loses_stories()
    {
        var result = await RunAsync("content", acknowledgeBeforeWrite: true);
        output.WriteLine(result.ToString());
        Assert.NotEmpty(result.Missing);
    }

    private static async Task<Outcome> RunAsync(string victim, bool acknowledgeBeforeWrite)
    {
        await using var suite = await RunningSuite.StartAsync();
        var ledger = new ConcurrentQueue<string>();
        var inFlight = 0;
        var killedInFlight = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var importers = Enumerable.Range(0, Importers).Select(importer => Task.Run(
            async () =>
            {
                var client = new ImportService.ImportServiceClient(suite.Channel.Invoker);
                for (var number = 0; !stop.IsCancellationRequested; number++)
                {
                    var title = $"Story {importer}-{number}";
                    var request = Request(title);
                    if (acknowledgeBeforeWrite)
                    {
                        ledger.Enqueue(title);
                    }

                    // A client that wants its story in tries until it is told so; the request id makes that safe.
                    // Paced, so that the suite is busy and the rebuild at the end short.
                    await Task.Delay(20, Cancel);
                    for (var done = false; !done && !stop.IsCancellationRequested;)
                    {
                        Interlocked.Increment(ref inFlight);
                        try
                        {
                            var response = await client.ImportStoryAsync(request, cancellationToken: Cancel);
                            Assert.Equal(title, response.Story.Title);
                            if (!acknowledgeBeforeWrite)
                            {
                                ledger.Enqueue(title);
                            }

                            done = true;
                        }
                        catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled)
                        {
                            done = acknowledgeBeforeWrite;
                            await Task.Delay(20, Cancel);
                        }
                        finally
                        {
                            Interlocked.Decrement(ref inFlight);
                        }
                    }
                }
            },
            Cancel)).ToArray();

        for (var round = 0; round < Rounds; round++)
        {
            // Some stories get through in each round, however slow the machine; then any moment will do.
            var before = ledger.Count;
            while (ledger.Count < before + Importers)
            {
                await Task.Delay(5, Cancel);
            }

            await Task.Delay(Random.Shared.Next(0, 300), Cancel);
            while (Volatile.Read(ref inFlight) == 0)
            {
                await Task.Yield();
            }

            killedInFlight++;
            suite.Kill(victim);
            suite.Start(victim);
            await suite.WaitUntilReadyAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(importers);
        await suite.WaitUntilAnsweringAsync();
        var stories = await suite.AllStoriesAsync();
        var published = stories.Count(story => story.State == StoryState.Published);
        var status = await RunningSuite.CaughtUpAsync(suite.Channel, published);
        var rebuilt = await suite.RebuildElsewhereAsync(published);
        var titles = stories.Select(story => story.Title).ToArray();
        return new Outcome(
            victim,
            ledger.Count,
            stories.Count,
            killedInFlight,
            [.. ledger.Except(titles)],
            [.. titles.GroupBy(title => title, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key)],
            status.Digest,
            rebuilt.Digest);
    }

    private static ImportStoryRequest Request(string title) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        Publish = true,
        Document = new Document
        {
            Content = ByteString.CopyFromUtf8($"---\ntitle: {title}\ncreator: Kay Test\ncommunity: Tests\ndate: 2024-01-01\n---\n\nThe harbour of {title} was opened in 1911.\n\n## What happened then?\n\nIt was closed in May 1955.\n"),
            MediaType = "text/markdown",
            SourceUri = $"https://tests.example/{Uri.EscapeDataString(title)}",
            CapturedAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero)),
        },
    };

    private sealed record Outcome(
        string Victim, int Acknowledged, int Stored, int InFlight, IReadOnlyList<string> Missing, IReadOnlyList<string> Doubled, string Digest, string RebuiltDigest)
    {
        public override string ToString() =>
            $"{Victim} killed {Rounds} times, {InFlight} with a call in flight: {Acknowledged} acknowledged, {Stored} stored, {Missing.Count} missing, {Doubled.Count} doubled, digest {(Digest == RebuiltDigest ? "equal to" : "differs from")} a rebuild";
    }
}
