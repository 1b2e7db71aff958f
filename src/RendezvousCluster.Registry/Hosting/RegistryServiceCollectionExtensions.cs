using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Operators;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>Adds the registry to a host.</summary>
public static class RegistryServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IRegistry"/>, <see cref="IRegistryReadiness"/>, <see cref="INodeFate"/>, and for operators
    /// <see cref="IRegistryInspection"/>, <see cref="IClusterInquiries"/> and <see cref="INodeDrain"/>, served by this node as a member of
    /// the cluster that the options name. The registry starts and stops with the host; hosted services added after it start later and stop
    /// earlier. The clock is the <see cref="TimeProvider"/> of the services; if there is none, the system's without the steps of its wall
    /// clock. Callers of the registry set deadlines by that clock.
    /// </summary>
    /// <remarks>The start of the host throws <see cref="RegistryStartException"/> when the storage cannot be used.</remarks>
    public static IServiceCollection AddRendezvousRegistry(this IServiceCollection services, Action<RegistryOptions>? configure = null)
    {
        services.AddOptions<RegistryOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(
                options => options.NamespaceIdleTimeout >= TimeSpan.FromSeconds(1),
                $"{nameof(RegistryOptions.NamespaceIdleTimeout)} is at least a second.")
            .Validate(options => options.Upkeep.Validate().Count == 0, $"{nameof(RegistryOptions.Upkeep)} cannot be used.")
            .Validate(options => options.Limits.Validate().Count == 0, $"{nameof(RegistryOptions.Limits)} cannot be used.");
        services.TryAddSingleton<TimeProvider>(_ => new SteadyTimeProvider(MachineTimeProvider.Instance));
        services.AddSingleton(provider => new RegistryClock(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<RegistryOptions>>().Value.Upkeep.ClockBelief));
        services.AddMetrics();
        services.AddSingleton<ClockMetrics>();
        services.AddSingleton<WallClockWatch>();
        services.AddSingleton<ClocksApart>();
        services.AddSingleton<EntityMetrics>();
        services.AddSingleton<HoleMetrics>();
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<LinkMetrics>();
        services.AddSingleton<Strangers>();
        services.AddSingleton<RefusedReads>();
        services.AddSingleton<OutsiderMessages>();
        services.AddSingleton<KeptStates>();
        services.AddSingleton(provider => new StoreHealth(
            provider.GetRequiredService<KeptStates>(), TimeProvider.System, provider.GetRequiredService<ILogger<StoreHealth>>()));
        services.AddSingleton<RegistrySystem>();
        services.AddSingleton<RegistryRegions>();
        services.AddSingleton<INodeRegions>(provider => provider.GetRequiredService<RegistryRegions>());
        services.AddSingleton(provider => NewReadinessSettings(provider.GetRequiredService<IOptions<RegistryOptions>>().Value));
        services.AddSingleton<OtherClusters>();
        services.AddSingleton<RegistryReadiness>();
        services.AddSingleton<IRegistryReadiness>(provider => provider.GetRequiredService<RegistryReadiness>());
        services.AddSingleton<IRegistry>(provider => provider.GetRequiredService<RegistryRegions>().Registry);
        services.AddSingleton<NodeDrain>();
        services.AddSingleton<INodeDrain>(provider => provider.GetRequiredService<NodeDrain>());
        services.AddSingleton<NodeSystem>();
        services.AddSingleton<IRegistryInspection>(provider => new RegistryInspection(
            provider.GetRequiredService<NodeSystem>(),
            () => provider.GetRequiredService<RegistryRegions>().Started,
            provider.GetRequiredService<EntityMetrics>(),
            provider.GetRequiredService<ClusterMetrics>(),
            () => provider.GetRequiredService<RegistryRegions>().Ledger,
            provider.GetRequiredService<RegistryClock>().Time));
        services.TryAddSingleton<IInquiryAnswerer, NoAnswers>();
        services.AddSingleton(provider => new ClusterInquiries(
            provider.GetRequiredService<NodeSystem>(),
            provider.GetRequiredService<IInquiryAnswerer>,
            provider.GetRequiredService<ILogger<ClusterInquiries>>()));
        services.AddSingleton<IClusterInquiries>(provider => provider.GetRequiredService<ClusterInquiries>());
        services.AddSingleton<NodeFate>();
        services.AddSingleton<INodeFate>(provider => provider.GetRequiredService<NodeFate>());
        services.AddSingleton<RegistryHost>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<RegistryHost>());
        return services;
    }

    private static ReadinessSettings NewReadinessSettings(RegistryOptions options) => new(options.ReadyTimeout, options.Cluster.Seeds);
}
