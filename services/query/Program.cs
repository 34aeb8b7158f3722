using Broadsheet.Query;
using Broadsheet.Query.Indexing;

if (IndexCommands.Find(args) is { } command)
{
    return command();
}

QueryHost.Build(args).Run();
return 0;
