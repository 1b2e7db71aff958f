using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>Wires the front end; it needs an <c>IRegistry</c> among the services.</summary>
internal static class FrontEndServiceCollectionExtensions
{
    /// <summary>Adds the stream handler of the rendezvous protocol and what it stands on.</summary>
    public static IServiceCollection AddRendezvousFrontEnd(this IServiceCollection services)
    {
        services.AddOptions<FrontEndOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<FrontEndOptions>>().Value);
        services.TryAddSingleton(provider => provider.GetRequiredService<FrontEndOptions>().Limits);
        services.TryAddSingleton(provider => new RequestGate(LimitsOf(provider).MaxRequestsInFlightPerNode));
        services.TryAddSingleton(provider =>
            new TurnQueue(LimitsOf(provider), Environment.ProcessorCount, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new PeerCommandQueue(LimitsOf(provider).MaxQueuedCommandsPerRegistration));
        services.TryAddSingleton(provider => new IdentifyClient(
            provider.GetRequiredService<IOptions<Libp2pOptions>>().Value.Limits, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ConnectionStates>();
        services.TryAddSingleton<FrontEndMetrics>();
        services.TryAddSingleton<RecentRefusals>();
        services.TryAddSingleton<RequestPipeline>();
        services.AddSingleton<IStreamHandler, RendezvousStreamHandler>();
        return services;
    }

    private static RendezvousLimits LimitsOf(IServiceProvider provider) => provider.GetRequiredService<RendezvousLimits>();
}
