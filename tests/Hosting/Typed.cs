using System.Net;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;

namespace Broadsheet.Testing;

/// <summary>Reads errors as clients see them.</summary>
internal static class Typed
{
    /// <summary>The error's status, which must have exactly one <c>ErrorInfo</c> of our domain.</summary>
    public static (StatusCode Code, string Reason, Google.Rpc.Status Status) Of(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        Assert.NotNull(status);
        Assert.Equal((int)exception.StatusCode, status.Code);
        var info = Assert.Single(status.Details, detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal("broadsheet", info.Domain);
        return (exception.StatusCode, info.Reason, status);
    }

    /// <summary>The error of a call that must fail.</summary>
    public static async Task<(StatusCode Code, string Reason, Google.Rpc.Status Status)> ErrorAsync<T>(AsyncUnaryCall<T> call) =>
        Of(await Assert.ThrowsAsync<RpcException>(async () => await call));

    /// <summary>The JSON error of a response: code, reason and the whole body.</summary>
    public static async Task<(HttpStatusCode Http, int Code, string Reason, JsonElement Body)> ErrorAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return Error(response.StatusCode, document.RootElement.Clone());
    }

    /// <summary>The same for a body at hand.</summary>
    public static (HttpStatusCode Http, int Code, string Reason, JsonElement Body) Error(HttpStatusCode http, JsonElement body)
    {
        var info = Assert.Single(body.GetProperty("details").EnumerateArray(), detail => detail.GetProperty("@type").GetString() == "type.googleapis.com/google.rpc.ErrorInfo");
        Assert.Equal("broadsheet", info.GetProperty("domain").GetString());
        return (http, body.GetProperty("code").GetInt32(), info.GetProperty("reason").GetString()!, body);
    }

    /// <summary>The fields that a JSON error names.</summary>
    public static string[] Fields(JsonElement body) =>
    [
        .. body.GetProperty("details").EnumerateArray()
            .Where(detail => detail.GetProperty("@type").GetString() == "type.googleapis.com/google.rpc.BadRequest")
            .SelectMany(detail => detail.GetProperty("fieldViolations").EnumerateArray())
            .Select(violation => violation.TryGetProperty("field", out var field) ? field.GetString()! : ""),
    ];
}
