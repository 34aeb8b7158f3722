using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Broadsheet.Clients;

/// <summary>Registers typed clients.</summary>
public static class ClientRegistration
{
    /// <summary>
    /// Adds clients of the services at the address: <c>services.AddBroadsheetClients(address, typeof(StoryService.StoryServiceClient))</c>.
    /// They share one channel, which lives as long as the container.
    /// </summary>
    public static IServiceCollection AddBroadsheetClients(
        this IServiceCollection services, Uri address, BroadsheetClientOptions? options, params ReadOnlySpan<Type> clients)
    {
        services.AddKeyedSingleton(address, (_, _) => new BroadsheetChannel(address, options));
        foreach (var client in clients)
        {
            if (!typeof(ClientBase).IsAssignableFrom(client))
            {
                throw new ArgumentException($"{client} is not a gRPC client", nameof(clients));
            }

            services.TryAddSingleton(client, provider =>
                Activator.CreateInstance(client, provider.GetRequiredKeyedService<BroadsheetChannel>(address).Invoker)!);
        }

        return services;
    }
}
