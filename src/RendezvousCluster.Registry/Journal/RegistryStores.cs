using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Chooses the store that the options ask for.</summary>
internal static class RegistryStores
{
    /// <summary>Makes it; nothing is opened yet.</summary>
    /// <exception cref="RegistryStartException">The connection string cannot be understood.</exception>
    public static IRegistryStore Create(RegistryOptions options) => options.Storage switch
    {
        RegistryStorage.Sqlite => new SqliteStore(options.DataDirectory),
        RegistryStorage.Postgres => new ServerStore(new PostgresServer(options.ConnectionString)),
        RegistryStorage.MySql => new ServerStore(new MySqlServer(options.ConnectionString)),
        RegistryStorage.Memory => new MemoryStore(),
        RegistryStorage unknown => throw new RegistryStartException($"There is no storage '{unknown}'."),
    };
}
