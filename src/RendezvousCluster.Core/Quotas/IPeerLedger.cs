using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Core.Quotas;

/// <summary>The ledger as a registry uses it, wherever its parts live.</summary>
internal interface IPeerLedger
{
    /// <summary>Asks for a place; null when the ledger did not answer in time.</summary>
    ValueTask<Reservation?> ReserveAsync(LedgerReserve asked, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the ledger what became of a registration. It may get lost; the count is then wrong for as long as the registration lives.
    /// </summary>
    /// <param name="message">A <see cref="LedgerNote"/> or <see cref="LedgerRelease"/>.</param>
    void Tell(LedgerMessage message);

    /// <summary>Reads a page of a peer's namespaces; null when the ledger did not answer in time.</summary>
    ValueTask<LedgerListing?> ListAsync(PeerId peer, int after, DateTimeOffset deadline, CancellationToken cancellationToken);
}
