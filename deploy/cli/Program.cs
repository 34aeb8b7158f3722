using Broadsheet.Cli;

return await CommandLine.RunAsync(args);
