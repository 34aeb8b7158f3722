using Broadsheet.Errors.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Broadsheet.Hosting.Errors;

/// <summary>How errors of HTTP and those of the contract stand for each other.</summary>
internal static class HttpErrors
{
    /// <summary>The typed error for a response that has an HTTP status and no more.</summary>
    public static Google.Rpc.Status ForHttpStatus(int httpStatus, HttpContext context)
    {
        var request = context.Request;
        return httpStatus switch
        {
            StatusCodes.Status404NotFound when ErrorResponses.IsGrpc(request) => RpcError.StatusOf(ErrorReason.MethodUnknown, $"no such method: {request.Path}"),
            StatusCodes.Status404NotFound => RpcError.StatusOf(ErrorReason.PathUnknown, $"no such path: {request.Path}"),
            StatusCodes.Status405MethodNotAllowed => RpcError.StatusOf(ErrorReason.MethodUnknown, $"{request.Method} is not possible on {request.Path}"),
            StatusCodes.Status413PayloadTooLarge => TooLarge(),
            StatusCodes.Status415UnsupportedMediaType => RpcError.StatusOf(ErrorReason.MalformedRequest, "the content type must be application/json"),
            StatusCodes.Status429TooManyRequests => RpcError.StatusOf(ErrorReason.Overloaded, "too many requests"),
            StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => RpcError.StatusOf(ErrorReason.ServiceUnavailable, "the service behind this path can't be reached"),
            StatusCodes.Status504GatewayTimeout => RpcError.StatusOf(ErrorReason.DeadlineExceeded, "the service behind this path did not answer in time"),
            >= 400 and < 500 => RpcError.StatusOf(ErrorReason.MalformedRequest, $"the request can't be read (HTTP status {httpStatus})"),
            _ => RpcError.InternalStatus(),
        };
    }

    /// <summary>The error for a request above the limit of every host.</summary>
    public static Google.Rpc.Status TooLarge() => RpcError.StatusOf(ErrorReason.RequestTooLarge, "a request may have 32 MiB at most");

    /// <summary>The HTTP status of a JSON answer, as <c>google.rpc.Code</c> states it; a request that is too large is 413.</summary>
    public static int HttpStatusOf(Google.Rpc.Status status) => (StatusCode)status.Code switch
    {
        StatusCode.ResourceExhausted when RpcError.ReasonOf(status) == RpcError.NameOf(ErrorReason.RequestTooLarge) => StatusCodes.Status413PayloadTooLarge,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.Aborted or StatusCode.AlreadyExists => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The code that an HTTP status stands for, where there is nothing else to go by.</summary>
    public static StatusCode CodeOf(int httpStatus) => httpStatus switch
    {
        < 400 => StatusCode.OK,
        400 => StatusCode.InvalidArgument,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        409 => StatusCode.Aborted,
        413 or 429 => StatusCode.ResourceExhausted,
        499 => StatusCode.Cancelled,
        501 => StatusCode.Unimplemented,
        503 => StatusCode.Unavailable,
        504 => StatusCode.DeadlineExceeded,
        < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };
}
