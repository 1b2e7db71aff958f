using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>Puts the actor system's configuration together from what each part of the registry needs and the table of messages.</summary>
internal static class RegistryConfiguration
{
    /// <param name="store">Where the node keeps its data; null for one that keeps none.</param>
    /// <param name="options">How it takes part in a cluster, and the settings that other nodes compare with theirs.</param>
    internal static Config For(IRegistryStore? store, RegistryOptions options) => (store?.Configuration ?? RegistryStores.WithoutStore)
        .WithFallback(ClusterConfiguration.For(
            options.Cluster,
            [ClusterTime.Role, Inquiry.Role, .. StoreRolesOf(store), .. SharedSettings.RolesOf(options)],
            isAlone: store is { IsShared: false }))
        .WithFallback(EmbeddedFile.ReadConfiguration(typeof(RegistryConfiguration), "registry.conf"))
        .WithFallback(RegistrySerializer.Configuration)
        .WithFallback(SqlPersistence.DefaultConfiguration);

    /// <summary>
    /// How the journal and the snapshot store open their connections; beside the configuration, so that no secret stands there.
    /// </summary>
    /// <param name="store">Where the data is; null on a node that keeps none.</param>
    internal static Setup[] DataOf(IRegistryStore? store) =>
        store is { Events: { } events, Snapshots: { } snapshots }
            ? [new JournalDataSetup(events, snapshots, store.NewTransactions, () => store.Fault)]
            : [];

    internal static Config ForMemory()
    {
        using IRegistryStore store =
            RegistryStores.Create(RegistryStorageCapabilities.Unnamed(outlivesProcess: false), dataDirectory: "", connectionString: "");
        return For(store, new RegistryOptions());
    }

    private static string[] StoreRolesOf(IRegistryStore? store) =>
        store is null ? [] : [StoreRole.For(store.IsShared, store.Identity)];
}
