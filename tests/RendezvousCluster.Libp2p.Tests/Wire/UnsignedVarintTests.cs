using System.Buffers;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Tests.Wire;

public class UnsignedVarintTests
{
    // The first rows are the examples of the unsigned-varint spec.
    [Theory]
    [InlineData(1UL, "01")]
    [InlineData(127UL, "7f")]
    [InlineData(128UL, "8001")]
    [InlineData(255UL, "ff01")]
    [InlineData(300UL, "ac02")]
    [InlineData(16384UL, "808001")]
    [InlineData(0UL, "00")]
    [InlineData((1UL << 63) - 1, "ffffffffffffffff7f")]
    public void Numbers_are_written_and_read(ulong value, string hex)
    {
        byte[] buffer = new byte[UnsignedVarint.MaxBytes];

        int written = UnsignedVarint.Write(buffer, value);

        Assert.Equal(hex, Convert.ToHexStringLower(buffer.AsSpan(0, written)));
        Assert.Equal(written, UnsignedVarint.Size(value));
        Assert.Equal(OperationStatus.Done, UnsignedVarint.TryRead(buffer.AsSpan(0, written), out ulong read, out int bytesRead));
        Assert.Equal((value, written), (read, bytesRead));
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("ff00")]
    [InlineData("80808000")]
    public void Encodings_that_are_not_minimal_are_invalid(string hex) =>
        Assert.Equal(OperationStatus.InvalidData, UnsignedVarint.TryRead(Convert.FromHexString(hex), out _, out _));

    [Theory]
    [InlineData("ffffffffffffffffff", OperationStatus.InvalidData)]
    [InlineData("ffffffffffffffffff01", OperationStatus.InvalidData)]
    [InlineData("808080808080808080", OperationStatus.InvalidData)]
    [InlineData("ffffffffffffffff", OperationStatus.NeedMoreData)]
    [InlineData("80", OperationStatus.NeedMoreData)]
    [InlineData("", OperationStatus.NeedMoreData)]
    public void More_than_nine_bytes_are_invalid_and_fewer_may_continue(string hex, OperationStatus expected) =>
        Assert.Equal(expected, UnsignedVarint.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Bytes_behind_the_varint_are_left_alone()
    {
        Assert.Equal(OperationStatus.Done, UnsignedVarint.TryRead([0x05, 0xff, 0xff], out ulong value, out int bytesRead));
        Assert.Equal((5UL, 1), (value, bytesRead));
    }

    [Fact]
    public void A_sequence_may_be_cut_between_any_two_bytes()
    {
        byte[] encoded = [.. Convert.FromHexString("ffffffffffffffff7f"), 0xaa, 0xbb];
        for (int cut = 1; cut < encoded.Length; cut++)
        {
            ReadOnlySequence<byte> sequence = SegmentedSequence.Create(encoded[..cut], encoded[cut..]);
            Assert.Equal(OperationStatus.Done, UnsignedVarint.TryRead(sequence, out ulong value, out int bytesRead));
            Assert.Equal((long.MaxValue, 9), ((long)value, bytesRead));
        }
    }
}
