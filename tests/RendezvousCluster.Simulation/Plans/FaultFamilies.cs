namespace RendezvousCluster.Simulation.Plans;

/// <summary>Kinds of fault that come together.</summary>
[Flags]
internal enum FaultFamilies
{
    None = 0,

    /// <summary>Messages between nodes.</summary>
    Network = 1,

    /// <summary>Nodes that die, pause, are cut off or are taken for dead, and owners that move.</summary>
    Nodes = 2,

    /// <summary>Clocks that differ and jump.</summary>
    Clocks = 4,

    /// <summary>Writes and reads of the journal that fail, or only seem to.</summary>
    Journal = 8,

    /// <summary>The directory of namespaces.</summary>
    Directory = 16,

    /// <summary>
    /// The database loses what it has acknowledged. Not among all: clocks that jump would make revisions go back with it, which cookies do
    /// not survive.
    /// </summary>
    Store = 64,

    All = Network | Nodes | Clocks | Journal | Directory,

    /// <summary>
    /// Wall clocks that are hours or days apart, and are set while processes run and while they are down. As long as one member lives the
    /// cluster has one time, so nothing may follow from it at all, regardless of nodes that die and owners that move; it comes with
    /// everything but steady clocks that differ.
    /// </summary>
    WallClocks = 32,

    /// <summary>Machines that are suspended. Where nodes pause and clocks differ: the clock of one that is back is behind.</summary>
    Suspensions = 128,
}
