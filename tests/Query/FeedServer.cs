using System.Net;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Query.Tests;

/// <summary>A change feed over a list, on a loopback socket.</summary>
public sealed class FeedServer : ChangeFeedService.ChangeFeedServiceBase, IAsyncDisposable
{
    private readonly Lock _writing = new();
    private readonly List<Change> _changes = [];
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Who follows what.</summary>
    public FollowList Follows { get; } = new();

    /// <summary>Another id makes every cursor given before expire.</summary>
    public string FeedId { get; set; } = "a";

    /// <summary>How many changes a message has at most.</summary>
    public int BatchSize { get; set; } = 200;

    /// <summary>While this is not completed no change from <see cref="GateFrom"/> on is sent.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How many changes pass the gate in any case.</summary>
    public int GateFrom { get; set; }

    public int Count
    {
        get
        {
            lock (_writing)
            {
                return _changes.Count;
            }
        }
    }

    public static async Task<FeedServer> StartAsync(int port = 0, Action<WebApplication>? also = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxSendMessageSize = null);
        var feed = new FeedServer();
        builder.Services.AddSingleton(feed);
        builder.Services.AddSingleton(feed.Follows);
        feed._app = builder.Build();
        feed._app.MapGrpcService<FeedServer>();
        feed._app.MapGrpcService<FollowList>();
        also?.Invoke(feed._app);
        await feed._app.StartAsync(TestContext.Current.CancellationToken);
        feed.Address = new Uri(feed._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return feed;
    }

    /// <summary>Adds the story to the feed and gives it the next version.</summary>
    public long Publish(Story story, string traceParent = "") => Add(new Change { Resource = story.Name, Story = story.Clone(), TraceParent = traceParent });

    public long Remove(string story) => Add(new Change { Resource = story, Tombstone = new Tombstone() });

    public long Add(Change change)
    {
        TaskCompletionSource added;
        long version;
        lock (_writing)
        {
            version = change.Version == 0 ? _changes.Count + 1 : change.Version;
            change.Version = version;
            change.CommitTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            _changes.Add(change);
            (added, _added) = (_added, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        added.SetResult();
        return version;
    }

    public void Clear()
    {
        lock (_writing)
        {
            _changes.Clear();
        }
    }

    public override async Task WatchChanges(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context)
    {
        var position = Position(request.Cursor);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stopping.Token);
        while (true)
        {
            if (position >= GateFrom)
            {
                await Gate.WaitAsync(ending.Token);
            }

            Task added;
            WatchChangesResponse response;
            lock (_writing)
            {
                added = _added.Task;
                var page = _changes.Skip(position).Take(BatchSize).ToList();
                position += page.Count;
                response = new WatchChangesResponse
                {
                    Changes = { page },
                    NextCursor = Cursor(position),
                    Head = new FeedHead { Cursor = Cursor(_changes.Count), ChangesBehind = _changes.Count - position },
                };
            }

            await responseStream.WriteAsync(response, ending.Token);
            if (response.Head.ChangesBehind == 0)
            {
                await added.WaitAsync(ending.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app!.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private string Cursor(int position) => $"{FeedId}:{position}";

    private int Position(string cursor) => cursor.Length == 0
        ? 0
        : cursor.StartsWith(FeedId + ":", StringComparison.Ordinal)
            ? int.Parse(cursor.AsSpan(FeedId.Length + 1), null)
            : throw RpcError.Of(ErrorReason.CursorExpired, "another feed");
}
