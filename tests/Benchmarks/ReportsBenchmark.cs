using System.CommandLine;
using System.Diagnostics;
using Broadsheet.Analytics.V1;
using DuckDB.NET.Data;

namespace Broadsheet.Benchmarks;

/// <summary>The reports that a dashboard needs, through the RPC, beside statements on the same tables straight on the engine.</summary>
internal static class ReportsBenchmark
{
    private const double GoalRatio = 1.5;
    private const double GoalMilliseconds = 150;

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Data folder that analytics-generate made.", Required = true };
        var seconds = new Option<int>("--seconds") { Description = "For how long each.", DefaultValueFactory = _ => 4 };
        var memory = new Option<int>("--memory") { Description = "Memory of the engine on both sides, in MiB.", DefaultValueFactory = _ => 256 };
        var store = new Option<string>("--store") { Description = "duckdb, or clickhouse with the same data.", DefaultValueFactory = _ => "duckdb" };
        store.AcceptOnlyFromAmong("duckdb", "clickhouse");
        var command = new Command("reports", "Six reports, realtime and trending through the RPC, beside the engine alone.") { folder, seconds, memory, store };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(folder).FullName, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(memory), parsed.GetValue(store) == "clickhouse", cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, TimeSpan length, int memory, bool onClickHouse, CancellationToken cancellationToken)
    {
        await RollUpAsync(folder, memory, cancellationToken);
        await using var clickHouse = onClickHouse ? await ClickHouseEngine.StartAsync($"{folder}-clickhouse", cancellationToken) : null;
        string[] settings = [$"--Broadsheet:Analytics:MemoryMegabytes={memory}", .. clickHouse is null ? [] : (string[])["--Broadsheet:Analytics:Store=clickhouse", $"--Broadsheet:Analytics:ClickHouse={clickHouse.Connection}"]];
        Dictionary<string, (double P50, double P95, double Processor)> engine;
        ReportShape[] shapes;
        using (var database = new DuckDBConnection($"Data Source={GenerateReading.DatabaseIn(folder)};access_mode=READ_ONLY;memory_limit={memory}MB"))
        {
            database.Open();
            if (clickHouse is not null && !File.Exists(Path.Combine($"{folder}-clickhouse", "loaded")))
            {
                await using (var maker = await Server.StartAnalyticsAsync(cancellationToken, settings: settings))
                {
                    await maker.ReadyAsync(cancellationToken);
                }

                await clickHouse.LoadAsync(database, cancellationToken);
                await File.WriteAllTextAsync(Path.Combine($"{folder}-clickhouse", "loaded"), "", cancellationToken);
            }

            var last = DateOnly.FromDateTime(Scalar<DateTime>(database, "select max(viewed_at) from visits"));
            Console.WriteLine(
                $"{Scalar<long>(database, "select count(*) from events"):N0} events, {Scalar<long>(database, "select count(*) from visits"):N0} visits in {Scalar<long>(database, "select count(distinct hour) from rollup_hours"):N0} hours, "
                + $"{Scalar<long>(database, "select count(distinct coalesce(reader, cast(visitor as varchar))) from visits"):N0} readers (by day where not signed in), up to {last:o}");
            shapes = ReportShape.All(last);
            engine = [];
            foreach (var shape in shapes)
            {
                engine[shape.Name] = clickHouse is null
                    ? await RunAsync(shape, length, () => Environment.CpuUsage.TotalTime, statement => { Read(database, statement); return Task.CompletedTask; })
                    : await RunAsync(shape, length, () => clickHouse.ProcessorTime, statement => clickHouse.RunAsync(statement, cancellationToken));
            }
        }

        await using var analytics = await Server.StartAnalyticsAsync(cancellationToken, clickHouse is null ? folder : null, settings);
        await analytics.ReadyAsync(cancellationToken);
        using var channel = analytics.Connect();
        var reports = new ReportService.ReportServiceClient(channel);
        Console.WriteLine("                                      engine p50      p95      CPU   RPC p50      p95     p99      CPU   ratio p50   2 clients p50      p95   (ms)");
        foreach (var shape in shapes)
        {
            await ClosedLoop.RunAsync(analytics, 1, length / 4, Turn(shape));
            var one = await ClosedLoop.RunAsync(analytics, 1, length, Turn(shape));
            var two = await ClosedLoop.RunAsync(analytics, 2, length, Turn(shape));
            var (p50, p95, processor) = engine[shape.Name];
            Console.WriteLine(
                $"{shape.Name,-36} {p50,12:0.0} {p95,8:0.0} {processor,8:0.0} {one.P50,9:0.0} {one.P95,8:0.0} {one.P99,7:0.0} {one.ProcessorMicroseconds / 1_000,8:0.0} {one.P50 / p50,11:0.00} {two.P50,15:0.0} {two.P95,8:0.0}{(one.P50 / p50 <= GoalRatio && one.P95 < GoalMilliseconds ? "" : "   misses the goal")}");
        }

        await LiveAsync(analytics, reports, length, cancellationToken);
        Console.WriteLine($"goals: RPC ÷ engine at most {GoalRatio}, p95 under {GoalMilliseconds} ms; memory of the service {analytics.WorkingSetMebibytes} MiB");
        return 0;

        Func<int, Task> Turn(ReportShape shape)
        {
            var turn = 0;
            return _ => shape.CallAsync(reports, Interlocked.Increment(ref turn), cancellationToken);
        }
    }

    // What goes on right now is asked while it goes on.
    private static async Task LiveAsync(Server analytics, ReportService.ReportServiceClient reports, TimeSpan length, CancellationToken cancellationToken)
    {
        using var channel = analytics.Connect();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(
            async () =>
            {
                var batches = Enumerable.Range(0, 40).Select(_ => EventBatches.Of(250)).ToArray();
                for (var i = 0; !ending.IsCancellationRequested; i++)
                {
                    await batches[i % batches.Length].SendAsync(channel.CreateCallInvoker(), cancellationToken);
                    await Task.Delay(250, CancellationToken.None);
                }
            },
            CancellationToken.None);
        await Task.Delay(length, cancellationToken);
        foreach (var (name, call) in new (string, Func<int, Task>)[]
        {
            ("trending", async _ => await reports.ListTrendingAsync(new ListTrendingRequest(), deadline: Server.Patience, cancellationToken: cancellationToken)),
        })
        {
            var one = await ClosedLoop.RunAsync(analytics, 1, length, call);
            var two = await ClosedLoop.RunAsync(analytics, 2, length, call);
            Console.WriteLine($"{name,-36} {"",12} {"",8} {"",8} {one.P50,9:0.0} {one.P95,8:0.0} {one.P99,7:0.0} {one.ProcessorMicroseconds / 1_000,8:0.0} {"",11} {two.P50,15:0.0} {two.P95,8:0.0}{(one.P95 < GoalMilliseconds ? "" : "   misses the goal")}");
        }

        await ending.CancelAsync();
        await reading;
    }

    // The service does it by itself, in the background; reports are asked when it is done.
    private static async Task RollUpAsync(string folder, int memory, CancellationToken cancellationToken)
    {
        var path = GenerateReading.DatabaseIn(folder);
        if (Hours(path) is var (open, _) && open <= 2)
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        await using (var analytics = await Server.StartAnalyticsAsync(cancellationToken, folder, [$"--Broadsheet:Analytics:MemoryMegabytes={memory}"]))
        {
            var size = 0L;
            // It writes as long as there is something to roll up.
            for (var quiet = 0; quiet < 60; quiet++)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), cancellationToken);
                var now = new FileInfo(path).Length + (File.Exists(path + ".wal") ? new FileInfo(path + ".wal").Length : 0);
                quiet = now == size ? quiet : 0;
                size = now;
            }
        }

        Console.WriteLine($"rolled up in {Stopwatch.GetElapsedTime(start).TotalSeconds - 30:0} s; {Hours(path).Open} hours stay open");
    }

    private static (long Open, long All) Hours(string path)
    {
        using var database = new DuckDBConnection($"Data Source={path}");
        database.Open();
        var all = Scalar<long>(database, "select count(distinct date_trunc('hour', occurred_at)) from events");
        return (all - Scalar<long>(database, "select count(distinct hour) from rollup_hours"), all);
    }

    private static async Task<(double P50, double P95, double Processor)> RunAsync(ReportShape shape, TimeSpan length, Func<TimeSpan> processorTime, Func<string, Task> run)
    {
        // What is read from the disk first is not measured.
        const int Warming = 2;
        var times = new List<double>();
        var processor = TimeSpan.Zero;
        var begin = Stopwatch.GetTimestamp();
        for (var turn = 1; times.Count < 5 || Stopwatch.GetElapsedTime(begin) < length; turn++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var statement in shape.Statements(turn))
            {
                await run(statement);
            }

            if (turn > Warming)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            else
            {
                processor = processorTime();
            }
        }

        times.Sort();
        return (times[times.Count / 2], times[times.Count * 95 / 100], (processorTime() - processor).TotalMilliseconds / times.Count);
    }

    private static void Read(DuckDBConnection database, string statement)
    {
        using var command = database.CreateCommand();
        command.CommandText = statement;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            rows.GetValue(0);
        }
    }

    private static T Scalar<T>(DuckDBConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }
}
