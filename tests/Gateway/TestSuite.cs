using Broadsheet.Testing;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Gateway.Tests;

/// <summary>The gateway itself in front of services that do what the test says; each is a host of its own on loopback.</summary>
internal sealed class TestSuite : IAsyncDisposable
{
    private TestSuite(TestService content, TestService query, WebApplication gateway, Uri grpc, Uri http)
    {
        Content = content;
        Query = query;
        Gateway = gateway;
        Grpc = grpc;
        Http = http;
        Channel = GrpcChannel.ForAddress(grpc, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Json = new HttpClient { BaseAddress = http };
    }

    public TestService Content { get; }

    public TestService Query { get; }

    public WebApplication Gateway { get; }

    /// <summary>gRPC.</summary>
    public Uri Grpc { get; }

    /// <summary>JSON and gRPC-Web.</summary>
    public Uri Http { get; }

    public GrpcChannel Channel { get; }

    public HttpClient Json { get; }

    public static async Task<TestSuite> StartAsync(params string[] settings)
    {
        var content = await TestService.StartAsync();
        var query = await TestService.StartAsync();
        var (gateway, grpc, http) = await StartGatewayAsync(
        [
            $"Broadsheet:Gateway:ContentAddress={content.Calls}", $"Broadsheet:Gateway:ContentHealthAddress={content.Operations}",
            $"Broadsheet:Gateway:QueryAddress={query.Calls}", $"Broadsheet:Gateway:QueryHealthAddress={query.Operations}",
            .. settings,
        ]);
        return new TestSuite(content, query, gateway, grpc, http);
    }

    /// <summary>A gateway alone.</summary>
    public static async Task<(WebApplication App, Uri Grpc, Uri Http)> StartGatewayAsync(params string[] settings)
    {
        var app = GatewayHost.Build(
        [
            "--environment=Development", "--Broadsheet:BindAddress=127.0.0.1", "--Broadsheet:GrpcPort=0", "--Broadsheet:HttpPort=0", "--Logging:LogLevel:Default=None",
            .. settings.Select(setting => $"--{setting}"),
        ]);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address)).ToArray();
        return (app, addresses[0], addresses[1]);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Json.Dispose();
        await Gateway.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await Gateway.DisposeAsync();
        await Content.DisposeAsync();
        await Query.DisposeAsync();
    }
}
