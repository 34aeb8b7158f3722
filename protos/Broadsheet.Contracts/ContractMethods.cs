using System.Collections.Frozen;
using System.Reflection;
using Google.Protobuf.Reflection;

namespace Broadsheet.Contracts;

/// <summary>
/// The services and methods of the contracts, from their descriptors: clients, hosts and the gateway take
/// their rules (idempotency, routes) from here rather than from lists of their own.
/// </summary>
public static class ContractMethods
{
    /// <summary>Every file of the contracts, in order of name.</summary>
    public static IReadOnlyList<FileDescriptor> Files { get; } =
    [
        .. typeof(ContractMethods).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal) && type is { IsAbstract: true, IsSealed: true })
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>Every service of the contracts.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } = [.. Files.SelectMany(file => file.Services)];

    private static readonly FrozenDictionary<string, MethodDescriptor> ByPath =
        Services.SelectMany(service => service.Methods)
            .ToFrozenDictionary(method => $"/{method.Service.FullName}/{method.Name}", StringComparer.Ordinal);

    /// <summary>The method with this gRPC path (<c>/broadsheet.content.v1.StoryService/GetStory</c>), or null if it is none of ours.</summary>
    public static MethodDescriptor? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>What the method's <c>idempotency_level</c> promises.</summary>
    public static MethodOptions.Types.IdempotencyLevel Idempotency(this MethodDescriptor method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.GetOptions()?.IdempotencyLevel ?? MethodOptions.Types.IdempotencyLevel.IdempotencyUnknown;
    }

    /// <summary>True if calling the method changes nothing.</summary>
    public static bool IsRead(this MethodDescriptor method) =>
        method.Idempotency() == MethodOptions.Types.IdempotencyLevel.NoSideEffects;
}
