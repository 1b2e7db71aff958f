namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>Something that is made wrong on purpose, to see that a run finds it.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>The journal takes two rows with the same number.</summary>
    NoFence,

    /// <summary>A REGISTER is acknowledged before it is committed.</summary>
    EarlyReply,

    /// <summary>Each node is a cluster of its own, so that each namespace has three owners.</summary>
    ThreeOwners,
}
