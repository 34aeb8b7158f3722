using System.CommandLine;
using Broadsheet.Clients;
using Grpc.Core;

namespace Broadsheet.Cli.Up;

/// <summary><c>broadsheet up</c>: runs the whole suite on embedded stores.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder of all data.", DefaultValueFactory = _ => new DirectoryInfo(".data") };
        var noSamples = new Option<bool>("--no-samples") { Description = "Leave an empty suite empty." };
        var http = Port("--http-port", "Gateway: JSON and gRPC-Web.", 8080);
        var grpc = Port("--grpc-port", "Gateway: gRPC.", 8081);
        var content = Port("--content-port", "Content service; its health and metrics are ten above.", 5101);
        var query = Port("--query-port", "Query service; its health and metrics are ten above.", 5102);
        var analytics = Port("--analytics-port", "Analytics service; its health and metrics are ten above.", 5103);
        // A service's health and metrics are ten above its port.
        RangeOf(http, 65_535);
        RangeOf(grpc, 65_535);
        RangeOf(content, 65_535 - UpOptions.HealthOffset);
        RangeOf(query, 65_535 - UpOptions.HealthOffset);
        RangeOf(analytics, 65_535 - UpOptions.HealthOffset);
        var command = new Command("up", "Runs the whole suite, with sample stories the first time, until Ctrl-C.") { data, noSamples, http, grpc, content, query, analytics };
        command.SetAction(async (arguments, cancel) =>
        {
            var options = new UpOptions(
                arguments.GetRequiredValue(data), !arguments.GetValue(noSamples), arguments.GetValue(http), arguments.GetValue(grpc), arguments.GetValue(content), arguments.GetValue(query), arguments.GetValue(analytics));
            try
            {
                return await RunAsync(options, cancel);
            }
            catch (UpException error)
            {
                await Console.Error.WriteLineAsync($"error: {error.Message}");
                return 1;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(UpOptions options, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        using var folder = DataFolder.Take(options.Data);
        using var suite = new Suite(options, time, Say);
        using var atOnce = new CancellationTokenSource();
        try
        {
            await suite.WaitUntilReadyAsync(cancel);
            Say($"ready on http://127.0.0.1:{options.HttpPort} in {time.GetElapsedTime(started).TotalSeconds:0.0} s");
            if (options.Samples)
            {
                await ImportSamplesAsync(options, cancel);
            }

            SayWhereToLook(options);
            await suite.WatchReadinessAsync(cancel);
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException && cancel.IsCancellationRequested)
        {
            Say("stopping (Ctrl-C again to stop at once)");
        }
        finally
        {
            // The second Ctrl-C; the first one ended the work above. One press may come twice, from the terminal and
            // from the process that started us.
            var first = time.GetTimestamp();
            Console.CancelKeyPress += (_, pressed) =>
            {
                pressed.Cancel = true;
                if (time.GetElapsedTime(first) > TimeSpan.FromMilliseconds(300))
                {
                    atOnce.Cancel();
                }
            };
            await suite.StopAsync(atOnce.Token);
        }

        return 0;
    }

    private static async Task ImportSamplesAsync(UpOptions options, CancellationToken cancel)
    {
        if (Samples.Find() is not { } samples)
        {
            Say("no samples/ folder found; the suite begins empty");
            return;
        }

        using var channel = new BroadsheetChannel(
            new Uri($"http://127.0.0.1:{options.GrpcPort}"), new BroadsheetClientOptions { Caller = "creators/up;roles=editor", ReadDeadline = TimeSpan.FromSeconds(10) });
        try
        {
            // A first start that was broken off is completed by the next one.
            var unfinished = new FileInfo(Path.Combine(options.Data.FullName, "samples.unfinished"));
            if (unfinished.Exists || await Samples.IsWantedAsync(channel, cancel))
            {
                await unfinished.Create().DisposeAsync();
                var count = await Samples.ImportAsync(samples, channel, Say, cancel);
                unfinished.Delete();
                Say($"{count} sample stories imported and published");
            }
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            throw new UpException($"the samples can't be imported: {ServerCommand.Describe(error, channel.Address)}");
        }
    }

    private static void SayWhereToLook(UpOptions options)
    {
        var root = $"http://127.0.0.1:{options.HttpPort}";
        Say($"""

            Try:
              curl '{root}/v1/stories?pageSize=3'
              curl '{root}/v1/search?query=iceberg'
              curl '{root}/v1/ask?question=When%20did%20the%20Titanic%20sink%3F'
              curl '{root}/v1/timeline?entity=Titanic'
              curl '{root}/v1/trending'
              curl '{root}/v1/index/status'
              gRPC with reflection on 127.0.0.1:{options.GrpcPort}; logs in {Path.Combine(options.Data.FullName, "logs")}
            Ctrl-C stops everything.
            """);
    }

    private static void Say(string line) => Console.Out.WriteLine(line);

    private static void RangeOf(Option<int> port, int highest) => port.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < 1 || value > highest))
        {
            result.AddError($"{port.Name}: must be from 1 to {highest}");
        }
    });

    private static Option<int> Port(string name, string description, int usual) => new(name) { Description = description, DefaultValueFactory = _ => usual };
}
