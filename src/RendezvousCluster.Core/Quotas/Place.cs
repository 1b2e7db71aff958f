namespace RendezvousCluster.Core.Quotas;

/// <summary>One registration as the ledger knows it: 32 bytes, as there are as many of these as registrations.</summary>
/// <param name="NamespaceId">Its namespace in a <see cref="PlacePool{TKey}"/>; 0 for no place at all.</param>
/// <param name="SubnetId">Its subnet in another one; 0 for none that counts.</param>
/// <param name="Bytes">What it is charged with.</param>
/// <param name="ExpiresAtUnixMilliseconds">From this time on it does not count.</param>
/// <param name="DeadlineUnixMilliseconds">The latest deadline among the commands that asked for it.</param>
internal readonly record struct Place(
    int NamespaceId, int SubnetId, int Bytes, long ExpiresAtUnixMilliseconds, long DeadlineUnixMilliseconds)
{
    /// <summary>Whether it counts.</summary>
    public bool IsLive(long nowUnixMilliseconds) => ExpiresAtUnixMilliseconds > nowUnixMilliseconds;

    /// <summary>Whether the registration is surely gone, by whichever clock its namespace went.</summary>
    public bool IsOver(long nowUnixMilliseconds) =>
        ExpiresAtUnixMilliseconds + (long)PeerLedgerState.ListedAfterExpiry.TotalMilliseconds <= nowUnixMilliseconds;
}
