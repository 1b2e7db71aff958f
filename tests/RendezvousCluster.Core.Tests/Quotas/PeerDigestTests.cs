using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class PeerDigestTests
{
    [Fact]
    public void A_digest_is_the_same_in_every_version()
    {
        PeerId peer = PeerId.Parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");

        Span<byte> bytes = stackalloc byte[PeerDigest.SizeBytes];
        PeerDigest.Of(peer).Write(bytes);

        Assert.Equal(System.Security.Cryptography.SHA256.HashData(peer.Bytes.Span)[..16], bytes.ToArray());
        Assert.Equal(PeerDigest.Of(peer), PeerDigest.Read(bytes));
    }

    [Fact]
    public void The_part_is_its_first_seven_bits()
    {
        Assert.Equal(0, LedgerParts.Of(new PeerDigest(0x01FF_FFFF_FFFF_FFFF, 0)));
        Assert.Equal(1, LedgerParts.Of(new PeerDigest(0x0200_0000_0000_0000, 0)));
        Assert.Equal(LedgerParts.Count - 1, LedgerParts.Of(new PeerDigest(ulong.MaxValue, 0)));
    }

    [Fact]
    public void Parts_are_about_even()
    {
        int[] peers = new int[LedgerParts.Count];
        for (int peer = 0; peer < 12_800; peer++)
        {
            peers[LedgerParts.Of(PeerDigest.Of(TestPeers.Id(peer)))]++;
        }

        Assert.InRange(peers.Min(), 60, 100);
        Assert.InRange(peers.Max(), 100, 145);
    }
}
