using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Drain;
using Broadsheet.Query.V1;
using Broadsheet.Testing;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Broadsheet.Gateway.Tests;

public sealed class FailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_that_is_down_is_named_and_may_be_tried_again()
    {
        await using var suite = await TestSuite.StartAsync();
        await suite.Query.App.StopAsync(Cancel);
        var error = await Typed.ErrorAsync(new SearchService.SearchServiceClient(suite.Channel).SearchAsync(new() { Query = "x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Unavailable, "SERVICE_UNAVAILABLE"), (error.Code, error.Reason));
        Assert.Contains("query", error.Status.Message, StringComparison.Ordinal);
        Assert.True(Assert.Single(error.Status.Details, detail => detail.Is(RetryInfo.Descriptor)).Unpack<RetryInfo>().RetryDelay.Seconds > 0);

        using var response = await suite.Json.GetAsync("/v1/search?query=x", Cancel);
        var json = await Typed.ErrorAsync(response);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE"), (json.Http, json.Reason));
        Assert.Contains("retryDelay", json.Body.GetRawText(), StringComparison.Ordinal);

        using var web = GrpcChannel.ForAddress(suite.Http, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()), HttpVersion = HttpVersion.Version11 });
        Assert.Equal("SERVICE_UNAVAILABLE", (await Typed.ErrorAsync(new SearchService.SearchServiceClient(web).SearchAsync(new() { Query = "x" }, cancellationToken: Cancel))).Reason);
        Assert.Equal("stories/x", (await new StoryService.StoryServiceClient(suite.Channel).GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel)).Name);
    }

    [Fact]
    public async Task Lone_service_that_comes_back_is_used_at_once()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        var (gateway, grpc, _) = await TestSuite.StartGatewayAsync($"Broadsheet:Gateway:ContentAddress=http://127.0.0.1:{port}", "Broadsheet:Gateway:HealthInterval=01:00:00");
        await using var app = gateway;
        using var channel = GrpcChannel.ForAddress(grpc);
        var stories = new StoryService.StoryServiceClient(channel);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("SERVICE_UNAVAILABLE", (await Typed.ErrorAsync(stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel))).Reason);
        }

        await using var content = await TestService.StartAsync($"Broadsheet:GrpcPort={port}");
        Assert.Equal("stories/x", (await stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel)).Name);
    }

    [Fact]
    public async Task Service_that_hangs_ends_at_the_deadline_by_gRPC_and_JSON()
    {
        // Accepts connections and never answers, as a stopped process does.
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        var (gateway, grpc, http) = await TestSuite.StartGatewayAsync($"Broadsheet:Gateway:ContentAddress=http://{hung.LocalEndpoint}", "Broadsheet:Deadlines:Read=00:00:00.300");
        await using var app = gateway;
        using var channel = GrpcChannel.ForAddress(grpc);
        var started = Stopwatch.GetTimestamp();
        var error = await Typed.ErrorAsync(new StoryService.StoryServiceClient(channel).GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED"), (error.Code, error.Reason));
        using var json = new HttpClient { BaseAddress = http };
        using var response = await json.GetAsync("/v1/stories/x", Cancel);
        Assert.Equal((HttpStatusCode.GatewayTimeout, "DEADLINE_EXCEEDED"), (response.StatusCode, (await Typed.ErrorAsync(response)).Reason));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Call_that_stands_still_is_given_up()
    {
        await using var suite = await TestSuite.StartAsync("Broadsheet:Gateway:ActivityTimeout=00:00:00.300");
        suite.Content.Handlers.GetStory = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new();
        };
        var error = await Typed.ErrorAsync(new StoryService.StoryServiceClient(suite.Channel).GetStoryAsync(
            new() { Name = "stories/x" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20), cancellationToken: Cancel));
        Assert.Equal((StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED"), (error.Code, error.Reason));
        Assert.Contains("content", error.Status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_whose_service_breaks_off_ends_as_unavailable(bool web)
    {
        await using var suite = await TestSuite.StartAsync();
        suite.Content.Handlers.WatchChanges = async (_, stream, context) =>
        {
            await stream.WriteAsync(new WatchChangesResponse { NextCursor = "1" });
            await Task.Delay(100, CancellationToken.None);
            context.GetHttpContext().Abort();
        };
        using var channel = web
            ? GrpcChannel.ForAddress(suite.Http, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()), HttpVersion = HttpVersion.Version11 })
            : GrpcChannel.ForAddress(suite.Grpc);
        using var watch = new ChangeFeedService.ChangeFeedServiceClient(channel).WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        var error = Typed.Of(await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel)));
        Assert.Equal((StatusCode.Unavailable, "SERVICE_UNAVAILABLE"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Services_drain_reaches_the_streams_through_the_gateway()
    {
        await using var suite = await TestSuite.StartAsync();
        using var watch = new ChangeFeedService.ChangeFeedServiceClient(suite.Channel).WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        suite.Content.App.Services.GetRequiredService<Drain>().EndStreams();
        Assert.Equal("SERVER_DRAINING", Typed.Of(await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel))).Reason);
    }

    [Fact]
    public async Task Gateways_own_drain_ends_its_streams_with_their_reason()
    {
        await using var suite = await TestSuite.StartAsync();
        using var watch = new ChangeFeedService.ChangeFeedServiceClient(suite.Channel).WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        await using var json = await suite.Json.GetStreamAsync("/v1/changes:watch", Cancel);
        using var lines = new StreamReader(json);
        Assert.Contains("\"nextCursor\":\"1\"", await lines.ReadLineAsync(Cancel), StringComparison.Ordinal);

        suite.Gateway.Services.GetRequiredService<Drain>().EndStreams();

        var error = Typed.Of(await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel)));
        Assert.Equal((StatusCode.Unavailable, "SERVER_DRAINING"), (error.Code, error.Reason));
        var rest = (await lines.ReadToEndAsync(Cancel)).Trim();
        using var last = JsonDocument.Parse(rest);
        Assert.Equal("SERVER_DRAINING", Typed.Error(HttpStatusCode.OK, last.RootElement).Reason);
    }

    [Fact]
    public async Task Caller_that_goes_away_ends_the_call_in_the_service()
    {
        await using var suite = await TestSuite.StartAsync();
        var entered = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        suite.Content.Handlers.GetStory = async (_, context) =>
        {
            context.CancellationToken.Register(ended.SetResult);
            entered.SetResult();
            await ended.Task;
            return new();
        };
        using var gone = new CancellationTokenSource();
        var call = new StoryService.StoryServiceClient(suite.Channel).GetStoryAsync(
            new() { Name = "stories/x" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30), cancellationToken: gone.Token);
        await entered.Task.WaitAsync(Cancel);
        await gone.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(async () => await call);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task Replica_that_drains_under_load_fails_no_call()
    {
        await using var first = await TestService.StartAsync("Broadsheet:DrainDelay=00:00:02");
        await using var second = await TestService.StartAsync();
        var (gateway, grpc, http) = await TestSuite.StartGatewayAsync(
            $"Broadsheet:Gateway:ContentAddress={first.Calls},{second.Calls}",
            $"Broadsheet:Gateway:ContentHealthAddress={first.Operations},{second.Operations}",
            "Broadsheet:Gateway:HealthInterval=00:00:00.200");
        await using var app = gateway;
        using var channel = GrpcChannel.ForAddress(grpc);
        using var json = new HttpClient { BaseAddress = http };
        var stories = new StoryService.StoryServiceClient(channel);
        var served = 0;
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                if (i % 2 == 0)
                {
                    await stories.GetStoryAsync(new() { Name = "stories/x" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30), cancellationToken: Cancel);
                }
                else
                {
                    using var response = await json.GetAsync("/v1/stories/x", Cancel);
                    response.EnsureSuccessStatusCode();
                }

                Interlocked.Increment(ref served);
            }
        })).ToArray();

        var running = first.App.WaitForShutdownAsync(Cancel);
        ((DrainingLifetime)first.App.Services.GetRequiredService<IHostLifetime>()).Stop("a test");
        await running.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        var atStop = served;
        while (served < atStop + 200)
        {
            await Task.Delay(10, Cancel);
        }

        await enough.CancelAsync();
        await Task.WhenAll(load);
    }
}
