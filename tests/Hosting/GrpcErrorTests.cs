using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Testing;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Hosting.Tests;

public sealed class GrpcErrorTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private TestService _host = null!;
    private StoryService.StoryServiceClient _stories = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await TestService.StartAsync();
        _stories = new StoryService.StoryServiceClient(_host.Channel);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("broadsheet.content.v1.StoryService", "NoSuchMethod", StatusCode.Unimplemented, "METHOD_UNKNOWN")]
    [InlineData("broadsheet.content.v1.NoSuchService", "GetStory", StatusCode.Unimplemented, "METHOD_UNKNOWN")]
    [InlineData("broadsheet.content.v1.ChangeFeedService", "ListChanges", StatusCode.Unimplemented, "METHOD_UNKNOWN")]
    public async Task Unknown_method_is_a_typed_error(string service, string method, StatusCode code, string reason)
    {
        var error = await Typed.ErrorAsync(Call(service, method, []));
        Assert.Equal((code, reason), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_a_typed_error()
    {
        var error = await Typed.ErrorAsync(Call("broadsheet.content.v1.StoryService", "GetStory", [0xff, 0xff, 0xff]));
        Assert.Equal((StatusCode.InvalidArgument, "MALFORMED_REQUEST"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Message_above_32_MiB_is_too_large()
    {
        var request = new ImportStoryRequest { Document = new Document { Content = UnsafeByteOperations.UnsafeWrap(new byte[40_000_000]) } };
        var error = await Typed.ErrorAsync(new ImportService.ImportServiceClient(_host.Channel).ImportStoryAsync(request, cancellationToken: Cancel));
        Assert.Equal((StatusCode.ResourceExhausted, "REQUEST_TOO_LARGE"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Document_of_20_MB_reaches_the_handler_whole()
    {
        var request = new ImportStoryRequest { Document = new Document { Content = UnsafeByteOperations.UnsafeWrap(new byte[20_000_000]) } };
        var response = await new ImportService.ImportServiceClient(_host.Channel).ImportStoryAsync(request, cancellationToken: Cancel);
        Assert.Equal("20000000", response.Diagnostics[0].Message);
    }

    [Fact]
    public async Task Call_without_a_deadline_ends_at_the_default_one_with_details()
    {
        await using var host = await TestService.StartAsync("Broadsheet:Deadlines:Read=00:00:00.200");
        host.Handlers.GetStory = Never;
        var error = await Typed.ErrorAsync(new StoryService.StoryServiceClient(host.Channel).GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED"), (error.Code, error.Reason));
        Assert.Empty(host.Log.All);
    }

    [Theory]
    [InlineData(600, 60)]
    [InlineData(10, 10)]
    [InlineData(null, 2)]
    public async Task Deadline_of_a_call_is_its_own_up_to_the_cap(int? stated, int seconds)
    {
        var seen = TimeSpan.Zero;
        _host.Handlers.GetStory = (_, context) =>
        {
            seen = context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime;
            return Task.FromResult(new Story());
        };
        await _stories.GetStoryAsync(new() { Name = "stories/x" }, deadline: stated is { } own ? TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(own) : null, cancellationToken: Cancel);
        Assert.InRange(seen.TotalSeconds, seconds - 1, seconds);
    }

    [Fact]
    public async Task Handlers_exception_keeps_its_text_inside()
    {
        _host.Handlers.GetStory = (_, _) => throw new InvalidDataException("secret of the driver");
        var error = await Typed.ErrorAsync(_stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Internal, "INTERNAL", "internal error"), (error.Code, error.Reason, error.Status.Message));
        Assert.Equal(32, error.Status.Details[0].Unpack<ErrorInfo>().Metadata["trace_id"].Length);
    }

    [Fact]
    public async Task Mapped_exception_is_answered_as_mapped()
    {
        await using var host = await TestService.StartAsync(services => services.AddSingleton<ErrorMapping>(
            exception => exception is InvalidDataException ? RpcError.Retryable(ErrorReason.StoreUnavailable, "the store is locked", TimeSpan.FromSeconds(2)) : null));
        host.Handlers.GetStory = (_, _) => throw new InvalidDataException("secret of the driver");
        var error = await Typed.ErrorAsync(new StoryService.StoryServiceClient(host.Channel).GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Unavailable, "STORE_UNAVAILABLE"), (error.Code, error.Reason));
        Assert.Equal(2, error.Status.Details[1].Unpack<RetryInfo>().RetryDelay.Seconds);
    }

    [Fact]
    public async Task Error_of_a_called_service_passes_typed_and_a_bare_one_without_its_text()
    {
        _host.Handlers.GetStory = (_, _) => throw RpcError.NotFound("stories/x");
        Assert.Equal("RESOURCE_NOT_FOUND", (await Typed.ErrorAsync(_stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel))).Reason);
        _host.Handlers.GetStory = (_, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "Connection refused (10.0.0.7:5101)"));
        var error = await Typed.ErrorAsync(_stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal("SERVICE_UNAVAILABLE", error.Reason);
        Assert.DoesNotContain("10.0.0.7", error.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_of_an_error_is_bounded()
    {
        _host.Handlers.GetStory = (_, _) => throw RpcError.InvalidFields(ErrorReason.InvalidField, [.. Enumerable.Range(0, 500).Select(i => ($"story.sections[{i}].heading", "is too long"))]);
        var error = await Typed.ErrorAsync(_stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.InRange(error.Status.CalculateSize(), 100, 4_000);
    }

    [Fact]
    public async Task Answer_that_is_too_large_is_not_blamed_on_the_request()
    {
        _host.Handlers.GetStory = (_, _) => Task.FromResult(new Story { PlainText = new string('x', 33 * 1024 * 1024) });
        var error = await Typed.ErrorAsync(_stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Internal, "INTERNAL"), (error.Code, error.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streams_end_with_SERVER_DRAINING_when_the_host_drains(bool writes)
    {
        if (writes)
        {
            _host.Handlers.WatchChanges = async (_, stream, _) =>
            {
                for (var i = 0; ; i++)
                {
                    await stream.WriteAsync(new() { NextCursor = $"{i}" });
                    await Task.Delay(5, CancellationToken.None);
                }
            };
        }

        using var watch = new ChangeFeedService.ChangeFeedServiceClient(_host.Channel).WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        _host.App.Services.GetRequiredService<Drain.Drain>().EndStreams();
        var error = Typed.Of(await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancel))
            {
            }
        }));
        Assert.Equal((StatusCode.Unavailable, "SERVER_DRAINING"), (error.Code, error.Reason));
        Assert.Empty(_host.Log.All);
    }

    private static async Task<Story> Never(GetStoryRequest request, ServerCallContext context)
    {
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new();
    }

    private AsyncUnaryCall<byte[]> Call(string service, string method, byte[] request) =>
        _host.Channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes), null, new CallOptions(cancellationToken: Cancel), request);
}
