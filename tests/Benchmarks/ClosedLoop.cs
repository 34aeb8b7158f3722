using System.Diagnostics;
using HdrHistogram;

namespace Broadsheet.Benchmarks;

/// <summary>Callers that each send the next call when the last is answered: gives throughput, and the latency at that throughput.</summary>
internal static class ClosedLoop
{
    /// <summary>Runs so many callers for so long; <paramref name="call"/> gets the caller's number and throws on an error.</summary>
    public static async Task<Round> RunAsync(Server server, int callers, TimeSpan duration, Func<int, Task> call)
    {
        var processor = server.ProcessorTime;
        var begin = Stopwatch.GetTimestamp();
        var histograms = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var latencies = new LongHistogram(TimeStamp.Minutes(1), 3);
            while (Stopwatch.GetElapsedTime(begin) < duration)
            {
                var started = Stopwatch.GetTimestamp();
                await call(caller);
                latencies.RecordValue(Stopwatch.GetTimestamp() - started);
            }

            return latencies;
        })));
        var elapsed = Stopwatch.GetElapsedTime(begin);
        var used = server.ProcessorTime - processor;
        var all = histograms[0];
        foreach (var other in histograms.Skip(1))
        {
            all.Add(other);
        }

        return new Round(
            all.TotalCount / elapsed.TotalSeconds,
            used.TotalMicroseconds / all.TotalCount,
            Milliseconds(all.GetValueAtPercentile(50)),
            Milliseconds(all.GetValueAtPercentile(95)),
            Milliseconds(all.GetValueAtPercentile(99)));
    }

    private static double Milliseconds(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds;
}

/// <summary>What one round gave.</summary>
/// <param name="PerSecond">Calls a second.</param>
/// <param name="ProcessorMicroseconds">The server's processor time a call.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile in milliseconds.</param>
internal sealed record Round(double PerSecond, double ProcessorMicroseconds, double P50, double P95, double P99);
