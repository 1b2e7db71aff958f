namespace RendezvousCluster.Registry.Readiness;

/// <summary>How far the start of a node has come.</summary>
internal enum StartPhase
{
    /// <summary>Nothing was done yet.</summary>
    NotStarted,

    /// <summary>The store is opened, and what is missing in it is made.</summary>
    OpeningStore,

    /// <summary>The actor system and its regions are started.</summary>
    StartingRegions,

    /// <summary>A namespace is warmed up, so that the first one is not slow.</summary>
    WarmingUp,

    /// <summary>The node is about to ask to be taken in, or to found a cluster.</summary>
    Joining,

    /// <summary>The node knows of no other and waits for the end of a cluster that lives on its database.</summary>
    WaitingToFound,

    /// <summary>The node has asked to be taken in, or has founded a cluster; and then looks for what it serves.</summary>
    Joined,
}
