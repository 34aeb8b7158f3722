using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Errors.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Clients.Tests;

public sealed class UnaryCallTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_without_deadline_gets_two_seconds()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);
        var before = DateTime.UnixEpoch + Now;

        await Client(channel).GetStoryAsync(new GetStoryRequest { Name = "stories/1" }, cancellationToken: Cancel);

        Assert.InRange(Assert.Single(server.Stories.Calls).Deadline - before, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public async Task Write_without_deadline_gets_five_seconds()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);
        var before = DateTime.UnixEpoch + Now;

        await Client(channel).CreateStoryAsync(new CreateStoryRequest { Story = new Story() }, cancellationToken: Cancel);

        Assert.InRange(Assert.Single(server.Stories.Calls).Deadline - before, TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(5.5));
    }

    [Fact]
    public async Task Deadline_of_the_caller_stays()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);
        var deadline = DateTime.UnixEpoch + Now + TimeSpan.FromSeconds(30);

        await Client(channel).GetStoryAsync(new GetStoryRequest(), deadline: deadline, cancellationToken: Cancel);

        Assert.InRange((Assert.Single(server.Stories.Calls).Deadline - deadline).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Read_that_finds_the_service_unavailable_twice_is_tried_three_times()
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = attempt => attempt < 3 ? throw Unavailable() : Task.CompletedTask });
        using var channel = new BroadsheetChannel(server.Address);

        var story = await Client(channel).GetStoryAsync(new GetStoryRequest { Name = "stories/1" }, cancellationToken: Cancel);

        Assert.Equal("stories/1", story.Name);
        Assert.Equal(3, server.Stories.Calls.Count);
    }

    [Fact]
    public async Task Read_of_a_service_that_stays_unavailable_fails_after_three_attempts()
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = _ => throw Unavailable() });
        using var channel = new BroadsheetChannel(server.Address);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await Client(channel).GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(3, server.Stories.Calls.Count);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Aborted)]
    public async Task Read_that_fails_otherwise_is_not_repeated(StatusCode code)
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = _ => throw new RpcException(new Status(code, "")) });
        using var channel = new BroadsheetChannel(server.Address);

        await Assert.ThrowsAsync<RpcException>(async () => await Client(channel).GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel));

        Assert.Single(server.Stories.Calls);
    }

    [Fact]
    public async Task Method_that_is_not_marked_idempotent_is_not_repeated()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);
        var method = new Method<GetStoryRequest, Story>(
            MethodType.Unary, "some.other.Service", "Do", Marshallers.Create<GetStoryRequest>(_ => [], _ => new()), Marshallers.Create<Story>(_ => [], _ => new()));

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await channel.Invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), new GetStoryRequest()));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Single(server.Stories.Calls);
    }

    [Fact]
    public async Task Write_without_request_id_carries_the_same_new_one_in_each_attempt()
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = attempt => attempt < 3 ? throw Unavailable() : Task.CompletedTask });
        using var channel = new BroadsheetChannel(server.Address);
        var request = new CreateStoryRequest { Story = new Story { Title = "A title" } };

        await Client(channel).CreateStoryAsync(request, cancellationToken: Cancel);

        Assert.Equal(3, server.Stories.Calls.Count);
        var id = Guid.Parse(Assert.Single(server.Stories.Calls.Select(call => call.RequestId).Distinct()));
        Assert.Equal(7, id.Version);
        Assert.Empty(request.RequestId);
    }

    [Fact]
    public async Task Write_with_request_id_keeps_it_and_each_call_without_gets_another()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);
        var client = Client(channel);

        await client.DeleteStoryAsync(new DeleteStoryRequest { RequestId = "mine" }, cancellationToken: Cancel);
        await client.DeleteStoryAsync(new DeleteStoryRequest(), cancellationToken: Cancel);
        client.DeleteStory(new DeleteStoryRequest(), cancellationToken: Cancel);

        var ids = server.Stories.Calls.Select(call => call.RequestId).ToList();
        Assert.Equal("mine", ids[0]);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.DoesNotContain("", ids);
    }

    [Fact]
    public async Task Write_larger_than_the_usual_retry_buffer_is_tried_again()
    {
        await using var server = await TestServer.StartAsync(new Stories { OnCall = attempt => attempt < 2 ? throw Unavailable() : Task.CompletedTask });
        using var channel = new BroadsheetChannel(server.Address);
        var title = new string('x', 8 * 1024 * 1024);

        var story = await Client(channel).CreateStoryAsync(new CreateStoryRequest { Story = new Story { Title = title } }, cancellationToken: Cancel);

        Assert.Equal(title.Length, story.Title.Length);
        Assert.Equal(2, server.Stories.Calls.Count);
    }

    [Fact]
    public async Task Caller_is_sent_by_calls_of_every_shape()
    {
        await using var server = await TestServer.StartAsync(feed: new Feed
        {
            OnWatch = (_, _, stream, context) => stream.WriteAsync(new WatchChangesResponse { NextCursor = context.RequestHeaders.GetValue("x-broadsheet-caller") }, context.CancellationToken),
        });
        using var channel = new BroadsheetChannel(server.Address, new BroadsheetClientOptions { Caller = "creators/ada;roles=editor" });
        var client = Client(channel);

        await client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
        client.GetStory(new GetStoryRequest(), cancellationToken: Cancel);
        using var watch = new ChangeFeedService.ChangeFeedServiceClient(channel.Invoker).WatchChanges(new WatchChangesRequest(), cancellationToken: Cancel);
        await watch.ResponseStream.MoveNext(Cancel);

        Assert.All(server.Stories.Calls, call => Assert.Equal("creators/ada;roles=editor", call.Caller));
        Assert.Equal("creators/ada;roles=editor", watch.ResponseStream.Current.NextCursor);
    }

    [Fact]
    public async Task Caller_stated_in_the_call_wins()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address, new BroadsheetClientOptions { Caller = "creators/ada" });

        await Client(channel).GetStoryAsync(new GetStoryRequest(), new Metadata { { "x-broadsheet-caller", "creators/bob" } }, cancellationToken: Cancel);

        Assert.Equal("creators/bob", Assert.Single(server.Stories.Calls).Caller);
    }

    [Fact]
    public async Task Failure_has_reason_fields_and_metadata()
    {
        await using var server = await TestServer.StartAsync(new Stories
        {
            OnCall = attempt => throw (attempt == 1
                ? RpcError.InvalidFields(ErrorReason.InvalidField, [("story.title", "must not be empty"), ("story.creator", "must be creators/…")])
                : RpcError.Of(ErrorReason.EtagMismatch, "changed", new Dictionary<string, string> { ["etag"] = "v2" })),
        });
        using var channel = new BroadsheetChannel(server.Address);

        var invalid = RpcFailure.From(await Assert.ThrowsAsync<RpcException>(async () => await Client(channel).CreateStoryAsync(new CreateStoryRequest(), cancellationToken: Cancel)));
        var mismatch = RpcFailure.From(await Assert.ThrowsAsync<RpcException>(async () => await Client(channel).CreateStoryAsync(new CreateStoryRequest(), cancellationToken: Cancel)));

        Assert.Equal("INVALID_FIELD", invalid.Reason);
        Assert.Equal(StatusCode.InvalidArgument, invalid.Code);
        Assert.Equal([("story.title", "must not be empty"), ("story.creator", "must be creators/…")], invalid.Violations);
        Assert.Equal("ETAG_MISMATCH", mismatch.Reason);
        Assert.Equal("v2", mismatch.Metadata["etag"]);
        Assert.Null(mismatch.RetryDelay);
    }

    [Fact]
    public void Failure_of_a_foreign_server_has_no_reason()
    {
        var failure = RpcFailure.From(new RpcException(new Status(StatusCode.Unknown, "what?")));

        Assert.Equal((StatusCode.Unknown, "", "what?"), (failure.Code, failure.Reason, failure.Message));
        Assert.Empty(failure.Violations);
    }

    [Fact]
    public async Task Call_cancelled_by_its_caller_ends_as_cancelled()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await Client(channel).GetStoryAsync(new GetStoryRequest(), cancellationToken: cancelled.Token));

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task Dns_address_reaches_the_service()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(new Uri($"dns:///127.0.0.1:{server.Address.Port}"));

        await Client(channel).GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);

        Assert.Single(server.Stories.Calls);
    }

    [Fact]
    public async Task Channel_finds_a_restarted_service_within_two_seconds()
    {
        var server = await TestServer.StartAsync();
        using var channel = new BroadsheetChannel(server.Address, new BroadsheetClientOptions { FailureRatio = 1, BreakDuration = TimeSpan.FromMilliseconds(500) });
        var client = Client(channel);
        await client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
        await server.DisposeAsync();
        // Down for several of the pauses between attempts to connect.
        var down = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(down) < TimeSpan.FromSeconds(3))
        {
            await Assert.ThrowsAsync<RpcException>(async () => await client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel));
        }

        await using var again = await TestServer.StartAsync(port: server.Address.Port);
        var up = TimeProvider.System.GetTimestamp();
        while (again.Stories.Calls.IsEmpty)
        {
            try
            {
                await client.GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable && TimeProvider.System.GetElapsedTime(up) < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
            }
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(up), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Registered_clients_call_the_address()
    {
        await using var server = await TestServer.StartAsync();
        await using var services = new ServiceCollection()
            .AddBroadsheetClients(server.Address, null, typeof(StoryService.StoryServiceClient), typeof(ChangeFeedService.ChangeFeedServiceClient))
            .BuildServiceProvider();

        await services.GetRequiredService<StoryService.StoryServiceClient>().GetStoryAsync(new GetStoryRequest(), cancellationToken: Cancel);

        Assert.Single(server.Stories.Calls);
        Assert.NotNull(services.GetService<ChangeFeedService.ChangeFeedServiceClient>());
    }

    private static TimeSpan Now => TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch;

    private static StoryService.StoryServiceClient Client(BroadsheetChannel channel) => new(channel.Invoker);

    private static RpcException Unavailable() => new(new Status(StatusCode.Unavailable, "away"));
}
