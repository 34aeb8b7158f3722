using System.CommandLine;
using System.Diagnostics;
using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// <c>broadsheet eval import</c>: sends real pages through the import of a running suite, storing nothing, and prints how
/// often title, byline, dek and date are as accepted, beside plain SmartReader on the same bytes. It starts nothing.
/// </summary>
internal static class ImportEvaluation
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // Relative dates count from the capture; a fixed one makes every run the same.
    private static readonly DateTimeOffset Captured = new(2024, 1, 15, 0, 0, 0, TimeSpan.Zero);

    public static Command Create()
    {
        var pages = new Option<string?>("--pages") { Description = "Archive (.tar.gz) or folder of pages with their accepted readings (default: shared/eval/readability-pages, beside this folder or one above it)." };
        var details = new Option<bool>("--details") { Description = "Print what is missed on each page." };
        return ServerCommand.Create(
            new Command("import", "Measures the import of real pages beside plain SmartReader, against a running suite. Stores nothing.") { pages, details },
            session => RunAsync(session, session.Arguments.GetValue(pages), session.Arguments.GetValue(details)));
    }

    private static async Task<int> RunAsync(Session session, string? path, bool details)
    {
        if ((path ?? EvaluationPage.Find(Environment.CurrentDirectory)) is not { } folder)
        {
            await Console.Error.WriteLineAsync("error: no pages: there is no shared/eval/readability-pages beside this folder or above it; name the archive or folder with --pages");
            return 1;
        }

        IReadOnlyList<EvaluationPage> pages;
        try
        {
            pages = EvaluationPage.ReadAll(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException)
        {
            await Console.Error.WriteLineAsync($"error: {folder}: {error.Message}");
            return 1;
        }

        if (pages.Count == 0)
        {
            await Console.Error.WriteLineAsync($"error: {folder}: no pages; a page is a folder with source.html, expected.html and expected-metadata.json");
            return 1;
        }

        var client = new ImportService.ImportServiceClient(session.Channel.Invoker);
        var score = new ImportScore();
        foreach (var page in pages)
        {
            var misses = score.Add(page, await ImportAsync(client, page, session.Cancel), PageReading.BySmartReader(page.Html));
            foreach (var miss in details ? misses : [])
            {
                Console.WriteLine(miss);
            }
        }

        if (session.Json)
        {
            Console.WriteLine(score.ToJson());
            return 0;
        }

        foreach (var line in score.Report())
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    private static async Task<PageReading> ImportAsync(ImportService.ImportServiceClient client, EvaluationPage page, CancellationToken cancel)
    {
        var request = new ImportStoryRequest
        {
            Document = new Document { Content = ByteString.CopyFrom(page.Html), MediaType = "text/html", CapturedAt = Timestamp.FromDateTimeOffset(Captured) },
            ValidateOnly = true,
        };
        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await client.ImportStoryAsync(request, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline, cancellationToken: cancel);
            return PageReading.Of(response.Story) with { Elapsed = Stopwatch.GetElapsedTime(started) };
        }
        catch (RpcException error) when (RpcFailure.From(error) is { Violations: [var violation, ..] })
        {
            // A page with no story in it is a result; a service that is down is not.
            return PageReading.Refused(violation.Rule) with { Elapsed = Stopwatch.GetElapsedTime(started) };
        }
    }
}
