namespace RendezvousCluster.Core.Quotas;

/// <summary>What one part of the ledger bounds.</summary>
/// <param name="MaxPerPeer">Places of one peer.</param>
/// <param name="MaxPlaces">Places in all.</param>
internal sealed record LedgerPartLimits(int MaxPerPeer, int MaxPlaces)
{
    /// <summary>Bytes that places are charged with, in all.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>What of it one subnet may hold.</summary>
    public SubnetShare Share { get; init; } = SubnetShare.Off;

    /// <summary>The part of places or of bytes that so much is, whichever is more.</summary>
    public double FractionOf(long places, long bytes) => Math.Max((double)places / MaxPlaces, (double)bytes / MaxBytes);
}
