namespace Broadsheet.Gateway.Cors;

/// <summary>What pages of other origins may do (CORS): nothing, unless their origin is configured.</summary>
internal static class BrowserAccess
{
    public static void AddBrowserAccess(this IServiceCollection services, GatewayOptions options) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(Origins(options))
            .AllowAnyHeader()
            .AllowAnyMethod()
            .WithExposedHeaders("grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));

    public static void UseBrowserAccess(this IApplicationBuilder app, GatewayOptions options)
    {
        if (Origins(options).Length > 0)
        {
            app.UseCors();
        }
    }

    private static string[] Origins(GatewayOptions options) =>
        options.AllowedOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
