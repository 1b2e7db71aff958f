using Akka.Configuration;

namespace RendezvousCluster.Registry.Journal;

/// <summary>The table of stores: one row for each that the options can ask for.</summary>
internal static class RegistryStores
{
    private static readonly Dictionary<RegistryStorage, StoreKind> Kinds = new()
    {
        [RegistryStorage.Sqlite] = new(
            SharesBetweenNodes: false,
            NeedsConnectionString: false,
            OutlivesProcess: true,
            Create: (directory, _, acceptedLoss) => new SqliteStore(directory, acceptedLoss)),
        [RegistryStorage.Postgres] = OnServer(connectionString => new PostgresServer(connectionString)),
        [RegistryStorage.MySql] = OnServer(connectionString => new MySqlServer(connectionString)),
        [RegistryStorage.Memory] = new(
            SharesBetweenNodes: false, NeedsConnectionString: false, OutlivesProcess: false, (_, _, _) => new MemoryStore()),
    };

    /// <summary>The actor system's settings on a node that keeps no registrations.</summary>
    public static Config WithoutStore => MemoryStore.Settings;

    /// <summary>The row of a store.</summary>
    /// <exception cref="RegistryStartException">The number stands for no storage.</exception>
    public static StoreKind KindOf(RegistryStorage storage) => Kinds.TryGetValue(storage, out StoreKind? kind)
        ? kind
        : throw new RegistryStartException($"Unknown storage: '{storage}'.");

    /// <summary>Makes the store that the options ask for; nothing is opened yet.</summary>
    /// <param name="storage">Which one.</param>
    /// <param name="dataDirectory">Where files are kept.</param>
    /// <param name="connectionString">How to reach a database server.</param>
    /// <param name="acceptedLoss">The word by which an operator accepts that data is lost; null for none.</param>
    /// <exception cref="RegistryStartException">The connection string cannot be understood.</exception>
    public static IRegistryStore Create(
        RegistryStorage storage, string dataDirectory, string connectionString, string? acceptedLoss = null) =>
        KindOf(storage).Create(dataDirectory, connectionString, acceptedLoss);

    private static StoreKind OnServer(Func<string, IDatabaseServer> connect) => new(
        SharesBetweenNodes: true,
        NeedsConnectionString: true,
        OutlivesProcess: true,
        (_, connectionString, acceptedLoss) => new ServerStore(connect(connectionString), acceptedLoss));
}
