using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Clients.Tests;

public sealed class CircuitBreakerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task Circuit_opens_on_failures_and_closes_when_the_service_answers_again(StatusCode code)
    {
        var failing = true;
        await using var server = await TestServer.StartAsync(new Stories { OnCall = _ => failing ? throw new RpcException(new Status(code, "")) : Task.CompletedTask });
        // Deadlines are made from this clock too, so it begins now and not in the past.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var channel = new BroadsheetChannel(server.Address, new BroadsheetClientOptions { TimeProvider = time, WriteDeadline = TimeSpan.FromMinutes(5) });
        var client = new StoryService.StoryServiceClient(channel.Invoker);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(code, (await FailAsync(client)).Code);
        }

        var refused = await FailAsync(client);

        Assert.Equal((StatusCode.Unavailable, "SERVICE_UNAVAILABLE"), (refused.Code, refused.Reason));
        Assert.InRange(refused.RetryDelay ?? TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(20, server.Stories.Calls.Count);

        // One call is let through to try; it fails, and the circuit stays open.
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(code, (await FailAsync(client)).Code);
        Assert.Equal("SERVICE_UNAVAILABLE", (await FailAsync(client)).Reason);
        Assert.Equal(21, server.Stories.Calls.Count);

        failing = false;
        time.Advance(TimeSpan.FromSeconds(5));
        await client.CreateStoryAsync(new CreateStoryRequest { Story = new Story() }, cancellationToken: Cancel);
        client.CreateStory(new CreateStoryRequest { Story = new Story() }, cancellationToken: Cancel);
        Assert.Equal(23, server.Stories.Calls.Count);
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Aborted)]
    public async Task Errors_of_callers_leave_the_circuit_closed(StatusCode code)
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = _ => throw new RpcException(new Status(code, "")) });
        using var channel = new BroadsheetChannel(server.Address);
        var client = new StoryService.StoryServiceClient(channel.Invoker);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(code, (await FailAsync(client)).Code);
        }

        Assert.Equal(50, server.Stories.Calls.Count);
    }

    [Fact]
    public async Task Blocking_calls_open_the_circuit_and_are_refused_by_it()
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = _ => throw new RpcException(new Status(StatusCode.Internal, "")) });
        using var channel = new BroadsheetChannel(server.Address);
        var client = new StoryService.StoryServiceClient(channel.Invoker);
        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<RpcException>(() => client.GetStory(new GetStoryRequest(), cancellationToken: Cancel));
        }

        var refused = RpcFailure.From(Assert.Throws<RpcException>(() => client.GetStory(new GetStoryRequest(), cancellationToken: Cancel)));

        Assert.Equal("SERVICE_UNAVAILABLE", refused.Reason);
    }

    [Fact]
    public async Task Calls_above_the_limit_are_refused_and_taken_again_when_others_end()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(new Stories { OnCall = _ => release.Task });
        using var channel = new BroadsheetChannel(server.Address, new BroadsheetClientOptions { MaxConcurrentCalls = 2 });
        var client = new StoryService.StoryServiceClient(channel.Invoker);
        var first = client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
        var second = client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);

        using var third = client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
        var refused = RpcFailure.From(await Assert.ThrowsAsync<RpcException>(async () => await third));

        Assert.Equal((StatusCode.ResourceExhausted, "OVERLOADED"), (refused.Code, refused.Reason));
        Assert.NotNull(refused.RetryDelay);
        Assert.Equal(StatusCode.ResourceExhausted, third.GetStatus().StatusCode);
        release.SetResult();
        await first;
        await second;
        await client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
    }

    [Fact]
    public async Task Call_shows_the_status_and_headers_of_the_server()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);

        using var call = new StoryService.StoryServiceClient(channel.Invoker).GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
        await call;

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.NotEmpty(await call.ResponseHeadersAsync);
    }

    private static async Task<RpcFailure> FailAsync(StoryService.StoryServiceClient client) => RpcFailure.From(
        await Assert.ThrowsAsync<RpcException>(async () => await client.CreateStoryAsync(new CreateStoryRequest { Story = new Story() }, cancellationToken: Cancel)));
}
