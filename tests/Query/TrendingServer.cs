using System.Net;
using Broadsheet.Analytics.V1;
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

/// <summary>Analytics as far as trending goes, on a loopback socket: it ranks what the test says.</summary>
public sealed class TrendingServer : ReportService.ReportServiceBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private int _calls;

    public Uri Address { get; private set; } = null!;

    /// <summary>Calls that reached it so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What was asked last.</summary>
    public ListTrendingRequest? LastRequest { get; private set; }

    /// <summary>Stories by community, hottest first; those of "" are of the whole site.</summary>
    public Dictionary<string, string[]> Ranking { get; } = [];

    /// <summary>If set, every call fails with it.</summary>
    public StatusCode? Failure { get; set; }

    /// <summary>While this is not completed no call is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static Timestamp ComputedAt { get; } = Timestamp.FromDateTime(new DateTime(2024, 6, 1, 12, 0, 0, DateTimeKind.Utc));

    public static async Task<TrendingServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var server = new TrendingServer();
        builder.Services.AddSingleton(server);
        server._app = builder.Build();
        server._app.MapGrpcService<TrendingServer>();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public override async Task<ListTrendingResponse> ListTrending(ListTrendingRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        LastRequest = request;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stopping.Token);
        await Gate.WaitAsync(ending.Token);
        if (Failure is { } failure)
        {
            throw new RpcException(new Status(failure, "as the test wants it"));
        }

        var response = new ListTrendingResponse { Rule = "trending/1", ComputedAt = ComputedAt };
        var ranking = Ranking.GetValueOrDefault(request.Community, []);
        for (var i = 0; i < ranking.Length; i++)
        {
            var sum = 2.0 * (ranking.Length - i);
            response.Stories.Add(new TrendingStory
            {
                Story = ranking[i],
                Score = new TrendingScore
                {
                    Value = sum / 2,
                    AgeDecay = 0.5,
                    Parts = { new TrendingPart { Signal = TrendingSignal.Read, Count = 3 * (ranking.Length - i), DecayedCount = ranking.Length - i, Weight = 2, Contribution = sum } },
                },
            });
        }

        return response;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _app = null;
        _stopping.Dispose();
    }
}
