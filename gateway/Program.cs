await Broadsheet.Gateway.GatewayHost.Build(args).RunAsync();
