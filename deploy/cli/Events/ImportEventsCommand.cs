using System.CommandLine;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Google.Protobuf;

namespace Broadsheet.Cli.Events;

/// <summary><c>broadsheet import-events FILE</c></summary>
internal static class ImportEventsCommand
{
    private const int Batch = 5_000;
    private const string Csv = ".csv";

    // A later version's export may have fields that this one does not know.
    private static readonly JsonParser Lines = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static Command Create()
    {
        var source = new Argument<FileInfo>("file") { Description = "JSON lines as `export-events` writes them, or website_event.csv of an Umami export." }.AcceptExistingOnly();
        var community = new Option<string>("--community") { Description = "communities/… in which the pages of the CSV file are found by the last part of their path.", DefaultValueFactory = _ => "" };
        var command = new Command("import-events", "Brings reading events of the past in. Again does no harm: an event counts once.") { source, community };
        command.Validators.Add(result =>
        {
            if (result.GetValue(source) is { } file && IsCsv(file) && result.GetValue(community) is null or "")
            {
                result.AddError("--community: say in which community the pages of the CSV file are");
            }
        });
        return ServerCommand.Create(command, async session =>
        {
            var file = session.Arguments.GetRequiredValue(source);
            try
            {
                var import = new EventImport(new IngestService.IngestServiceClient(session.Channel.Invoker), session);
                if (IsCsv(file))
                {
                    var umami = new UmamiExport(new StoryService.StoryServiceClient(session.Channel.Invoker), session.Arguments.GetRequiredValue(community));
                    await import.RunAsync(umami.ReadAsync(file.FullName, session.Cancel), Batch);
                    return await import.TellAsync(umami.Skipped);
                }

                await import.RunAsync(ReadAsync(file.FullName), Batch);
                return await import.TellAsync(skipped: 0);
            }
            catch (InvalidDataException error)
            {
                await Console.Error.WriteLineAsync($"error: {file}: {error.Message}");
                return 1;
            }
        });
    }

    private static bool IsCsv(FileInfo file) => file.Name.EndsWith(Csv, StringComparison.OrdinalIgnoreCase);

    private static async IAsyncEnumerable<HistoricalEvent> ReadAsync(string path)
    {
        var number = 0L;
        await foreach (var line in File.ReadLinesAsync(path))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            KeptEvent kept;
            try
            {
                kept = Lines.Parse<KeptEvent>(line);
            }
            catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException)
            {
                throw new InvalidDataException($"line {number}: {error.Message}", error);
            }

            yield return new HistoricalEvent { Event = kept };
        }
    }
}
