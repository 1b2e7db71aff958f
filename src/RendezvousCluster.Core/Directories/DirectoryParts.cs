namespace RendezvousCluster.Core.Directories;

/// <summary>
/// How the directory is cut: by the first five bits of a namespace's key, so that the parts come one after another in the order of a walk.
/// The cut is fixed for ever, as each part has its journal.
/// </summary>
internal static class DirectoryParts
{
    /// <summary>How many parts there are.</summary>
    internal const int Count = 1 << Bits;

    private const int Bits = 5;
    private const int Shift = 128 - Bits;

    /// <summary>The part of a key.</summary>
    internal static int Of(NamespaceKey key) => (int)(key.High >> Shift);

    /// <summary>The first key of the part after this one; null after the last part.</summary>
    internal static NamespaceKey? FirstAfter(int part) => part + 1 < Count ? new NamespaceKey((UInt128)(part + 1) << Shift, 0) : null;
}
