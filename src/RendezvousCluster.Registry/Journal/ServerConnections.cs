namespace RendezvousCluster.Registry.Journal;

/// <summary>Limits of the connections to a database server. The connection string goes before them.</summary>
internal static class ServerConnections
{
    /// <summary>
    /// Connections of one node: four write, twenty namespaces may recover at once. Three nodes stay far below the hundred that a PostgreSQL
    /// server takes by default.
    /// </summary>
    internal const int MaxPoolSize = 24;

    /// <summary>
    /// A server in the same data centre accepts in milliseconds; one that is gone should be noticed within a request's deadline.
    /// </summary>
    internal const int ConnectSeconds = 5;

    /// <summary>Far above any write; a snapshot of the largest namespace takes a few seconds.</summary>
    internal const int CommandSeconds = 30;
}
