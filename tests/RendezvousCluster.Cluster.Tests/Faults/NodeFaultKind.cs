namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>What happens to a node and to its ways to the others.</summary>
internal enum NodeFaultKind
{
    /// <summary>Nothing goes between a node and the others until it has ended and they have put it out.</summary>
    CutOff,

    /// <summary>Nothing goes between a node and the others for a moment.</summary>
    Blink,

    /// <summary>Nothing comes to a node; it is heard.</summary>
    Deaf,

    /// <summary>Nothing comes from a node; it hears.</summary>
    Mute,

    /// <summary>Nothing goes between two nodes; the third one hears both.</summary>
    Torn,

    /// <summary>All that comes to and from a node takes longer, the longer the more there is.</summary>
    Slow,

    /// <summary>A share of what a node sends is lost.</summary>
    Lossy,

    /// <summary>A node leaves in order, and another one is started in its place; the journal goes on failing meanwhile.</summary>
    Leave,
}
