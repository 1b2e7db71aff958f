namespace RendezvousCluster.Server.Settings;

/// <summary>Whether all nodes of a cluster have to have the same value of a setting; the registry compares them.</summary>
internal enum Agreement
{
    /// <summary>Each node may have its own.</summary>
    None,

    /// <summary>A node with another value is warned: requests are answered differently by different nodes.</summary>
    Advised,

    /// <summary>A node with another value is turned away: registrations could be lost.</summary>
    Required,
}
