using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Tests.Identity;

public class PeerIdTests
{
    private const string Ed25519Text = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    private const string Sha256Text = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
    private const string Sha256Cid = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";

    [Theory]
    [InlineData(Ed25519Text)]
    [InlineData(Sha256Text)]
    public void The_base58_examples_of_the_spec_round_trip_in_text_and_bytes(string text)
    {
        PeerId peerId = PeerId.Parse(text);

        Assert.Equal(text, peerId.ToString());
        Assert.True(PeerId.TryFromBytes(peerId.Bytes.Span, out PeerId? again));
        Assert.Equal(peerId, again);
        Assert.Equal(peerId.GetHashCode(), again.GetHashCode());
        Assert.Equal(peerId, PeerId.Parse(peerId.ToCid()));
    }

    [Fact]
    public void The_cid_example_of_the_spec_is_the_same_peer_as_its_base58_form()
    {
        PeerId peerId = PeerId.Parse(Sha256Cid);

        Assert.Equal(Sha256Text, peerId.ToString());
        Assert.Equal(Sha256Cid, peerId.ToCid());
        Assert.True(peerId == PeerId.Parse(Sha256Text));
        Assert.True(peerId != PeerId.Parse(Ed25519Text));
    }

    [Theory]
    [InlineData("z")]
    [InlineData("f")]
    [InlineData("k")]
    public void Cids_in_other_multibases_are_read(string prefix)
    {
        byte[] cid = [0x01, 0x72, .. PeerId.Parse(Ed25519Text).Bytes.Span];
        string text = prefix switch
        {
            "z" => "z" + SimpleBase.Base58.Bitcoin.Encode(cid),
            "f" => "f" + Convert.ToHexStringLower(cid),
            _ => "k" + SimpleBase.Base36.LowerCase.Encode(cid),
        };

        Assert.Equal(Ed25519Text, PeerId.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("Qm")]
    [InlineData("b")]
    [InlineData("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S")] // last character missing
    [InlineData("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU50A")] // 0 is not in the alphabet
    [InlineData("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N1")]
    [InlineData("bafybeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe")] // CIDv1 of a file, not of a key
    [InlineData("🚀YyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")]
    [InlineData("hello world")]
    public void Text_that_is_not_a_peer_id_is_refused(string text)
    {
        Assert.False(PeerId.TryParse(text, out PeerId? peerId));
        Assert.Null(peerId);
        Assert.Throws<FormatException>(() => PeerId.Parse(text));
    }

    [Fact]
    public void Null_is_refused_without_an_exception() => Assert.False(PeerId.TryParse(null, out _));

    [Fact]
    public void The_longest_peer_id_is_read_and_text_over_the_limit_is_refused_before_it_is_decoded()
    {
        byte[] longest = [0, PeerId.MaxInlineKeyBytes, .. new byte[PeerId.MaxInlineKeyBytes]];
        Assert.True(PeerId.TryFromBytes(longest, out PeerId? peerId));
        Assert.Equal(peerId, PeerId.Parse("f0172" + Convert.ToHexStringLower(longest)));

        Assert.False(PeerId.TryParse(new string('1', PeerId.MaxTextLength), out _));
        Assert.False(PeerId.TryParse(new string('1', PeerId.MaxTextLength + 1), out _));
        Assert.False(PeerId.TryParse("Qm" + new string('Y', 1_000_000), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000")] // an identity of nothing
    [InlineData("002401")] // shorter than declared
    [InlineData("1220")]
    [InlineData("12010a")] // SHA-256 of one byte
    [InlineData("1114000102030405060708090a0b0c0d0e0f10111213")] // SHA-1
    [InlineData("8000010a")] // a varint that is not minimal
    public void Bytes_that_are_not_a_peer_id_are_refused(string hex) =>
        Assert.False(PeerId.TryFromBytes(Convert.FromHexString(hex), out _));

    [Fact]
    public void An_inlined_key_may_have_42_bytes_and_not_43()
    {
        Assert.True(PeerId.TryFromBytes([0, 42, .. new byte[42]], out _));
        Assert.False(PeerId.TryFromBytes([0, 43, .. new byte[43]], out _));
    }

    [Fact]
    public void A_hash_has_exactly_32_bytes()
    {
        Assert.True(PeerId.TryFromBytes([0x12, 32, .. new byte[32]], out _));
        Assert.False(PeerId.TryFromBytes([0x12, 31, .. new byte[31]], out _));
        Assert.False(PeerId.TryFromBytes([0x12, 33, .. new byte[33]], out _));
        Assert.False(PeerId.TryFromBytes([0x12, 32, .. new byte[33]], out _));
    }
}
