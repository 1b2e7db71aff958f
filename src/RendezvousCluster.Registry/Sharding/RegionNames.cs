namespace RendezvousCluster.Registry.Sharding;

/// <summary>Names that stand in the paths of shard regions and in the state of the cluster, so they are fixed for ever.</summary>
internal static class RegionNames
{
    /// <summary>The region of the owners of namespaces.</summary>
    internal const string Namespaces = "namespace";

    /// <summary>The region of the parts of the directory.</summary>
    internal const string Directory = "directory";

    /// <summary>The region of the parts of the ledger.</summary>
    internal const string Ledger = "ledger";

    /// <summary>The role of the nodes on which entities live, as in registry.conf.</summary>
    internal const string OwnersRole = "registry";
}
