using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Tests.Records;

public class SignedPeerRecordTests
{
    private static readonly KeyPair Signer = KeyPair.FromEd25519Seed(new byte[32]);
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/127.0.0.1/tcp/4001");

    [Theory]
    [InlineData(RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState)]
    public void A_sealed_record_opens_again_with_the_same_bytes(RecordFlavour flavour)
    {
        SignedPeerRecord written = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 42, [Address]), flavour);

        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(written.Envelope.Span, out SignedPeerRecord? read));

        Assert.NotNull(read);
        Assert.Equal(flavour, read.Flavour);
        Assert.Equal(Signer.PeerId, read.PeerId);
        Assert.Equal(Signer.PublicKey, read.PublicKey);
        Assert.Equal(42UL, read.Sequence);
        Assert.Equal([Address], read.Record.Addresses);
        Assert.Equal(written.Envelope.ToArray(), read.Envelope.ToArray());
    }
}
