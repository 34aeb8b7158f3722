using System.CommandLine;
using System.Security.Cryptography;
using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Cli.Events;

/// <summary><c>broadsheet export-events FILE</c></summary>
internal static class ExportEventsCommand
{
    private const string Parquet = ".parquet";

    public static Command Create()
    {
        var target = new Argument<string>("file") { Description = "File to write, replaced if it exists; .parquet for Parquet, else JSON lines." };
        var from = new Option<DateTimeOffset?>("--from") { Description = "First moment, with its offset (2026-01-31T00:00Z); default: all." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "End, exclusive; default: now." };
        var story = new Option<string>("--story") { Description = "Only events of stories/…", DefaultValueFactory = _ => "" };
        return ServerCommand.Create(new Command("export-events", "Writes the reading events of a period into a file.") { target, from, to, story }, session =>
        {
            var path = session.Arguments.GetRequiredValue(target);
            return ExportAsync(session, path, new ExportEventsRequest
            {
                From = Moment(session.Arguments.GetValue(from)),
                To = Moment(session.Arguments.GetValue(to)),
                Story = session.Arguments.GetRequiredValue(story),
                Format = path.EndsWith(Parquet, StringComparison.OrdinalIgnoreCase) ? ExportFormat.Parquet : ExportFormat.JsonLines,
            });
        });
    }

    private static Timestamp? Moment(DateTimeOffset? moment) => moment is { } given ? Timestamp.FromDateTimeOffset(given) : null;

    private static async Task<int> ExportAsync(Session session, string path, ExportEventsRequest request)
    {
        using var call = new ReportService.ReportServiceClient(session.Channel.Invoker).ExportEvents(request, cancellationToken: session.Cancel);
        // What is unfinished never bears the name of what is finished.
        var unfinished = $"{path}.part";
        ExportSummary? summary = null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(session.Cancel))
            {
                if (response.Summary is not null)
                {
                    summary = response.Summary;
                    continue;
                }

                hash.AppendData(response.Chunk.Span);
                await file.WriteAsync(response.Chunk.Memory, session.Cancel);
            }
        }

        if (summary is null || summary.Sha256 != Convert.ToHexStringLower(hash.GetHashAndReset()))
        {
            File.Delete(unfinished);
            await Console.Error.WriteLineAsync($"error: {path}: the export did not arrive whole");
            return 1;
        }

        File.Move(unfinished, path, overwrite: true);
        if (session.Json)
        {
            ServerCommand.WriteJson(summary);
        }
        else
        {
            await Console.Error.WriteLineAsync($"{path}: {summary.EventCount:N0} events, {summary.ByteCount:N0} bytes");
        }

        return 0;
    }
}
