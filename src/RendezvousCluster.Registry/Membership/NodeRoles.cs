namespace RendezvousCluster.Registry.Membership;

/// <summary>What a node does in the cluster.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Nothing; no node may have this.</summary>
    None = 0,

    /// <summary>It owns namespaces and reaches the database, and it counts in a split of the cluster.</summary>
    Registry = 1,

    /// <summary>It serves peers. Without <see cref="Registry"/> it only passes on, and needs no database.</summary>
    Frontend = 2,
}
