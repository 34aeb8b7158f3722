using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Broadsheet.Hosting.Web;

/// <summary>
/// The text form of gRPC-Web for middleware that reads and writes bodies as streams, such as a proxy. The library's
/// own base64 holds only for pipes that are used as gRPC uses them: a stream would read the request undecoded, and
/// could not write at all.
/// </summary>
internal static class GrpcWebText
{
    public static void UseGrpcWebText(this IApplicationBuilder app) => app.UseWhen(
        static context => context.Request.ContentType?.StartsWith("application/grpc-web-text", StringComparison.OrdinalIgnoreCase) == true,
        static text =>
        {
            text.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
            text.Use(InvokeAsync);
        });

    private static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var base64 = new FromBase64Transform();
        await using var decoded = new CryptoStream(context.Request.Body, base64, CryptoStreamMode.Read, leaveOpen: true);
        context.Request.Body = decoded;
        context.Request.ContentLength = null;

        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new TextBody(inner));
        await next(context);
        context.Features.Set(inner);
    }

    private sealed class TextBody(IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
    {
        public Stream Stream { get; } = new WriterStream(inner.Writer);

        public PipeWriter Writer => inner.Writer;

        public Task CompleteAsync() => inner.CompleteAsync();

        public void DisableBuffering() => inner.DisableBuffering();

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => inner.SendFileAsync(path, offset, count, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);
    }

    // Asks for the size that it needs; the usual stream over a pipe takes what it gets, and that is nothing here.
    private sealed class WriterStream(PipeWriter writer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.CopyTo(writer.GetSpan(buffer.Length));
            writer.Advance(buffer.Length);
            await writer.FlushAsync(cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken) => await writer.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
