using System.Collections.Concurrent;
using System.Net;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Clients.Tests;

/// <summary>A content service that does what the test says, on a socket of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, Stories stories, Feed feed)
    {
        _app = app;
        Stories = stories;
        Feed = feed;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public Stories Stories { get; }

    public Feed Feed { get; }

    /// <summary>Starts a server; with a port, where another one was before.</summary>
    public static async Task<TestServer> StartAsync(Stories? stories = null, Feed? feed = null, int port = 0, IPAddress? address = null)
    {
        stories ??= new Stories();
        feed ??= new Feed();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(address ?? IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(stories);
        builder.Services.AddSingleton(feed);
        var app = builder.Build();
        app.MapGrpcService<Stories>();
        app.MapGrpcService<Feed>();
        // A method of a contract that is not ours, and so without a promise; always unavailable.
        app.MapPost("/some.other.Service/Do", context =>
        {
            stories.Calls.Enqueue(new SeenCall(DateTime.MaxValue, null, ""));
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "14";
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return new TestServer(app, stories, feed);
    }

    /// <summary>Breaks off whatever runs, as a dying process does.</summary>
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>What a service saw of a call.</summary>
/// <param name="Deadline">When the caller gives up; <see cref="DateTime.MaxValue"/> for never.</param>
/// <param name="Caller">Value of the caller's header.</param>
/// <param name="RequestId">The request id of a mutation.</param>
internal sealed record SeenCall(DateTime Deadline, string? Caller, string RequestId)
{
    public static SeenCall Of(ServerCallContext context, string requestId = "") =>
        new(context.Deadline, context.RequestHeaders.GetValue("x-broadsheet-caller"), requestId);
}

internal sealed class Stories : StoryService.StoryServiceBase
{
    /// <summary>Every attempt that reached the server.</summary>
    public ConcurrentQueue<SeenCall> Calls { get; } = new();

    /// <summary>What an attempt (counted from 1) does before it is answered.</summary>
    public Func<int, Task> OnCall { get; set; } = _ => Task.CompletedTask;

    public override async Task<Story> GetStory(GetStoryRequest request, ServerCallContext context)
    {
        await SeeAsync(SeenCall.Of(context));
        return new Story { Name = request.Name };
    }

    public override async Task<Story> CreateStory(CreateStoryRequest request, ServerCallContext context)
    {
        await SeeAsync(SeenCall.Of(context, request.RequestId));
        return new Story { Name = "stories/1", Title = request.Story.Title };
    }

    public override async Task<Empty> DeleteStory(DeleteStoryRequest request, ServerCallContext context)
    {
        await SeeAsync(SeenCall.Of(context, request.RequestId));
        return new Empty();
    }

    private async Task SeeAsync(SeenCall call)
    {
        Calls.Enqueue(call);
        await OnCall(Calls.Count);
    }
}

internal sealed class Feed : ChangeFeedService.ChangeFeedServiceBase
{
    /// <summary>The cursor of every stream that was opened.</summary>
    public ConcurrentQueue<WatchChangesRequest> Opened { get; } = new();

    /// <summary>What the stream opened as the nth (from 1) does; when it returns the stream ends with OK.</summary>
    public Func<int, WatchChangesRequest, IServerStreamWriter<WatchChangesResponse>, ServerCallContext, Task> OnWatch { get; set; } = (_, _, _, _) => Task.CompletedTask;

    /// <summary>A message that moves the reader to this position.</summary>
    public static WatchChangesResponse At(int position) => new()
    {
        NextCursor = $"{position}",
        Changes = { new Change { Cursor = $"{position}", Resource = "stories/1", Version = position } },
    };

    public override Task WatchChanges(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context)
    {
        Opened.Enqueue(request);
        return OnWatch(Opened.Count, request, responseStream, context);
    }
}
