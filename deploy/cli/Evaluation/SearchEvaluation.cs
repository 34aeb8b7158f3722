using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// <c>broadsheet eval search</c>: imports the texts of a ranking set into a running suite, asks its queries through Search,
/// and prints how well the answers are ranked beside plain BM25, with which the scorer is checked first. Importing again
/// changes nothing, so it can be run again.
/// </summary>
internal static class SearchEvaluation
{
    private const string Community = "Ranking evaluation";
    private const double Published = 0.6767;
    private const double Tolerance = 0.003;
    private const int InFlight = 8;
    private const int Page = 100;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var folder = new Option<string?>("--set") { Description = "Folder of the set (default: shared/eval/scifact, beside this folder or one above it)." };
        return ServerCommand.Create(
            new Command("search", $"Measures ranking through Search on SciFact, against a running suite. Imports 5,183 stories into the community \"{Community}\".") { folder },
            session => RunAsync(session, session.Arguments.GetValue(folder)));
    }

    private static async Task<int> RunAsync(Session session, string? path)
    {
        if ((path ?? RankingSet.Find(Environment.CurrentDirectory)) is not { } folder)
        {
            await Console.Error.WriteLineAsync("error: no set: there is no shared/eval/scifact beside this folder or above it; name the folder with --set");
            return 1;
        }

        RankingSet set;
        try
        {
            set = RankingSet.Read(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or JsonException or KeyNotFoundException)
        {
            await Console.Error.WriteLineAsync($"error: {folder}: {error.Message}");
            return 1;
        }

        var plain = new PlainBm25(set);
        var baseline = set.Queries.ToDictionary(query => query.Id, query => plain.Rank(query.Text));
        var check = set.Ndcg10(id => baseline[id]);
        if (Math.Abs(check - Published) > Tolerance)
        {
            await Console.Error.WriteLineAsync($"error: the scorer gives plain BM25 {check:0.0000} where {Published} was computed elsewhere; nothing else it says can be trusted");
            return 1;
        }

        if (await ImportAsync(session, set) is not var (names, community))
        {
            await Console.Error.WriteLineAsync($"error: the index does not hold the {set.Texts.Count} stories after {Patience.TotalMinutes} minutes");
            return 1;
        }

        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var search = new SearchService.SearchServiceClient(session.Channel.Invoker);
        foreach (var (id, text) in set.Queries)
        {
            var response = await search.SearchAsync(new SearchRequest { Query = text, Community = community, PageSize = Page }, cancellationToken: session.Cancel);
            found[id] = [.. response.Results.Select(result => names.GetValueOrDefault(result.Story, ""))];
        }

        Report(session.Json, set, check, set.Recall100(id => baseline[id]), id => found[id]);
        return 0;
    }

    /// <summary>Imports the texts and waits until the last can be found; answers which story is which text; null if that takes too long.</summary>
    private static async Task<(Dictionary<string, string> Names, string Community)?> ImportAsync(Session session, RankingSet set)
    {
        var client = new ImportService.ImportServiceClient(session.Channel.Invoker);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var community = "";
        await Parallel.ForEachAsync(set.Texts, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = session.Cancel }, async (text, cancel) =>
        {
            var document = new Document { Content = ByteString.CopyFromUtf8(MarkdownOf(text)), MediaType = "text/markdown", SourceUri = $"urn:ranking:{text.Id}" };
            var response = await client.ImportStoryAsync(
                new ImportStoryRequest { Document = document, Publish = true }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline, cancellationToken: cancel);
            lock (names)
            {
                names[response.Story.Name] = text.Id;
                community = response.Story.Community;
                if (names.Count % 500 == 0)
                {
                    Console.Error.WriteLine($"{names.Count} of {set.Texts.Count} imported");
                }
            }
        });

        var search = new SearchService.SearchServiceClient(session.Channel.Invoker);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            var status = await new IndexService.IndexServiceClient(session.Channel.Invoker).GetIndexStatusAsync(new GetIndexStatusRequest(), cancellationToken: session.Cancel);
            var there = await search.SearchAsync(new SearchRequest { Community = community, PageSize = 1 }, cancellationToken: session.Cancel);
            if (status.ChangesBehind == 0 && there.TotalSize == names.Count)
            {
                return (names, community);
            }

            await Task.Delay(TimeSpan.FromSeconds(0.5), session.Cancel);
        }

        return null;
    }

    private static void Report(bool json, RankingSet set, double check, double checkRecall, Func<string, IReadOnlyList<string>> found)
    {
        var (all, first, second, recall) = (set.Ndcg10(found), set.Ndcg10(found, i => i % 2 == 0), set.Ndcg10(found, i => i % 2 == 1), set.Recall100(found));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { queries = set.Queries.Count, ndcg10 = all, ndcg10Even = first, ndcg10Odd = second, recall100 = recall, bm25 = check }));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"scorer check, plain BM25 0.9/0.4   nDCG@10 {check:0.0000} (computed elsewhere: {Published})   R@100 {checkRecall:0.0000}"));
        Console.WriteLine("published: Anserini BM25            nDCG@10 0.679     plain BM25 1.2/0.75 with Porter 0.683");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Search, {set.Queries.Count} queries               nDCG@10 {all:0.0000} (goal 0.69)   R@100 {recall:0.0000}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  of which even {first:0.0000}, odd {second:0.0000}"));
    }

    private static string MarkdownOf(RankingText text)
    {
        var markdown = new StringBuilder("---\ntitle: ").Append(JsonSerializer.Serialize(text.Title.ReplaceLineEndings(" "))).Append("\nauthor: Ranking set\ncommunity: ").Append(Community).Append("\ndate: 2020-01-01\n---\n\n");
        foreach (var character in string.Join(' ', text.Sentences).ReplaceLineEndings(" "))
        {
            // Nothing in the text is mark-up.
            markdown.Append(char.IsAscii(character) && char.IsPunctuation(character) || character is '<' or '>' or '`' or '|' or '~' or '+' or '=' or '^' or '$' ? "\\" : "").Append(character);
        }

        return markdown.Append('\n').ToString();
    }
}
