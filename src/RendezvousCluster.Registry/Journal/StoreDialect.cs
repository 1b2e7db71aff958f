namespace RendezvousCluster.Registry.Journal;

/// <summary>What statements to different databases differ by.</summary>
internal enum StoreDialect
{
    /// <summary>SQLite and PostgreSQL.</summary>
    Standard,

    /// <summary>MySQL and MariaDB.</summary>
    MySql,
}
