using System.CommandLine;
using Broadsheet.Cli.Importing;
using Broadsheet.Cli.Reading;
using Broadsheet.Cli.Up;

var root = new RootCommand("Runs Broadsheet, brings stories in and asks them.")
{
    UpCommand.Create(),
    ImportCommand.Create(),
    SearchCommand.Create(),
    AskCommand.Create(),
    TimelineCommand.Create(),
    StoriesCommand.Create(),
    WatchCommand.Create(),
    StatusCommand.Create(),
};
// `up` stops its children in order, which takes as long as the longest call.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2), EnableDefaultExceptionHandler = false });
