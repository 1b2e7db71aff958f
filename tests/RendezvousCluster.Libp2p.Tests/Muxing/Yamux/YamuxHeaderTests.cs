using System.Buffers;
using RendezvousCluster.Libp2p.Muxing.Yamux;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>The twelve bytes, by hand from the specification.</summary>
public sealed class YamuxHeaderTests
{
    public static TheoryData<byte, int, uint, uint, string> Golden => new()
    {
        { 0, 0, 1, 5, "000000000000000100000005" },
        { 1, 1, 1, 0, "000100010000000100000000" },
        { 1, 2, 1, 0x40000, "000100020000000100040000" },
        { 1, 4, 0xFFFFFFFF, 0, "00010004ffffffff00000000" },
        { 1, 8, 2, 0, "000100080000000200000000" },
        { 2, 1, 0, 0xDEADBEEF, "0002000100000000deadbeef" },
        { 3, 0, 0, 1, "000300000000000000000001" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_header_is_these_bytes(byte type, int flags, uint streamId, uint length, string hex)
    {
        var header = new YamuxHeader((YamuxFrameType)type, (YamuxFlags)flags, streamId, length);
        byte[] bytes = new byte[YamuxHeader.Bytes];

        Assert.Equal(12, header.Write(bytes));

        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
        Assert.True(YamuxHeader.TryRead(new ReadOnlySequence<byte>(bytes), out YamuxHeader read));
        Assert.Equal(header, read);
    }

    [Fact]
    public void Eleven_bytes_are_not_a_header()
    {
        Assert.False(YamuxHeader.TryRead(new ReadOnlySequence<byte>(new byte[11]), out _));
    }

    [Fact]
    public void Version_and_type_are_read_as_they_come()
    {
        Assert.True(YamuxHeader.TryRead(new ReadOnlySequence<byte>([7, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), out YamuxHeader header));
        Assert.Equal(7, header.Version);
        Assert.Equal(9, (byte)header.Type);
    }
}
