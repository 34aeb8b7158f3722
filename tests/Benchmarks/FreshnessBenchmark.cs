using System.CommandLine;
using System.Diagnostics;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Grpc.Core;
using HdrHistogram;

namespace Broadsheet.Benchmarks;

/// <summary>How long after it was published a story is found, while stories arrive at a steady rate, through content, its feed and query.</summary>
internal static class FreshnessBenchmark
{
    private const int InFlight = 16;

    private static readonly string[] Words =
        "harbour bridge tide river moon gauge table storm bay wind sail chart light coast engine pilot rope anchor market winter summer stone timber captain sailor island lantern signal measure depth".Split(' ');

    public static Command Create()
    {
        var stories = new Option<int>("--stories") { Description = "How many stories are there before.", DefaultValueFactory = _ => 1_000 };
        var rate = new Option<int>("--rate") { Description = "Stories published a second.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<int>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 15 };
        var warm = new Option<int>("--warm") { Description = "For how long before, uncounted.", DefaultValueFactory = _ => 10 };
        var command = new Command("freshness", "Publish → searchable while stories arrive at a steady rate.") { stories, rate, seconds, warm };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(stories), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warm)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int stories, int rate, TimeSpan length, TimeSpan warm, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("broadsheet-benchmark-").FullName;
        try
        {
            await using var content = await Server.StartContentAsync(cancellationToken);
            await using var query = await Server.StartQueryAsync(content.Address, folder, cancellationToken);
            using var channel = content.Connect();
            using var queries = query.Connect();
            var imports = new ImportService.ImportServiceClient(channel);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, stories),
                new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
                async (number, cancel) => await imports.ImportStoryAsync(Document($"before{number}", number), cancellationToken: cancel));
            await query.CaughtUpAsync(stories, cancellationToken);
            Console.WriteLine($"{stories:N0} stories; then {rate} a second for {length.TotalSeconds:0} s");

            var search = new SearchService.SearchServiceClient(queries);
            var (fromCall, fromAnswer) = (new LongHistogram(TimeStamp.Minutes(1), 3), new LongHistogram(TimeStamp.Minutes(1), 3));
            var late = 0;
            var calls = new List<Task>();
            var begin = Stopwatch.GetTimestamp();
            for (var number = 0; Stopwatch.GetElapsedTime(begin) < warm + length; number++)
            {
                calls.Add(PublishAsync(number, counted: Stopwatch.GetElapsedTime(begin) >= warm));
                var due = TimeSpan.FromSeconds((number + 1.0) / rate) - Stopwatch.GetElapsedTime(begin);
                await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, cancellationToken);
            }

            await Task.WhenAll(calls);
            Console.WriteLine($"{fromAnswer.TotalCount} published, {calls.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds:0} a second; ms from   p50     p99     max");
            Print("acknowledgement to found", fromAnswer);
            Print("call to found", fromCall);
            Console.WriteLine($"not found within the second that at_least_as_fresh waits, asked again: {late}");

            async Task PublishAsync(int number, bool counted)
            {
                var word = $"fresh{number}x";
                var called = Stopwatch.GetTimestamp();
                var published = await imports.ImportStoryAsync(Document(word, stories + number), cancellationToken: cancellationToken);
                var answered = Stopwatch.GetTimestamp();
                var request = new SearchRequest { Query = word, AtLeastAsFresh = new Freshness { Story = published.Story.Name, Etag = published.Story.Etag } };
                while (true)
                {
                    try
                    {
                        var found = await search.SearchAsync(request, cancellationToken: cancellationToken);
                        if (found.TotalSize != 1)
                        {
                            throw new InvalidOperationException($"{found.TotalSize} stories have the word {word}, which one has");
                        }

                        break;
                    }
                    catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
                    {
                        Interlocked.Add(ref late, counted ? 1 : 0);
                    }
                }

                lock (fromCall)
                {
                    if (!counted)
                    {
                        return;
                    }

                    fromCall.RecordValue(Stopwatch.GetTimestamp() - called);
                    fromAnswer.RecordValue(Stopwatch.GetTimestamp() - answered);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static ImportStoryRequest Document(string word, int number)
    {
        var random = new Random(number);
        var text = new System.Text.StringBuilder($"---\ntitle: About the {word}\nauthor: Ada Example\ncommunity: Coast\ndate: 2024-05-01\n---\n\n");
        for (var sentence = 0; sentence < 40; sentence++)
        {
            text.Append("The ").AppendJoin(' ', Enumerable.Range(0, 14).Select(_ => Words[random.Next(Words.Length)])).Append(sentence % 8 == 7 ? ".\n\n" : ". ");
        }

        return new ImportStoryRequest
        {
            Document = new Document { Content = ByteString.CopyFromUtf8(text.ToString()), MediaType = "text/markdown", SourceUri = $"urn:benchmark:{number}" },
            Publish = true,
        };
    }

    private static void Print(string what, LongHistogram histogram) => Console.WriteLine(
        $"  {what,-26} {Milliseconds(histogram.GetValueAtPercentile(50)),7:0.0} {Milliseconds(histogram.GetValueAtPercentile(99)),7:0.0} {Milliseconds(histogram.GetMaxValue()),7:0.0}");

    private static double Milliseconds(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds;
}
