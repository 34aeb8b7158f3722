using System.CommandLine;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spectre.Console;

namespace Broadsheet.Cli.Importing;

/// <summary><c>broadsheet import FILE…</c></summary>
internal static class ImportCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Text dumps (.txt), HTML (.html) or Markdown (.md); - reads standard input.", Arity = ArgumentArity.OneOrMore };
        var draft = new Option<bool>("--draft") { Description = "Leave the stories drafts instead of publishing them." };
        var validate = new Option<bool>("--validate-only") { Description = "Show what would be stored and store nothing." };
        var mediaType = new Option<string?>("--media-type") { Description = "Media type, if the file name does not tell." };
        var sourceUri = new Option<string?>("--source-uri") { Description = "Where the document comes from (one file only; default: its file: address)." };
        var captured = new Option<DateTimeOffset?>("--captured-at") { Description = "When the page was saved (default: the file's time)." };
        var command = new Command("import", "Imports documents as stories.") { files, draft, validate, mediaType, sourceUri, captured };
        command.Validators.Add(result =>
        {
            if (result.GetValue(sourceUri) is not null && result.GetValue(files)?.Length > 1)
            {
                result.AddError("--source-uri can only name the source of one file");
            }
        });
        return ServerCommand.Create(command, async session =>
        {
            var client = new ImportService.ImportServiceClient(session.Channel.Invoker);
            var paths = session.Arguments.GetRequiredValue(files);
            // While progress is shown, lines go through the console that draws it.
            var showProgress = paths.Length > 1 && !session.Json && ServerCommand.Messages.Profile.Capabilities.Interactive && !Console.IsErrorRedirected;
            Action<string> report = showProgress && !Console.IsOutputRedirected ? WriteMessage : Console.WriteLine;
            Action<string> complain = showProgress ? WriteMessage : Console.Error.WriteLine;
            var failed = 0;
            async Task RunAsync(Action<int> progress)
            {
                for (var i = 0; i < paths.Length; i++)
                {
                    try
                    {
                        var document = await ReadAsync(paths[i], session.Arguments.GetValue(mediaType), session.Arguments.GetValue(sourceUri), session.Arguments.GetValue(captured), session.Cancel);
                        var response = await client.ImportStoryAsync(
                            new ImportStoryRequest { Document = document, Publish = !session.Arguments.GetValue(draft), ValidateOnly = session.Arguments.GetValue(validate) },
                            deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline,
                            cancellationToken: session.Cancel);
                        Report(paths[i], response, session.Json, report);
                    }
                    catch (RpcException error) when (!session.Cancel.IsCancellationRequested)
                    {
                        failed++;
                        complain($"error: {paths[i]}: {ServerCommand.Describe(error, session.Channel.Address)}");
                        if (error.StatusCode == StatusCode.Unavailable)
                        {
                            // The rest would fail in the same way.
                            failed += paths.Length - i - 1;
                            return;
                        }
                    }
                    catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                    {
                        failed++;
                        complain($"error: {paths[i]}: {error.Message}");
                    }

                    progress(i + 1);
                }
            }

            if (showProgress)
            {
                await ServerCommand.Messages.Progress().HideCompleted(true).StartAsync(async display =>
                {
                    var task = display.AddTask("importing", maxValue: paths.Length);
                    await RunAsync(done => task.Value = done);
                });
            }
            else
            {
                await RunAsync(_ => { });
            }

            if (paths.Length > 1)
            {
                await Console.Error.WriteLineAsync($"{paths.Length - failed} imported, {failed} failed");
            }

            return failed == 0 ? 0 : 1;
        });
    }

    private static async Task<Document> ReadAsync(string path, string? mediaType, string? sourceUri, DateTimeOffset? captured, CancellationToken cancel)
    {
        var document = new Document { MediaType = mediaType ?? MediaTypes.Of(path) ?? "text/plain", SourceUri = sourceUri ?? "" };
        if (path == "-")
        {
            await using var input = Console.OpenStandardInput();
            document.Content = await ByteString.FromStreamAsync(input, cancel);
        }
        else
        {
            await using var file = File.OpenRead(path);
            document.Content = await ByteString.FromStreamAsync(file, cancel);
            document.SourceUri = sourceUri ?? new Uri(Path.GetFullPath(path)).AbsoluteUri;
            captured ??= File.GetLastWriteTimeUtc(path);
        }

        document.CapturedAt = captured is { } time ? Timestamp.FromDateTimeOffset(time) : null;
        return document;
    }

    private static void WriteMessage(string line) => ServerCommand.Messages.WriteLine(line);

    private static void Report(string path, ImportStoryResponse response, bool json, Action<string> report)
    {
        if (json)
        {
            ServerCommand.WriteJson(response);
            return;
        }

        var name = response.Story.Name.Length > 0 ? response.Story.Name : "(not stored)";
        report($"{path}: {response.Outcome.ToString().ToLowerInvariant()} {name} “{response.Story.Title}”");
        foreach (var same in response.Diagnostics.GroupBy(diagnostic => (diagnostic.Code, diagnostic.Message)))
        {
            // A page has furniture in many places; the excerpts are in the JSON.
            report($"  {same.Key.Code}: {same.Key.Message}{(same.Count() > 1 ? $" ({same.Count()} times)" : "")}");
        }
    }
}
