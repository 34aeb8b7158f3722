using System.CommandLine;
using System.CommandLine.Invocation;
using Broadsheet.Cli.Evaluation;
using Broadsheet.Cli.Events;
using Broadsheet.Cli.Importing;
using Broadsheet.Cli.Reading;
using Broadsheet.Cli.Storing;
using Broadsheet.Cli.Up;

namespace Broadsheet.Cli;

/// <summary>The <c>broadsheet</c> command with all that it can do.</summary>
internal static class CommandLine
{
    private const int UsageError = 2;

    /// <summary>Does what was typed and returns the exit code.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Runs Broadsheet, brings stories in and asks them.")
        {
            UpCommand.Create(),
            ImportCommand.Create(),
            SearchCommand.Create(),
            ExploreCommand.Create(),
            RelatedCommand.Create(),
            AskCommand.Create(),
            TimelineCommand.Create(),
            ClaimsCommand.Create(),
            FiguresCommand.Create(),
            EntityCommands.List(),
            EntityCommands.Get(),
            StoriesCommand.Create(),
            StatsCommand.Create(),
            InsightsCommand.Create(),
            TrendingCommand.Create(),
            ExportEventsCommand.Create(),
            ImportEventsCommand.Create(),
            WatchCommand.Create(),
            StatusCommand.Create(),
            EvaluationCommand.Create(),
        };
        foreach (var command in TransferCommands.Create().Concat(StoreCommand.Create()))
        {
            root.Add(command);
        }

        var typed = root.Parse(args);
        if (typed.Action is ParseErrorAction)
        {
            // Standard output is for results alone, so help is only pointed to.
            foreach (var error in typed.Errors)
            {
                Console.Error.WriteLine($"error: {error.Message}");
            }

            var wanted = typed.CommandResult.Command;
            Console.Error.WriteLine($"Usage: broadsheet {(wanted == root ? "" : $"{wanted.Name} ")}--help");
            return Task.FromResult(UsageError);
        }

        // `up` stops its children in order, which takes as long as the longest call.
        return typed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2), EnableDefaultExceptionHandler = false });
    }
}
