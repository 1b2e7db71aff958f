using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>A peer with a key of its own: it signs its records.</summary>
public sealed class TestPeer
{
    public TestPeer(KeyPair? keyPair = null) => KeyPair = keyPair ?? KeyPair.GenerateEd25519();

    public KeyPair KeyPair { get; }

    public PeerId Id => KeyPair.PeerId;

    public byte[] Record(ulong sequence = 1, RecordFlavour flavour = RecordFlavour.Standard, params string[] addresses) =>
        Seal(sequence, flavour, addresses.Length > 0 ? addresses : ["/ip4/198.51.100.7/tcp/4001"]);

    public byte[] RecordWithoutAddresses() => Seal(1, RecordFlavour.Standard, []);

    /// <summary>The unsigned PeerInfo that older Go, JavaScript and python implementations put in the record's place.</summary>
    public byte[] OldPeerInfo() => new ProtobufBytes()
        .Bytes(1, Id.Bytes.Span)
        .Bytes(2, Multiaddr.Parse("/ip4/198.51.100.7/tcp/4001").Bytes.Span)
        .ToArray();

    private byte[] Seal(ulong sequence, RecordFlavour flavour, string[] addresses)
    {
        var record = new PeerRecord(Id, sequence, [.. addresses.Select(Multiaddr.Parse)]);
        return SignedPeerRecord.Seal(KeyPair, record, flavour).Envelope.ToArray();
    }
}
