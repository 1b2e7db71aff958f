using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Libp2p;

/// <summary>Adds a libp2p host to an application.</summary>
public static class Libp2pServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="Libp2pHost"/> that serves every <see cref="IStreamHandler"/> in the container. The application starts and
    /// stops it: see <see cref="Libp2pHost.StartAsync"/>.
    /// </summary>
    public static IServiceCollection AddLibp2p(this IServiceCollection services, Action<Libp2pOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Configure(configure);
        services.TryAddSingleton(provider => new Libp2pHost(
            provider.GetRequiredService<IOptions<Libp2pOptions>>().Value,
            provider.GetServices<IStreamHandler>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }

    /// <summary>
    /// As <see cref="AddLibp2p"/>, and the application's generic host starts and stops the libp2p host with its other services, in the
    /// order in which they were added.
    /// </summary>
    public static IServiceCollection AddLibp2pHosting(this IServiceCollection services, Action<Libp2pOptions> configure)
    {
        services.AddLibp2p(configure);
        services.AddHostedService<Libp2pHostedService>();
        return services;
    }

    /// <summary>Registers a protocol.</summary>
    public static IServiceCollection AddStreamHandler<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services)
        where THandler : class, IStreamHandler => services.AddSingleton<IStreamHandler, THandler>();
}
