using System.Collections.Concurrent;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Tests.Quotas;

/// <summary>A ledger that answers what the test says, and remembers each call.</summary>
internal sealed class ScriptedLedger : IPeerLedger
{
    public Reservation? Reservation { get; set; } = Core.Quotas.Reservation.Known;

    public IReadOnlyList<RendezvousNamespace>? Listed { get; set; } = [];

    public DateTimeOffset KnownSince { get; set; } = DateTimeOffset.MinValue;

    public ConcurrentQueue<LedgerMessage> Told { get; } = new();

    public ValueTask<Reservation?> ReserveAsync(LedgerReserve asked, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Reservation);

    public void Tell(LedgerMessage message) => Told.Enqueue(message);

    public ValueTask<LedgerListing?> ListAsync(PeerId peer, int after, DateTimeOffset deadline, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Listed is null ? null : new LedgerListing(Listed, 0, KnownSince));
}
