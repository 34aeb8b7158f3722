using Broadsheet.Contracts;
using Broadsheet.Gateway.Proxy;
using Grpc.AspNetCore.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broadsheet.Gateway.Health;

/// <summary>The suite is ready when each of its services is. gRPC health also answers for each service by its full name.</summary>
internal static class SuiteHealth
{
    public static void AddSuiteHealth(this IServiceCollection services, GatewayOptions gateway)
    {
        var clusters = SuiteClusters.Of(gateway).Select(cluster => cluster.ClusterId).ToArray();
        foreach (var cluster in clusters)
        {
            services.AddKeyedSingleton(cluster, static (provider, name) => ActivatorUtilities.CreateInstance<ClusterReadiness>(provider, name!));
            services.AddHealthChecks().Add(new HealthCheckRegistration(cluster, provider => provider.GetRequiredKeyedService<ClusterReadiness>(cluster), null, null));
        }

        services.Configure<GrpcHealthChecksOptions>(options =>
        {
            foreach (var service in ContractMethods.Services.Where(service => clusters.Contains(ContractRoutes.ClusterOf(service))))
            {
                var cluster = ContractRoutes.ClusterOf(service);
                options.Services.Map(service.FullName, check => check.Name == cluster || check.Name == "drain");
            }
        });
    }
}
