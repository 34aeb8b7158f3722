using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Clients.Tests;

public sealed class ChangeFeedReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_asks_for_its_view_from_its_cursor()
    {
        await using var server = await TestServer.StartAsync(feed: new Feed { OnWatch = (_, _, stream, context) => stream.WriteAsync(Feed.At(8), context.CancellationToken) });
        using var channel = new BroadsheetChannel(server.Address);

        await ReadAsync(Reader(channel, view: FeedView.All), "7", messages: 1);

        Assert.Equal(new WatchChangesRequest { Cursor = "7", View = FeedView.All }, server.Feed.Opened.First());
    }

    [Fact]
    public async Task Stream_that_ends_is_resumed_after_the_last_message()
    {
        await using var server = await TestServer.StartAsync(feed: CountingFeed(perStream: 2, end: () => { }));
        using var channel = new BroadsheetChannel(server.Address);

        var cursors = await ReadAsync(Reader(channel), "", messages: 6);

        Assert.Equal(["1", "2", "3", "4", "5", "6"], cursors);
        Assert.Equal(["", "2", "4"], server.Feed.Opened.Take(3).Select(request => request.Cursor));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    public async Task Stream_that_fails_is_resumed_after_the_last_message(StatusCode code)
    {
        await using var server = await TestServer.StartAsync(feed: CountingFeed(perStream: 2, end: () => throw new RpcException(new Status(code, "gone"))));
        using var channel = new BroadsheetChannel(server.Address);

        var cursors = await ReadAsync(Reader(channel), "", messages: 6);

        Assert.Equal(["1", "2", "3", "4", "5", "6"], cursors);
    }

    [Fact]
    public async Task Connection_that_is_aborted_is_resumed_after_the_last_message()
    {
        var feed = new Feed
        {
            OnWatch = async (_, request, stream, context) =>
            {
                await stream.WriteAsync(Feed.At(PositionOf(request) + 1), context.CancellationToken);
                // Long enough for the message to be read before the connection is gone.
                await Task.Delay(TimeSpan.FromMilliseconds(50), context.CancellationToken);
                context.GetHttpContext().Abort();
            },
        };
        await using var server = await TestServer.StartAsync(feed: feed);
        using var channel = new BroadsheetChannel(server.Address);

        Assert.Equal(["1", "2", "3"], await ReadAsync(Reader(channel), "", messages: 3));
    }

    [Fact]
    public async Task Server_that_is_down_is_reported_and_followed_again_when_it_is_back()
    {
        var feed = CountingFeed(perStream: 1, end: null);
        var server = await TestServer.StartAsync(feed: feed);
        using var channel = new BroadsheetChannel(server.Address);
        var reader = Reader(channel);
        await using var messages = reader.FollowAsync("", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        Assert.Null(reader.LastError);

        var next = messages.MoveNextAsync().AsTask();
        await server.DisposeAsync();
        while (reader.LastError is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancel);
        }

        await using var again = await TestServer.StartAsync(feed: feed, port: server.Address.Port);
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Equal("2", messages.Current.NextCursor);
        Assert.Null(reader.LastError);
    }

    [Fact]
    public async Task Silence_of_45_seconds_is_taken_as_a_broken_connection()
    {
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var feed = new Feed
        {
            OnWatch = async (stream, request, writer, context) =>
            {
                await writer.WriteAsync(Feed.At(PositionOf(request) + 1), context.CancellationToken);
                silent.TrySetResult();
                await Task.Delay(stream == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, context.CancellationToken);
            },
        };
        await using var server = await TestServer.StartAsync(feed: feed);
        using var channel = new BroadsheetChannel(server.Address);
        var time = new FakeTimeProvider();
        var reader = Reader(channel, time);
        await using var messages = reader.FollowAsync("", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await silent.Task.WaitAsync(Cancel);

        var next = messages.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(44));
        Assert.Null(reader.LastError);
        time.Advance(TimeSpan.FromSeconds(1));
        while (!next.IsCompleted)
        {
            // The pause before the next attempt, whenever it begins.
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancel);
            time.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.True(await next);
        Assert.Equal("2", messages.Current.NextCursor);
        Assert.Equal(["", "1"], server.Feed.Opened.Select(request => request.Cursor));
    }

    [Theory]
    [InlineData(ErrorReason.CursorExpired)]
    [InlineData(ErrorReason.CursorInvalid)]
    public async Task Cursor_that_can_not_be_continued_is_a_typed_error(ErrorReason reason)
    {
        await using var server = await TestServer.StartAsync(feed: new Feed { OnWatch = (_, _, _, _) => throw RpcError.Of(reason, "too old") });
        using var channel = new BroadsheetChannel(server.Address);

        var error = await Assert.ThrowsAsync<CursorExpiredException>(() => ReadAsync(Reader(channel), "7", messages: 1));

        Assert.Equal("too old", error.Message);
        Assert.Single(server.Feed.Opened);
    }

    [Fact]
    public async Task Error_that_a_repeat_can_not_mend_is_thrown()
    {
        await using var server = await TestServer.StartAsync(feed: new Feed { OnWatch = (_, _, _, _) => throw RpcError.Of(ErrorReason.PermissionMissing, "not you") });
        using var channel = new BroadsheetChannel(server.Address);

        var error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(Reader(channel), "", messages: 1));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Single(server.Feed.Opened);
    }

    [Fact]
    public async Task Streams_that_end_without_a_message_are_opened_with_growing_pauses()
    {
        await using var server = await TestServer.StartAsync(feed: new Feed());
        using var channel = new BroadsheetChannel(server.Address);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        stop.CancelAfter(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(Reader(channel), "", messages: 1, stop.Token));

        // At once, then after about 0.1, 0.2, 0.4 and 0.8 s.
        Assert.InRange(server.Feed.Opened.Count, 3, 6);
    }

    [Fact]
    public async Task Cancelled_reader_ends_as_cancelled()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(feed: new Feed
        {
            OnWatch = (_, _, _, context) =>
            {
                opened.SetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            },
        });
        using var channel = new BroadsheetChannel(server.Address);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var reader = Reader(channel);

        var reading = ReadAsync(reader, "", messages: 1, stop.Token);
        await opened.Task.WaitAsync(Cancel);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Null(reader.LastError);
    }

    /// <summary>Each stream goes on from its cursor by some positions; without an end it stays open.</summary>
    private static Feed CountingFeed(int perStream, Action? end) => new()
    {
        OnWatch = async (_, request, stream, context) =>
        {
            for (var i = 1; i <= perStream; i++)
            {
                await stream.WriteAsync(Feed.At(PositionOf(request) + i), context.CancellationToken);
            }

            if (end is null)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            }

            end?.Invoke();
        },
    };

    private static int PositionOf(WatchChangesRequest request) => request.Cursor.Length == 0 ? 0 : int.Parse(request.Cursor, System.Globalization.CultureInfo.InvariantCulture);

    private static ChangeFeedReader Reader(BroadsheetChannel channel, TimeProvider? time = null, FeedView view = FeedView.Published) => new(
        new ChangeFeedService.ChangeFeedServiceClient(channel.Invoker), view, time ?? TimeProvider.System, NullLogger<ChangeFeedReader>.Instance);

    private static async Task<List<string>> ReadAsync(ChangeFeedReader reader, string cursor, int messages, CancellationToken? cancel = null)
    {
        var cursors = new List<string>();
        await foreach (var message in reader.FollowAsync(cursor, cancel ?? Cancel))
        {
            cursors.Add(message.NextCursor);
            if (cursors.Count == messages)
            {
                break;
            }
        }

        return cursors;
    }
}
