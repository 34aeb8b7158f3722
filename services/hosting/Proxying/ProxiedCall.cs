using Google.Protobuf.Reflection;

namespace Broadsheet.Hosting.Proxying;

/// <summary>Endpoint metadata of a call that is handed on to another service.</summary>
/// <param name="Method">The method that is called; null if only the path tells.</param>
public sealed record ProxiedCall(MethodDescriptor? Method)
{
    /// <summary>The method's gRPC path, as metrics name it; null if only the request's path tells.</summary>
    public string? GrpcPath { get; } = Method is null ? null : $"/{Method.Service.FullName}/{Method.Name}";
}
