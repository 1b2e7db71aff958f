using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

/// <summary>Discovered peers and pages made up.</summary>
internal static class SomePeers
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly RendezvousPoint Point = RendezvousPoint.ParseAll([$"/ip4/198.51.100.1/tcp/1/p2p/{new TestPeer().Id}"])[0];

    public static DiscoveredPeer Discovered(this TestPeer peer, ulong sequence = 1, double minutesLeft = 60, string ns = "chat")
    {
        SignedPeerRecord.TryOpen(peer.Record(sequence), out SignedPeerRecord? record);
        return new DiscoveredPeer(ns, record!, record!.Record.Addresses, Noon.AddMinutes(minutesLeft), Point);
    }

    public static DiscoverPage Page(byte[] cookie, params DiscoveredPeer[] peers) => new(Point, peers, peers.Length, 0, cookie);
}
