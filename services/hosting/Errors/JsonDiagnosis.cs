using System.Buffers;
using System.Text.Json;
using Broadsheet.Errors.V1;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;

namespace Broadsheet.Hosting.Errors;

/// <summary>
/// Finds out which field of a JSON request can't be read. The transcoder only says that the payload is not
/// correctly formatted, so the body is kept beside it, up to 1 MiB, until the call is over.
/// </summary>
internal sealed class JsonDiagnosis(RequestDelegate next)
{
    private const int MaxKept = 1024 * 1024;

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } call ? InvokeAsync(context, call) : next(context);

    private async Task InvokeAsync(HttpContext context, GrpcJsonTranscodingMetadata call)
    {
        if (call.HttpRule.Body.Length > 0 && !IsUtf8Json(context.Request.ContentType))
        {
            // Read to its end: a proxy in between takes a body that nobody reads for a service that is down.
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            throw RpcError.Of(ErrorReason.MalformedRequest, "the body must be JSON in UTF-8, sent with the header content-type: application/json");
        }

        using var kept = call.HttpRule.Body.Length > 0 ? new KeptBody(context.Request.Body, MaxKept) : null;
        if (kept is not null)
        {
            context.Request.Body = kept;
        }

        await next(context);
        // What the transcoder trips over while it reads is the request's fault, whatever it calls it.
        if (context.Response is not { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest or StatusCodes.Status500InternalServerError } || context.Features.Get<RequestRead>() is not null)
        {
            return;
        }

        if (kept is { IsTooLarge: true })
        {
            context.Features.Set(new Result(HttpErrors.TooLarge()));
        }
        else if (Find(context.Request, call, kept) is { } violation)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            var message = violation.Field.Length > 0 ? $"{violation.Field}: {violation.Description}" : violation.Description;
            context.Features.Set(new Result(RpcError.StatusOf(ErrorReason.MalformedRequest, message, null, new BadRequest { FieldViolations = { violation } })));
        }
    }

    private static bool IsUtf8Json(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    private static BadRequest.Types.FieldViolation? Find(HttpRequest request, GrpcJsonTranscodingMetadata call, KeptBody? body)
    {
        var message = call.MethodDescriptor.InputType;
        foreach (var (key, values) in request.Query)
        {
            if (FindParameter(message, key, values[^1] ?? "") is { } parameter)
            {
                return parameter;
            }
        }

        if (body is not { IsWhole: true })
        {
            return null;
        }

        var root = call.HttpRule.Body == "*" ? null : message.FindFieldByName(call.HttpRule.Body);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes);
            return root is null ? JsonFieldFinder.InMessage(message, json.RootElement, "") : JsonFieldFinder.InValue(root, json.RootElement, root.Name);
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or Google.Protobuf.InvalidJsonException)
        {
            return new() { Field = root?.Name ?? "", Description = "the body has text that is not valid Unicode" };
        }
        catch (JsonException broken)
        {
            var rule = body.Bytes.IsEmpty
                ? "the body is empty; send {} for no fields"
                : $"the body is no JSON: it breaks at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}";
            return new() { Field = root?.Name ?? "", Description = rule };
        }
    }

    private static BadRequest.Types.FieldViolation? FindParameter(MessageDescriptor message, string key, string value)
    {
        var path = new List<string>();
        var parts = key.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            if (JsonFieldFinder.FieldOf(message, parts[i]) is not { } field)
            {
                return null;
            }

            path.Add(field.Name);
            if (i < parts.Length - 1)
            {
                if (field.FieldType != FieldType.Message || field.IsRepeated)
                {
                    return null;
                }

                message = field.MessageType;
            }
            else if (!JsonFieldFinder.ParsesText(field, value))
            {
                return new() { Field = string.Join('.', path), Description = JsonFieldFinder.RuleOf(field) };
            }
        }

        return null;
    }

    /// <summary>What was found: a feature of the request, for whoever writes the error.</summary>
    public sealed record Result(Google.Rpc.Status Status);

    /// <summary>Keeps what is read through it, up to a size.</summary>
    private sealed class KeptBody(Stream inner, int limit) : Stream
    {
        private byte[] _kept = [];
        private int _length;

        /// <summary>False if the body was longer than what is kept.</summary>
        public bool IsWhole { get; private set; } = true;

        /// <summary>True if the server cut the body off at its limit; the transcoder takes that for broken JSON.</summary>
        public bool IsTooLarge { get; private set; }

        public ReadOnlyMemory<byte> Bytes => _kept.AsMemory(0, _length);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                Keep(buffer.Span[..read]);
                return read;
            }
            catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                IsTooLarge = true;
                throw;
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && _kept.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_kept);
                _kept = [];
            }

            base.Dispose(disposing);
        }

        private void Keep(ReadOnlySpan<byte> read)
        {
            if (!IsWhole || _length + read.Length > limit)
            {
                IsWhole = IsWhole && read.IsEmpty;
                return;
            }

            if (_length + read.Length > _kept.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, 2 * (_length + read.Length)));
                Bytes.Span.CopyTo(larger);
                if (_kept.Length > 0)
                {
                    ArrayPool<byte>.Shared.Return(_kept);
                }

                _kept = larger;
            }

            read.CopyTo(_kept.AsSpan(_length));
            _length += read.Length;
        }
    }
}
