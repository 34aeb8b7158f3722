using System.CommandLine;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Broadsheet.Cli.Storing;

/// <summary>
/// <c>broadsheet export FILE</c> and <c>broadsheet restore FILE</c>. A file whose name ends in <c>.jsonl</c> has a JSON
/// object a line, any other the rows as length-delimited protobuf messages (<c>ArchiveRow</c>).
/// </summary>
internal static class TransferCommands
{
    private const string JsonLines = ".jsonl";


    public static IEnumerable<Command> Create()
    {
        var target = new Argument<string>("file") { Description = "File to write, replaced if it exists; .jsonl for JSON lines." };
        yield return ServerCommand.Create(
            new Command("export", "Writes everything that content holds into a file.") { target },
            session => ExportAsync(session, session.Arguments.GetRequiredValue(target)));
        var source = new Argument<FileInfo>("file") { Description = "File that `export` wrote." }.AcceptExistingOnly();
        yield return ServerCommand.Create(
            new Command("restore", "Puts an export into an empty content store: all of it or nothing.") { source },
            session => RestoreAsync(session, session.Arguments.GetRequiredValue(source)));
    }

    private static async Task<int> ExportAsync(Session session, string path)
    {
        using var call = new TransferService.TransferServiceClient(session.Channel.Invoker).ExportContent(new(), cancellationToken: session.Cancel);
        var rows = 0L;
        // What is unfinished never bears the name of what is finished.
        var unfinished = $"{path}.part";
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        await using (var lines = new StreamWriter(file, bufferSize: 1 << 16) { NewLine = "\n" })
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(session.Cancel))
            {
                if (path.EndsWith(JsonLines, StringComparison.OrdinalIgnoreCase))
                {
                    JsonFormatter.Default.Format(response.Row, lines);
                    await lines.WriteLineAsync();
                }
                else
                {
                    response.Row.WriteDelimitedTo(file);
                }

                rows++;
            }
        }

        File.Move(unfinished, path, overwrite: true);
        await Console.Error.WriteLineAsync($"{path}: {rows:N0} rows");
        return 0;
    }

    private static async Task<int> RestoreAsync(Session session, FileInfo file)
    {
        using var call = new TransferService.TransferServiceClient(session.Channel.Invoker).RestoreContent(cancellationToken: session.Cancel);
        try
        {
            foreach (var row in Rows(file))
            {
                await call.RequestStream.WriteAsync(new RestoreContentRequest { Row = row }, session.Cancel);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (InvalidProtocolBufferException error)
        {
            await Console.Error.WriteLineAsync($"error: {file}: {error.Message}");
            return 1;
        }
        catch (InvalidOperationException)
        {
            // The call has ended before the file; its answer, below, says why.
        }

        var response = await call;
        if (session.Json)
        {
            ServerCommand.WriteJson(response);
        }
        else
        {
            Console.WriteLine($"{response.Rows:N0} rows, {response.Stories:N0} stories");
        }

        return 0;
    }

    private static IEnumerable<ArchiveRow> Rows(FileInfo file)
    {
        if (file.Name.EndsWith(JsonLines, StringComparison.OrdinalIgnoreCase))
        {
            foreach (var line in File.ReadLines(file.FullName))
            {
                yield return JsonParser.Default.Parse<ArchiveRow>(line);
            }

            yield break;
        }

        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        while (stream.Position < stream.Length)
        {
            yield return ArchiveRow.Parser.ParseDelimitedFrom(stream);
        }
    }
}
