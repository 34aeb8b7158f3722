using Google.Rpc;
using Grpc.Core;

namespace Broadsheet.Content.Tests;

internal static class RpcAssert
{
    /// <summary>The call fails with this status and reason, and with exactly one ErrorInfo; the fields that it names are returned.</summary>
    public static async Task<(ErrorInfo Info, string[] Fields)> FailsAsync(StatusCode code, string reason, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, error.StatusCode);
        var status = error.GetRpcStatus();
        Assert.NotNull(status);
        var info = Assert.Single(status.Details, detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal("broadsheet", info.Domain);
        Assert.Equal(reason, info.Reason);
        return (info, status.GetDetail<BadRequest>()?.FieldViolations.Select(violation => violation.Field).ToArray() ?? []);
    }
}
