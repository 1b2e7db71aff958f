using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Clocks;
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
            [ClusterTime.Role, .. StoreRolesOf(store), .. SharedSettings.RolesOf(options)],
            isAlone: store is { IsShared: false }))
        .WithFallback(EmbeddedFile.ReadConfiguration(typeof(RegistryConfiguration), "registry.conf"))
        .WithFallback(RegistrySerializer.Configuration)
        .WithFallback(SqlPersistence.DefaultConfiguration);

    /// <summary>How the persistence plugin opens its connections; beside the configuration, so that no secret stands there.</summary>
    /// <param name="store">Where the data is; null on a node that keeps none.</param>
    /// <param name="gate">Looks at the rows that come back.</param>
    internal static Setup[] DataOptionsOf(IRegistryStore? store, RowGate gate)
    {
        if (store is not { JournalData: { } journal, SnapshotData: { } snapshots })
        {
            return [];
        }

        var setup = new MultiDataOptionsSetup();
        setup.AddDataOptions("akka.persistence.journal.sql", journal.UseInterceptor(gate));
        setup.AddDataOptions("akka.persistence.snapshot-store.sql", snapshots.UseInterceptor(gate));
        return [setup, new JournalDataSetup(journal, snapshots, store.NewTransactions, () => store.Fault)];
    }

    internal static Config ForMemory()
    {
        using IRegistryStore store =
            RegistryStores.Create(RegistryStorageCapabilities.Unnamed(outlivesProcess: false), dataDirectory: "", connectionString: "");
        return For(store, new RegistryOptions());
    }

    private static string[] StoreRolesOf(IRegistryStore? store) =>
        store is null ? [] : [StoreRole.For(store.IsShared, store.Identity)];
}
