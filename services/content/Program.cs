using Broadsheet.Content;
using Broadsheet.Content.Storage;

if (StoreCommands.Find(args) is { } command)
{
    return await command();
}

ContentHost.Build(args).Run();
return 0;
