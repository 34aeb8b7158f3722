using System.Buffers;
using System.Buffers.Binary;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// Refuses calls with events before their bodies are read, once as much is being read as may be: a body is parsed before a
/// handler sees it, and takes several times its size then. Nobody waits here, because what a waiting call has sent would
/// keep others on its connection from sending.
/// </summary>
internal sealed class IncomingEvents(RequestDelegate next, AnalyticsOptions options)
{
    private const int FrameHeader = 5;
    private const int LeastBytes = 4 * 1024;
    private const int MaxUnstated = 1024 * 1024;

    // What a compressed message may become is not known; events shrink to about this part.
    private const int Compression = 8;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

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

    private async Task InvokeUnaryAsync(HttpContext context)
    {
        var bytes = Math.Clamp(await SizeAsync(context), LeastBytes, _budget);
        Reserve(bytes);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Add(ref _reserved, -bytes);
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
            Interlocked.Add(ref _reserved, -bytes);
            throw RpcError.Retryable(ErrorReason.Overloaded, "more events are coming in than can be read", RetryDelay);
        }
    }

    private static async Task<long> SizeAsync(HttpContext context)
    {
        if (context.Request.ContentLength is { } length)
        {
            return length;
        }

        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            // JSON that does not say how long it is.
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = Math.Min(limit.MaxRequestBodySize ?? long.MaxValue, MaxUnstated);
            }

            return MaxUnstated;
        }

        // A gRPC message begins with its length; it is left where it is.
        var read = await context.Request.BodyReader.ReadAtLeastAsync(FrameHeader, context.RequestAborted);
        var size = SizeOf(read.Buffer);
        context.Request.BodyReader.AdvanceTo(read.Buffer.Start);
        return size;
    }

    private static long SizeOf(ReadOnlySequence<byte> start)
    {
        if (start.Length < FrameHeader)
        {
            return 0;
        }

        Span<byte> header = stackalloc byte[FrameHeader];
        start.Slice(0, FrameHeader).CopyTo(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header[1..]) * (header[0] == 0 ? 1L : Compression);
    }
}
