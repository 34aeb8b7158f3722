using System.CommandLine;
using Broadsheet.Content.V1;
using Google.Protobuf;

namespace Broadsheet.Benchmarks;

/// <summary>GetStory of a published story of about 6 KiB against a bare host that answers the same message, alternating.</summary>
internal static class GetStoryBenchmark
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "Length of a round.", DefaultValueFactory = _ => 5 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each side.", DefaultValueFactory = _ => 5 };
        var connections = new Option<int>("--connections") { Description = "Connections.", DefaultValueFactory = _ => 2 };
        var streams = new Option<int>("--streams") { Description = "Calls in flight on each connection.", DefaultValueFactory = _ => 16 };
        var command = new Command("get-story", "GetStory over gRPC beside a bare host with the same message.") { seconds, rounds, connections, streams };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds), parsed.GetValue(connections), parsed.GetValue(streams), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan length, int rounds, int connections, int streams, CancellationToken cancellationToken)
    {
        await using var content = await Server.StartContentAsync(cancellationToken);
        var story = await PublishAsync(content, cancellationToken);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, story.ToByteArray(), cancellationToken);
        await using var bare = await Server.StartBareAsync(file, cancellationToken);
        Console.WriteLine($"GetStory, {story.CalculateSize():N0} bytes, {connections} connections × {streams} calls in flight, rounds of {length.TotalSeconds:0} s");
        Console.WriteLine("side      calls/s   server CPU µs/call   p50 ms   p99 ms");

        var request = new GetStoryRequest { Name = story.Name };
        var sides = new[] { (Name: "bare", Server: bare), (Name: "content", Server: content) };
        var results = sides.ToDictionary(side => side.Name, _ => new List<Round>(), StringComparer.Ordinal);
        var clients = sides.ToDictionary(
            side => side.Name,
            side => Enumerable.Range(0, connections).Select(_ => new StoryService.StoryServiceClient(side.Server.Connect())).ToArray(),
            StringComparer.Ordinal);
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (name, server) in sides)
            {
                var own = clients[name];
                var result = await ClosedLoop.RunAsync(
                    server, connections * streams, length, async caller => await own[caller % connections].GetStoryAsync(request, cancellationToken: cancellationToken));
                if (round < 0)
                {
                    continue; // Warming up.
                }

                results[name].Add(result);
                Console.WriteLine($"{name,-8} {result.PerSecond,8:N0}   {result.ProcessorMicroseconds,18:0.0}   {result.P50,6:0.00}   {result.P99,6:0.00}");
            }
        }

        File.Delete(file);
        var ratio = Median(results["content"], round => round.PerSecond) / Median(results["bare"], round => round.PerSecond);
        Console.WriteLine($"content ÷ bare, medians: {ratio:0.00} (goal 0.80); CPU a call {Median(results["content"], round => round.ProcessorMicroseconds):0.0} against {Median(results["bare"], round => round.ProcessorMicroseconds):0.0} µs");
        return 0;
    }

    private static async Task<Story> PublishAsync(Server content, CancellationToken cancellationToken)
    {
        using var channel = content.Connect();
        var page = new System.Text.StringBuilder("---\ntitle: How the tide is told in advance\ndescription: Tables of the tide are made years before it comes.\nauthor: Ada Example\ncommunity: Coast\ndate: 2024-05-01\n---\n\n");
        for (var section = 0; section < 6; section++)
        {
            page.Append($"## What the harbour knows, part {section + 1}\n\n");
            for (var paragraph = 0; paragraph < 2; paragraph++)
            {
                page.Append("The tables are made from the pull of the moon and the sun, which is known for centuries ahead, and from the shape of the bay, which is measured once and then again after each storm. ");
                page.Append("A gauge in the harbour says how far they were off, and the next year's tables are made with what it said.\n\n");
            }
        }

        var imported = await new ImportService.ImportServiceClient(channel).ImportStoryAsync(
            new ImportStoryRequest { Document = new Document { Content = ByteString.CopyFromUtf8(page.ToString()), MediaType = "text/markdown" }, Publish = true },
            cancellationToken: cancellationToken);
        return await new StoryService.StoryServiceClient(channel).GetStoryAsync(new GetStoryRequest { Name = imported.Story.Name }, cancellationToken: cancellationToken);
    }

    private static double Median(List<Round> rounds, Func<Round, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
}
