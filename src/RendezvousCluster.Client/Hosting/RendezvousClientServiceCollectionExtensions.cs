using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;

namespace RendezvousCluster.Client.Hosting;

/// <summary>Adds a rendezvous client to an application.</summary>
public static class RendezvousClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="RendezvousClient"/> over the application's <see cref="Libp2pHost"/>, which <c>AddLibp2pHosting</c> adds; add
    /// that first, so that it stops last. While the application runs it is registered in the options' namespaces; when it stops, it is
    /// unregistered before its host goes. Points that are down at the start keep nothing from starting.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the points and the namespaces; null when something else configures the options.</param>
    public static IServiceCollection AddRendezvousClient(
        this IServiceCollection services, Action<RendezvousClientOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<RendezvousClientOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<RendezvousClientOptions>, RendezvousClientOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(provider => new RendezvousClient(
            provider.GetRequiredService<Libp2pHost>(),
            provider.GetRequiredService<IOptions<RendezvousClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService<RegistrationService>();
        return services;
    }
}
