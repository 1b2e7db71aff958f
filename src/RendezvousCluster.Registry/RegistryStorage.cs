namespace RendezvousCluster.Registry;

/// <summary>Where registrations are kept.</summary>
public enum RegistryStorage
{
    /// <summary>Files of this node, in SQLite. Durable, and of one node only.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database, which the nodes of a cluster share.</summary>
    Postgres,

    /// <summary>A MySQL or MariaDB database, which the nodes of a cluster share.</summary>
    MySql,

    /// <summary>The memory of this process: a restart forgets all registrations. For trying out and for tests.</summary>
    Memory,
}
