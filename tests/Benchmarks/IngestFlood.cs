using System.CommandLine;
using System.Diagnostics;
using Broadsheet.Analytics.V1;
using Grpc.Core;

namespace Broadsheet.Benchmarks;

/// <summary>A client that never waits for an answer: how much memory the service takes while it is flooded, and whether it goes on.</summary>
internal static class IngestFlood
{
    // As many as a connection takes.
    private const int Calls = 1_000;
    private const int Streams = 8;
    private const int GoalMebibytes = 600;

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "For how long each.", DefaultValueFactory = _ => 60 };
        var batch = new Option<int>("--batch") { Description = "Events of a call.", DefaultValueFactory = _ => 500 };
        var command = new Command("ingest-flood", "RecordEvents and StreamEvents by a client that never waits.") { seconds, batch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            Console.WriteLine("                       events/s   refused calls/s   memory peak MiB   at the end   good call after it");
            var calls = await FloodAsync("RecordEvents", length, parsed.GetValue(batch), CallAsync, cancellationToken);
            var streams = await FloodAsync("StreamEvents", length, parsed.GetValue(batch), StreamAsync, cancellationToken);
            Console.WriteLine($"peak {Math.Max(calls, streams)} MiB (goal {GoalMebibytes})");
            return Math.Max(calls, streams) < GoalMebibytes ? 0 : 1;
        });
        return command;
    }

    private static async Task<long> FloodAsync(
        string name, TimeSpan length, int batch, Func<Server, EventBatches[], Counts, CancellationToken, Task> flood, CancellationToken cancellationToken)
    {
        await using var analytics = await Server.StartAnalyticsAsync(cancellationToken);
        var batches = Enumerable.Range(0, 64).Select(_ => EventBatches.Of(batch)).ToArray();
        var counts = new Counts();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(length);
        var flooding = flood(analytics, batches, counts, ending.Token);
        var peak = 0L;
        while (!ending.IsCancellationRequested)
        {
            peak = Math.Max(peak, analytics.WorkingSetMebibytes);
            await Task.Delay(50, CancellationToken.None);
        }

        var end = analytics.WorkingSetMebibytes;
        await flooding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        using var channel = analytics.Connect();
        var start = Stopwatch.GetTimestamp();
        await EventBatches.Of(1).SendAsync(channel.CreateCallInvoker(), cancellationToken);
        Console.WriteLine(
            $"{name,-20} {counts.Counted / length.TotalSeconds,10:N0} {counts.Refused / length.TotalSeconds,17:N0} {peak,17} {end,12} {Stopwatch.GetElapsedTime(start).TotalMilliseconds,17:0} ms");
        return peak;
    }

    // The next is sent when any is over, refused or not.
    private static async Task CallAsync(Server analytics, EventBatches[] batches, Counts counts, CancellationToken cancellationToken)
    {
        using var channel = analytics.Connect();
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(caller => Task.Run(
            async () =>
            {
                var invoker = channel.CreateCallInvoker();
                for (var turn = caller; !cancellationToken.IsCancellationRequested; turn++)
                {
                    try
                    {
                        var answer = RecordEventsResponse.Parser.ParseFrom(await batches[turn % batches.Length].CallAsync(invoker, cancellationToken));
                        Interlocked.Add(ref counts.Counted, answer.Counted);
                    }
                    catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
                    {
                        Interlocked.Increment(ref counts.Refused);
                    }
                }
            },
            CancellationToken.None)));
    }

    private static async Task StreamAsync(Server analytics, EventBatches[] batches, Counts counts, CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => Task.Run(
            async () =>
            {
                using var channel = analytics.Connect();
                using var call = EventBatches.Stream(channel.CreateCallInvoker());
                for (var turn = stream; !cancellationToken.IsCancellationRequested; turn++)
                {
                    await call.RequestStream.WriteAsync(batches[turn % batches.Length].Next(), CancellationToken.None);
                }

                await call.RequestStream.CompleteAsync();
                Interlocked.Add(ref counts.Counted, StreamEventsResponse.Parser.ParseFrom(await call).Counted);
            },
            CancellationToken.None)));

    private sealed class Counts
    {
        public long Counted;

        public long Refused;
    }
}
