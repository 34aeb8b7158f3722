using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting;
using Broadsheet.Hosting.Errors;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// Bounds what calls with events take of memory, which is several times their size once they are parsed, and they are parsed
/// before a handler sees them. A call is refused unread once as much is being read as may be; nobody waits for that, because
/// what a waiting call has sent would keep others on its connection from sending. What is let in is taken off the connection as
/// it comes: gRPC leaves a message there until it is whole, so that many large ones, each in part, would fill the connection's
/// window, and none would ever be whole. Whole bodies wait for their turn to be parsed and written.
/// </summary>
internal sealed class IncomingEvents(RequestDelegate next, AnalyticsOptions options) : IDisposable
{
    private const int FrameHeader = 5;
    private const int LeastBytes = 4 * 1024;
    private const int MaxUnstated = 1024 * 1024;
    private const int MaxParsed = 8 * 1024;

    // What a compressed message may become is not known; events shrink to about this part.
    private const int Compression = 8;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    // A body that trickles in keeps others out.
    private static readonly TimeSpan MostReading = TimeSpan.FromSeconds(30);

    // In KiB of what was sent.
    private readonly ConcurrencyLimiter _turns = new(new ConcurrencyLimiterOptions { PermitLimit = MaxParsed, QueueLimit = int.MaxValue });
    private readonly long _budget = options.MaxIncomingMegabytes * 1024L * 1024;
    private long _reserved;
    private int _streams;

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is { ServiceName: "broadsheet.analytics.v1.IngestService" } method
            ? method switch
            {
                { Name: "RecordEvents" } => InvokeUnaryAsync(context),
                { Type: MethodType.ClientStreaming } => InvokeStreamAsync(context),
                _ => next(context),
            }
            : next(context);

    public void Dispose() => _turns.Dispose();

    private async Task InvokeUnaryAsync(HttpContext context)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        reading.CancelAfter(MostReading);
        var reserved = 0L;
        var buffer = Array.Empty<byte>();
        try
        {
            var (size, weight) = await SizeAsync(context, reading.Token);
            reserved = Math.Clamp(weight, LeastBytes, _budget);
            Reserve(reserved);
            if (size <= BroadsheetHost.MaxMessageBytes + FrameHeader)
            {
                // One byte more shows whether there is more than was said.
                buffer = ArrayPool<byte>.Shared.Rent((int)size + 1);
                var length = await ReadAsync(context.Request.BodyReader, buffer.AsMemory(0, (int)size + 1), reading.Token);
                context.Request.Body = new MemoryStream(buffer, 0, length, writable: false);
                context.Features.Set<IRequestBodyPipeFeature>(new WholeBody(new ReadOnlySequence<byte>(buffer, 0, length)));
            }

            reading.CancelAfter(Timeout.InfiniteTimeSpan);
            using var turn = await _turns.AcquireAsync((int)Math.Clamp(weight / 1024, 1, MaxParsed), context.RequestAborted);
            await next(context);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && reading.IsCancellationRequested && !context.Response.HasStarted)
        {
            throw RpcError.Of(ErrorReason.DeadlineExceeded, "the events did not come in within 30 s");
        }
        finally
        {
            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            Interlocked.Add(ref _reserved, -reserved);
        }
    }

    // A stream is read no faster than it is written, so only their number matters.
    private async Task InvokeStreamAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _streams) > options.MaxEventStreams)
            {
                throw RpcError.Retryable(ErrorReason.Overloaded, "as many streams are open as may be", RetryDelay);
            }

            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private void Reserve(long bytes)
    {
        // One that is larger than the budget is taken when nothing else is there.
        if (Interlocked.Add(ref _reserved, bytes) > _budget)
        {
            throw RpcError.Retryable(ErrorReason.Overloaded, "more events are coming in than can be read", RetryDelay);
        }
    }

    /// <summary>How many bytes the body has, at most where it does not say, and what they count for.</summary>
    private static async Task<(long Size, long Weight)> SizeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            if (context.Request.ContentLength is { } length)
            {
                return (length, length);
            }

            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = Math.Min(limit.MaxRequestBodySize ?? long.MaxValue, MaxUnstated);
            }

            return (MaxUnstated, MaxUnstated);
        }

        // A gRPC message begins with its length; it is left where it is.
        var read = await context.Request.BodyReader.ReadAtLeastAsync(FrameHeader, cancellationToken);
        var size = SizeOf(read.Buffer);
        context.Request.BodyReader.AdvanceTo(read.Buffer.Start);
        return size;
    }

    private static (long Size, long Weight) SizeOf(ReadOnlySequence<byte> start)
    {
        if (start.Length < FrameHeader)
        {
            return (start.Length, start.Length);
        }

        Span<byte> header = stackalloc byte[FrameHeader];
        start.Slice(0, FrameHeader).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return (FrameHeader + (long)length, length * (header[0] == 0 ? 1L : Compression));
    }

    private static async Task<int> ReadAsync(PipeReader body, Memory<byte> into, CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var some = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, into.Length - length));
            some.CopyTo(into.Span[length..]);
            length += (int)some.Length;
            body.AdvanceTo(some.End);
            if (read.IsCompleted || length == into.Length)
            {
                return length;
            }
        }
    }

    private sealed class WholeBody(ReadOnlySequence<byte> bytes) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = PipeReader.Create(bytes);
    }
}
