using Broadsheet.Contracts;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;

namespace Broadsheet.Gateway.Reflection;

/// <summary>Reflection that describes the whole suite, from the contracts, whichever service is up.</summary>
internal static class SuiteReflection
{
    public static void AddSuiteReflection(this IServiceCollection services)
    {
        Google.Protobuf.Reflection.ServiceDescriptor[] described =
        [
            .. ContractMethods.Services,
            Grpc.Health.V1.Health.Descriptor,
            ServerReflection.Descriptor,
            Grpc.Reflection.V1.ServerReflection.Descriptor,
        ];
        services.AddSingleton(new ReflectionServiceImpl(described));
        services.AddSingleton(new ReflectionV1ServiceImpl(described));
    }
}
