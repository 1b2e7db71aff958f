using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Tests.Records;

public class UnverifiedPeerRecordTests
{
    private static readonly KeyPair Signer = KeyPair.GenerateEd25519();
    private static readonly Multiaddr Tcp = Multiaddr.Parse("/ip4/127.0.0.1/tcp/4001");
    private static readonly Multiaddr WebSocket = Multiaddr.Parse("/dns4/example.com/tcp/80/ws");

    [Theory]
    [InlineData(RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState)]
    public void An_unverified_record_reads_like_the_signed_one(RecordFlavour flavour)
    {
        SignedPeerRecord signed = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 7, [Tcp, WebSocket]), flavour);

        Assert.True(UnverifiedPeerRecord.TryRead(signed.Envelope.Span, out UnverifiedPeerRecord record));

        Assert.Equal(Signer.PeerId.Bytes.ToArray(), record.PeerId.ToArray());
        Assert.Equal([Tcp, WebSocket], AddressesOf(record));
    }

    [Fact]
    public void The_signature_is_not_looked_at()
    {
        byte[] envelope = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 7, [Tcp])).Envelope.ToArray();
        envelope[^1] ^= 1;

        Assert.Equal(SignedPeerRecordError.InvalidSignature, SignedPeerRecord.TryOpen(envelope, out _));
        Assert.True(UnverifiedPeerRecord.TryRead(envelope, out UnverifiedPeerRecord record));
        Assert.Equal([Tcp], AddressesOf(record));
    }

    [Fact]
    public void A_record_without_addresses_has_none()
    {
        SignedPeerRecord signed = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 7, []));
        Assert.True(UnverifiedPeerRecord.TryRead(signed.Envelope.Span, out UnverifiedPeerRecord record));
        Assert.Empty(AddressesOf(record));
    }

    [Fact]
    public void Bytes_that_are_not_an_envelope_are_not_read()
    {
        byte[] envelope = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 7, [Tcp])).Envelope.ToArray();
        Assert.False(UnverifiedPeerRecord.TryRead(default, out _));
        Assert.False(UnverifiedPeerRecord.TryRead(envelope.AsSpan()[..^1], out _));
        Assert.False(UnverifiedPeerRecord.TryRead([0xFF], out _));
    }

    private static List<Multiaddr> AddressesOf(UnverifiedPeerRecord record)
    {
        var addresses = new List<Multiaddr>();
        foreach (ReadOnlySpan<byte> bytes in record)
        {
            Assert.True(Multiaddr.TryFromBytes(bytes, out Multiaddr? address));
            addresses.Add(address);
        }

        return addresses;
    }
}
