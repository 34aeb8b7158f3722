using System.CommandLine;
using System.Net;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Broadsheet.Benchmarks;

/// <summary>The yardstick: grpc-dotnet as it comes, answering one message that is ready.</summary>
internal static class BareHost
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port to listen on (h2c).", Required = true };
        var file = new Option<FileInfo>("--story") { Description = "File with the encoded story to answer.", Required = true };
        var command = new Command("bare", "Runs the bare host that others are measured beside.") { port, file };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(port), parsed.GetRequiredValue(file), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int port, FileInfo file, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Story.Parser.ParseFrom(await File.ReadAllBytesAsync(file.FullName, cancellationToken)));
        var app = builder.Build();
        app.MapGrpcService<Answer>();
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private sealed class Answer(Story story) : StoryService.StoryServiceBase
    {
        public override Task<Story> GetStory(GetStoryRequest request, ServerCallContext context) => Task.FromResult(story);
    }
}
