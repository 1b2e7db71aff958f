using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Server.Options;

/// <summary>Where the registry keeps its data, as the settings of the server say it.</summary>
internal static class StorePlace
{
    /// <summary>Tells the registry.</summary>
    /// <exception cref="ServerStartException">The file with the connection string cannot be read.</exception>
    public static void Apply(ServerOptions options, RegistryOptions registry, ILogger logger)
    {
        registry.DataDirectory = options.DataDirectory;
        registry.Storage = options.StorageOrDefault;
        registry.ConnectionString = options.ConnectionString ?? SecretFile.Read(options.ConnectionStringFile, logger) ?? string.Empty;
        registry.AcceptLoss = options.AcceptLoss;
    }
}
