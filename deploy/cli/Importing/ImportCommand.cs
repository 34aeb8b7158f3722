using System.CommandLine;
using Broadsheet.Content.V1;
using Grpc.Core;
using Spectre.Console;

namespace Broadsheet.Cli.Importing;

/// <summary><c>broadsheet import FILE…</c></summary>
internal static class ImportCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var paths = new Argument<string[]>("file")
        {
            Description = "Text dumps (.txt), HTML (.html), Markdown (.md), Ghost exports (.json), WordPress exports and feeds (.xml, .rss, .atom), or folders of them; - reads standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var draft = new Option<bool>("--draft") { Description = "Leave the stories drafts instead of publishing them." };
        var validate = new Option<bool>("--validate-only") { Description = "Show what would be stored and store nothing." };
        var mediaType = new Option<string?>("--media-type") { Description = "Media type, if the file name does not tell." };
        var sourceUri = new Option<string?>("--source-uri") { Description = "Where the document comes from (one file only; default: its file: address)." };
        var captured = new Option<DateTimeOffset?>("--captured-at") { Description = "When the page was saved (default: the file's time)." };
        var command = new Command("import", "Imports documents as stories.") { paths, draft, validate, mediaType, sourceUri, captured };
        command.Validators.Add(result =>
        {
            if (result.GetValue(sourceUri) is not null && (result.GetValue(paths)?.Length > 1 || Directory.Exists(result.GetValue(paths)?[0])))
            {
                result.AddError("--source-uri can only name the source of one file");
            }
        });
        return ServerCommand.Create(command, async session =>
        {
            var arguments = session.Arguments;
            var client = new ImportService.ImportServiceClient(session.Channel.Invoker);
            var files = new ImportFiles(arguments.GetValue(mediaType), arguments.GetValue(sourceUri), arguments.GetValue(captured));
            var documents = ImportFiles.Expand(arguments.GetRequiredValue(paths));
            var publish = !arguments.GetValue(draft);
            if (documents is [var only] && !files.MayHoldSeveral(only))
            {
                var single = new ImportReport(session, showProgress: false);
                await ImportOneAsync(session, client, only, files, publish, arguments.GetValue(validate), single);
                return single.Failed == 0 ? 0 : 1;
            }

            var showProgress = !session.Json && ServerCommand.Messages.Profile.Capabilities.Interactive && !Console.IsErrorRedirected;
            var report = new ImportReport(session, showProgress);
            var import = new StreamedImport(client, documents, files, publish, arguments.GetValue(validate), report);
            if (showProgress)
            {
                await ServerCommand.Messages.Progress().HideCompleted(true).StartAsync(async display =>
                {
                    var task = display.AddTask("importing", maxValue: documents.Count);
                    await import.RunAsync(done => task.Value = done, session.Cancel);
                });
            }
            else
            {
                await import.RunAsync(_ => { }, session.Cancel);
            }

            await Console.Error.WriteLineAsync($"{report.Imported} imported, {report.Failed} failed");
            return report.Failed == 0 ? 0 : 1;
        });
    }

    private static async Task ImportOneAsync(
        Session session, ImportService.ImportServiceClient client, string path, ImportFiles files, bool publish, bool validateOnly, ImportReport report)
    {
        try
        {
            var document = await files.ReadAsync(path, session.Cancel);
            var response = await client.ImportStoryAsync(
                new ImportStoryRequest { Document = document, Publish = publish, ValidateOnly = validateOnly },
                deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline,
                cancellationToken: session.Cancel);
            report.Story(path, response, response.Story.Name, response.Story.Title, response.Outcome, response.Diagnostics);
        }
        catch (RpcException error) when (!session.Cancel.IsCancellationRequested)
        {
            report.Failure(path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            report.Failure(path, error.Message);
        }
    }
}
