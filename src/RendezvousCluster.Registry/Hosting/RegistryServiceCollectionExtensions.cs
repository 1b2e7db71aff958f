using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>Adds the registry to a host.</summary>
public static class RegistryServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IRegistry"/> and <see cref="IRegistryReadiness"/>, served by one node on SQLite, or in memory. The registry starts and
    /// stops with the host; hosted services added after it start later and stop earlier. The clock is the <see cref="TimeProvider"/> of the services, the
    /// system's if there is none.
    /// </summary>
    /// <remarks>The start of the host throws <see cref="RegistryStartException"/> when the data directory cannot be used.</remarks>
    public static IServiceCollection AddRendezvousRegistry(this IServiceCollection services, Action<RegistryOptions>? configure = null)
    {
        services.AddOptions<RegistryOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(
                options => options.NamespaceIdleTimeout >= TimeSpan.FromSeconds(1), $"{nameof(RegistryOptions.NamespaceIdleTimeout)} is at least a second.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RegistryHost>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<RegistryHost>());
        services.AddSingleton<IRegistryReadiness>(provider => provider.GetRequiredService<RegistryHost>());
        services.AddSingleton<IRegistry>(provider =>
        {
            RegistryHost host = provider.GetRequiredService<RegistryHost>();
            return new ShardedRegistry(
                new EntityAsker(
                    () => host.Region, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EntityAsker>>()),
                host.Directory,
                provider.GetRequiredService<TimeProvider>());
        });
        return services;
    }
}
