using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Tests.Protocols.Identify;

internal sealed class TestIdentifySource(KeyPair keyPair) : IIdentifySource
{
    public PublicKey PublicKey => keyPair.PublicKey;

    public IReadOnlyList<Multiaddr> ListenAddresses { get; set; } =
        [Multiaddr.Parse("/ip4/10.0.0.1/tcp/4001"), Multiaddr.Parse("/dns4/example.com/tcp/443/tls/ws")];

    public IReadOnlyList<string> ProtocolIds { get; set; } = ["/ipfs/id/1.0.0", "/rendezvous/1.0.0"];

    public string AgentVersion { get; set; } = "rendezvous-cluster/0.1.0";

    public SignedPeerRecord? SignedPeerRecord { get; set; }

    public SignedPeerRecord Seal(ulong sequence) =>
        SignedPeerRecord = Libp2p.Records.SignedPeerRecord.Seal(keyPair, new PeerRecord(keyPair.PeerId, sequence, ListenAddresses));
}
