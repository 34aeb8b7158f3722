using Broadsheet.Query;

QueryHost.Build(args).Run();
