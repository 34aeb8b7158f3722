using Broadsheet.Content.V1;
using Google.Protobuf;
using Grpc.Core;
using Spectre.Console;

namespace Broadsheet.Cli.Importing;

/// <summary>Tells what became of documents: stories on standard output, failures on standard error.</summary>
internal sealed class ImportReport(Session session, bool showProgress)
{
    // While progress is shown, lines go through the console that draws it.
    private readonly Action<string> _report = showProgress && !Console.IsOutputRedirected ? WriteMessage : Console.WriteLine;
    private readonly Action<string> _complain = showProgress ? WriteMessage : Console.Error.WriteLine;

    /// <summary>Stories that were imported.</summary>
    public int Imported { get; private set; }

    /// <summary>Stories and documents that could not be.</summary>
    public int Failed { get; private set; }

    /// <summary>A story that was imported.</summary>
    public void Story(string path, IMessage response, string name, string title, ImportOutcome outcome, IEnumerable<Diagnostic> diagnostics)
    {
        Imported++;
        if (session.Json)
        {
            ServerCommand.WriteJson(response);
            return;
        }

        _report($"{path}: {outcome.ToString().ToLowerInvariant()} {(name.Length > 0 ? name : "(not stored)")} “{title}”");
        Diagnostics(diagnostics);
    }

    /// <summary>What is to be said of a document as a whole.</summary>
    public void Document(string path, DocumentSummary summary)
    {
        if (!session.Json && summary.Diagnostics.Count > 0)
        {
            _report($"{path}: {summary.Skipped} entries skipped");
            Diagnostics(summary.Diagnostics);
        }
    }

    /// <summary>Something that failed, and why.</summary>
    public void Failure(string what, string why, int count = 1)
    {
        Failed += count;
        _complain($"error: {what}: {why}");
    }

    /// <summary>Something that failed, and the error that says why.</summary>
    public void Failure(string what, RpcException error, int count = 1) => Failure(what, ServerCommand.Describe(error, session.Channel.Address), count);

    private void Diagnostics(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var same in diagnostics.GroupBy(diagnostic => (diagnostic.Code, diagnostic.Message)))
        {
            // A page has furniture in many places; the excerpts are in the JSON.
            _report($"  {same.Key.Code}: {same.Key.Message}{(same.Count() > 1 ? $" ({same.Count()} times)" : "")}");
        }
    }

    private static void WriteMessage(string line) => ServerCommand.Messages.WriteLine(line);
}
