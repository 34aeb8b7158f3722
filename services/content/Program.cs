using Broadsheet.Content;

ContentHost.Build(args).Run();
