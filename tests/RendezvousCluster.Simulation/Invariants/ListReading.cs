using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>The list of a part of the directory, as it is read page by page.</summary>
/// <param name="part">Which part.</param>
/// <param name="began">When it was asked for.</param>
/// <param name="activeSince">Namespaces without a REGISTER from then on may be left out; null when all are wanted.</param>
internal sealed class ListReading(int part, long began, long? activeSince)
{
    public int Part => part;

    public long Began => began;

    public long? ActiveSince => activeSince;

    /// <summary>When the page that is being read was asked for.</summary>
    public long PageBegan { get; set; }

    /// <summary>Where the next page begins.</summary>
    public NamespaceKey From { get; set; } = NamespaceKey.First;

    /// <summary>How many pages have been read.</summary>
    public int Pages { get; set; }

    /// <summary>Whether a page may come from an owner that had been replaced.</summary>
    public bool MayBeStale { get; set; }

    /// <summary>The namespaces that are listed.</summary>
    public HashSet<RendezvousNamespace> Found { get; } = [];
}
