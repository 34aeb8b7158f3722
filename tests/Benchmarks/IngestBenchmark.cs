using System.CommandLine;

namespace Broadsheet.Benchmarks;

/// <summary>How many reading events come in through the RPC, each durable before it is acknowledged, beside what the engine alone takes.</summary>
internal static class IngestBenchmark
{
    private const int Batch = 500;
    private const int BatchCallers = 8;
    private const int SingleCallers = 64;

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "For how long each, each time.", DefaultValueFactory = _ => 8 };
        var rounds = new Option<int>("--rounds") { Description = "How often each, in turns.", DefaultValueFactory = _ => 3 };
        var copy = new Option<int>("--copy") { Description = "How many events PostgreSQL copies; 0 for none.", DefaultValueFactory = _ => 500_000 };
        var command = new Command("ingest", "Reading events through RecordEvents, in batches and one by one, beside DuckDB's appender and PostgreSQL's COPY.") { seconds, rounds, copy };
        command.SetAction((parsed, cancellationToken) => RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds), parsed.GetValue(copy), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan length, int rounds, int copy, CancellationToken cancellationToken)
    {
        Console.WriteLine("Each commit is an fsync of the engine's log, on all sides; what the service counts is answered after it.");
        Console.WriteLine("                                         events/s   CPU µs/event   call p50 ms   p99 ms   memory MiB");
        var appended = new List<double>();
        var sent = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var common = EngineIngest.Append(length, serviceColumns: false);
            Print("appender, 14 columns, 1,000 a commit", common.PerSecond, common.ProcessorMicroseconds);
            var service = EngineIngest.Append(length, serviceColumns: true);
            Print("appender, the service's 24 columns", service.PerSecond, service.ProcessorMicroseconds);
            appended.Add(common.PerSecond);
            sent.Add(await SendAsync("RecordEvents, batches of 500, 8 callers", Batch, BatchCallers, length, cancellationToken));
        }

        var single = await SendAsync("RecordEvents, single events, 64 callers", 1, SingleCallers, length, cancellationToken);
        if (copy > 0 && await EngineIngest.CopyAsync(copy, cancellationToken) is { } copied)
        {
            Print("PostgreSQL COPY, 14 columns, 4 indexes", copied, null);
        }

        Console.WriteLine($"RecordEvents ÷ appender with 14 columns, medians: {Median(sent) / Median(appended):0.00} (goal 0.6); single events {single:N0}/s (goal 5,000)");
        return 0;
    }

    private static async Task<double> SendAsync(string name, int batch, int callers, TimeSpan length, CancellationToken cancellationToken)
    {
        await using var analytics = await Server.StartAnalyticsAsync(cancellationToken);
        using var channel = analytics.Connect();
        var invoker = channel.CreateCallInvoker();
        // A few batches in turns for each caller: readers do not come back within the second.
        var batches = Enumerable.Range(0, callers).Select(_ => Enumerable.Range(0, 4).Select(_ => EventBatches.Of(batch)).ToArray()).ToArray();
        var turns = new int[callers];
        // What is compiled when it first runs is not measured.
        await ClosedLoop.RunAsync(analytics, callers, length / 4, CallAsync);
        var round = await ClosedLoop.RunAsync(analytics, callers, length, CallAsync);
        Print(name, round.PerSecond * batch, round.ProcessorMicroseconds / batch, round.P50, round.P99, analytics.WorkingSetMebibytes);
        return round.PerSecond * batch;

        Task CallAsync(int caller) => batches[caller][turns[caller]++ % batches[caller].Length].SendAsync(invoker, cancellationToken);
    }

    private static void Print(string name, double perSecond, double? processor, double? p50 = null, double? p99 = null, long? memory = null) =>
        Console.WriteLine($"{name,-38} {perSecond,10:N0} {processor,14:0.0} {p50,13:0.0} {p99,8:0.0} {memory,12}");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
