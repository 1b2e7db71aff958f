namespace RendezvousCluster.Registry.Journal;

/// <summary>Chooses the store that the options ask for.</summary>
internal static class RegistryStores
{
    /// <summary>Makes it; nothing is opened yet.</summary>
    /// <param name="storage">Which one.</param>
    /// <param name="dataDirectory">Where files are kept.</param>
    /// <param name="connectionString">How to reach a database server.</param>
    /// <exception cref="RegistryStartException">The connection string cannot be understood.</exception>
    public static IRegistryStore Create(RegistryStorage storage, string dataDirectory, string connectionString) => storage switch
    {
        RegistryStorage.Sqlite => new SqliteStore(dataDirectory),
        RegistryStorage.Postgres => new ServerStore(new PostgresServer(connectionString)),
        RegistryStorage.MySql => new ServerStore(new MySqlServer(connectionString)),
        RegistryStorage.Memory => new MemoryStore(),
        RegistryStorage unknown => throw new RegistryStartException($"There is no storage '{unknown}'."),
    };
}
