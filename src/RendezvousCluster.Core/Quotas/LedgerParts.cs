namespace RendezvousCluster.Core.Quotas;

/// <summary>How the ledger is cut: by the first bits of a peer's digest. Nodes of neighbouring versions must agree on it.</summary>
internal static class LedgerParts
{
    /// <summary>How many parts there are: as many as namespaces have shards, so that any number of nodes shares them evenly.</summary>
    internal const int Count = 1 << Bits;

    private const int Bits = 7;

    /// <summary>The part of a peer.</summary>
    internal static int Of(PeerDigest peer) => (int)(peer.High >> (64 - Bits));
}
