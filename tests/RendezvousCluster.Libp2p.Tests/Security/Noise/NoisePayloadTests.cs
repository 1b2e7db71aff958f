using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class NoisePayloadTests
{
    [Fact]
    public void Encoding_has_the_bytes_of_the_spec()
    {
        byte[] encoded = NoisePayload.Encode([1, 2], [3], ["/a", "/bc"]);
        Assert.Equal("0A020102" + "120103" + "2209" + "12022F61" + "12032F6263", Convert.ToHexString(encoded));
    }

    [Fact]
    public void Without_muxers_the_extension_is_left_out() =>
        Assert.Equal("0A0101120102", Convert.ToHexString(NoisePayload.Encode([1], [2], [])));

    [Fact]
    public void The_signed_message_is_the_prefix_and_the_static_key() =>
        Assert.Equal("noise-libp2p-static-key:K", Encoding.ASCII.GetString(NoisePayload.SignedMessage("K"u8)));

    [Fact]
    public void An_encoded_payload_is_decoded()
    {
        Assert.True(NoisePayload.TryDecode(NoisePayload.Encode([1, 2], [3], ["/a", "/b"]), out NoisePayload payload));
        Assert.Equal([1, 2], payload.IdentityKey.ToArray());
        Assert.Equal([3], payload.Signature.ToArray());
        Assert.Equal(["/a", "/b"], payload.StreamMuxers);
    }

    [Fact]
    public void Absent_fields_come_out_empty()
    {
        Assert.True(NoisePayload.TryDecode(default, out NoisePayload payload));
        Assert.True(payload.IdentityKey.IsEmpty);
        Assert.True(payload.Signature.IsEmpty);
        Assert.Empty(payload.StreamMuxers);
    }

    [Theory]
    [InlineData("0A0101" + "1A03646174" + "120102", "the old data field")]
    [InlineData("0A0101" + "2801" + "120102", "an unknown varint field")]
    [InlineData("0A0101" + "120102" + "35AABBCCDD", "an unknown fixed32 field")]
    [InlineData("0801" + "0A0101" + "120102", "the key's number with another wire type before it")]
    [InlineData("0A0109" + "0A0101" + "120102", "a field twice: the last one counts")]
    [InlineData("0A0101" + "120102" + "2204" + "0A0255AA", "certificate hashes of WebTransport in the extensions")]
    public void Other_fields_do_not_disturb(string hex, string what)
    {
        Assert.True(NoisePayload.TryDecode(Convert.FromHexString(hex), out NoisePayload payload), what);
        Assert.Equal([1], payload.IdentityKey.ToArray());
        Assert.Equal([2], payload.Signature.ToArray());
        Assert.Empty(payload.StreamMuxers);
    }

    [Fact]
    public void Extensions_that_come_twice_are_merged()
    {
        Assert.True(NoisePayload.TryDecode(Convert.FromHexString("2203120161" + "2203120162"), out NoisePayload payload));
        Assert.Equal(["a", "b"], payload.StreamMuxers);
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused_or_lacks_fields_and_never_throws()
    {
        byte[] whole = NoisePayload.Encode(new byte[36], new byte[64], ["/yamux/1.0.0"]);
        int[] fieldBoundaries = [0, 38, 104];
        for (int length = 0; length < whole.Length; length++)
        {
            bool isDecoded = NoisePayload.TryDecode(whole.AsSpan(0, length), out _);
            Assert.True(isDecoded == fieldBoundaries.Contains(length), $"cut at {length}");
        }
    }

    [Theory]
    [InlineData("2202120A")]
    [InlineData("220107")]
    [InlineData("0A80808080808080808080")]
    [InlineData("00")]
    public void Malformed_messages_are_refused(string hex) => Assert.False(NoisePayload.TryDecode(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData(NoisePayload.MaxStreamMuxers, NoisePayload.MaxStreamMuxers)]
    [InlineData(NoisePayload.MaxStreamMuxers + 1, 0)]
    [InlineData(2000, 0)]
    public void A_list_longer_than_the_limit_is_ignored_as_a_whole(int sent, int taken)
    {
        var extensions = new ArrayBufferWriter<byte>();
        var writer = new ProtobufWriter(extensions);
        for (int index = 0; index < sent; index++)
        {
            writer.WriteString(2, "m");
        }

        var message = new ArrayBufferWriter<byte>();
        new ProtobufWriter(message).WriteBytes(4, extensions.WrittenSpan);
        Assert.True(NoisePayload.TryDecode(message.WrittenSpan, out NoisePayload payload));
        Assert.Equal(taken, payload.StreamMuxers.Count);
    }
}
