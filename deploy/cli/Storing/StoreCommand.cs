using System.CommandLine;
using System.Diagnostics;
using Broadsheet.Cli.Up;

namespace Broadsheet.Cli.Storing;

/// <summary>
/// <c>broadsheet migrate</c>, <c>backup</c>, <c>new-feed</c> and <c>backup-index</c>: what is done to content's store and to
/// query's index beside the service. The service's own program does it, configured by the same environment variables.
/// </summary>
internal static class StoreCommand
{
    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Data folder of `up`; for content on PostgreSQL the environment variables of the service say which database.",
        DefaultValueFactory = _ => new DirectoryInfo(".data"),
    };

    public static IEnumerable<Command> Create()
    {
        var file = new Argument<string>("file") { Description = "File to write; it must not exist." };
        var folder = new Argument<string>("folder") { Description = "Folder to make; it must not exist." };
        yield return Create(new Command("migrate", "Brings the content store's schema up to date."), _ => ["migrate"]);
        yield return Create(new Command("backup", "Copies the embedded content store into a file, also while it is written to.") { file }, parsed => ["backup", parsed.GetRequiredValue(file)]);
        yield return Create(new Command("new-feed", "Tells readers of the change feed to begin anew, after the content store was restored."), _ => ["new-feed"]);
        yield return Create(
            new Command("backup-index", "Copies the index of query, as it was last made durable, into a data folder of its own, also while it is written to.") { folder },
            parsed => ["backup", parsed.GetRequiredValue(folder)],
            "query");
    }

    private static Command Create(Command command, Func<ParseResult, string[]> arguments, string service = "content")
    {
        command.Add(Data);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var program = service == "content" ? "Content" : "Query";
            var spec = new ServiceSpec(service, $"Broadsheet.{program}", 0, [], []);
            var start = new ProcessStartInfo(ServiceProcess.DotnetHost(), [Suite.FindAssembly(spec), .. arguments(parsed)]);
            start.Environment.TryAdd($"Broadsheet__{program}__DataPath", Path.Combine(parsed.GetRequiredValue(Data).FullName, service));
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        });
        return command;
    }
}
