using System.Buffers;
using System.Globalization;
using System.Text;
using Broadsheet.Errors.V1;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Broadsheet.Hosting.Errors;

/// <summary>The status of a gRPC call where it stands in the response.</summary>
internal static class GrpcStatus
{
    private const string Code = "grpc-status";
    private const string Message = "grpc-message";
    private const string Details = "grpc-status-details-bin";

    private static readonly SearchValues<char> PlainText = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(code => (char)code).Where(code => code != '%')]);

    /// <summary>Ends the call with the error: in the headers if nothing has been sent, else in the trailers.</summary>
    public static void End(HttpContext context, Google.Rpc.Status status)
    {
        var response = context.Response;
        if (!response.HasStarted)
        {
            response.Clear();
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = context.Request.ContentType!;
            Write(response.Headers, status);
        }
        else if (Trailers(context) is { IsReadOnly: false } trailers)
        {
            Write(trailers, status);
        }
    }

    /// <summary>Gives details to an error that gRPC itself made. Does nothing to any other response.</summary>
    public static void Complete(HttpContext context)
    {
        if (Holder(context) is not { IsReadOnly: false } headers
            || !int.TryParse(headers[Code], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number == 0
            || headers.ContainsKey(Details))
        {
            return;
        }

        var code = (StatusCode)number;
        var message = Uri.UnescapeDataString(headers[Message].ToString()) is { Length: > 0 } stated ? stated : code.ToString();
        var isLocal = context.Features.Get<IServerCallContextFeature>() is not null;
        var wasRead = context.Features.Get<RequestRead>() is not null;
        Write(headers, code switch
        {
            // gRPC has no words of its own for bytes that are no message: they look like a fault of the handler.
            StatusCode.Unknown or StatusCode.Internal when isLocal && !wasRead => RpcError.StatusOf(ErrorReason.MalformedRequest, "the bytes are not the method's message"),
            StatusCode.ResourceExhausted when isLocal && !wasRead => HttpErrors.TooLarge(),
            // Not the caller's doing either: an answer that can't be written.
            StatusCode.Unknown or StatusCode.Internal or StatusCode.ResourceExhausted when isLocal => RpcError.InternalStatus(),
            _ => WithCode(RpcError.StatusOf(RpcError.ReasonFor(code), message), number),
        });
    }

    /// <summary>The code that the call ended with; OK if the response does not say.</summary>
    public static StatusCode Of(HttpContext context) =>
        Holder(context) is { } headers && int.TryParse(headers[Code], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 16
            ? (StatusCode)number
            : StatusCode.OK;

    private static Google.Rpc.Status WithCode(Google.Rpc.Status status, int code)
    {
        status.Code = code;
        return status;
    }

    private static void Write(IHeaderDictionary headers, Google.Rpc.Status status)
    {
        headers[Code] = status.Code.ToString(CultureInfo.InvariantCulture);
        headers[Message] = Encode(status.Message);
        headers[Details] = Convert.ToBase64String(status.ToByteArray());
    }

    // gRPC's own percent-encoding leaves printable ASCII as it is; some clients do not decode more than that.
    private static string Encode(string message)
    {
        if (message.AsSpan().IndexOfAnyExcept(PlainText) < 0)
        {
            return message;
        }

        var encoded = new StringBuilder(message.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(message))
        {
            if (PlainText.Contains((char)value))
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }

    private static IHeaderDictionary? Trailers(HttpContext context) => context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;

    // The status stands in the trailers once the response has a body, in the headers if there is nothing else.
    private static IHeaderDictionary? Holder(HttpContext context)
    {
        var response = context.Response;
        return Trailers(context) is { } trailers && trailers.ContainsKey(Code) ? trailers
            : response.Headers.ContainsKey(Code) ? response.Headers
            : null;
    }
}
