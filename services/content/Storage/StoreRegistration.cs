using Broadsheet.Content.Feed;
using Broadsheet.Content.Storage.Postgres;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Content.Storage;

/// <summary>Puts the store that is configured into the host, with what runs beside it.</summary>
internal static class StoreRegistration
{
    public static void AddContentStore(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Broadsheet:Content").Get<ContentOptions>() ?? new ContentOptions();
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(options.Feed);
        services.AddSingleton(provider => ContentStore.Create(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ErrorMapping>(provider => provider.GetRequiredService<ContentStore>().MapError);
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
        services.AddHostedService<StoreOpening>();
        services.AddHostedService<FeedCompaction>();
        if (options.Store == StoreKind.Postgres)
        {
            services.AddSingleton(provider => (PostgresStore)provider.GetRequiredService<ContentStore>());
            services.AddHostedService<Sequencer>();
            services.AddHostedService<FeedListener>();
        }
    }
}
