using System.Buffers;
using RendezvousCluster.Libp2p.Muxing.Mplex;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Mplex;

/// <summary>Two varints, by hand from the specification.</summary>
public sealed class MplexHeaderTests
{
    public static TheoryData<ulong, int, ulong, string> Golden => new()
    {
        { 0, 0, 1, "0001" },
        { 0, 2, 5, "0205" },
        { 1, 1, 0, "0900" },
        { 15, 6, 0, "7e00" },
        { 16, 0, 0, "800100" },
        { 17, 5, 300, "8d01ac02" },
        { (1UL << 28) - 1, 4, 1024 * 1024, "fcffffff07808040" },
        { (1UL << 60) - 1, 3, 0, "fbffffffffffffff7f00" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_header_is_these_bytes(ulong id, int flag, ulong length, string hex)
    {
        var header = new MplexHeader(id, (MplexFlag)flag, length);
        byte[] bytes = new byte[MplexHeader.MaxBytes];

        int written = header.Write(bytes);

        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, written)));
        Assert.Equal(
            OperationStatus.Done,
            MplexHeader.TryRead(new ReadOnlySequence<byte>(bytes, 0, written), out MplexHeader read, out int bytesRead));
        Assert.Equal(header, read);
        Assert.Equal(written, bytesRead);
    }

    [Theory]
    [InlineData("", OperationStatus.NeedMoreData)]
    [InlineData("02", OperationStatus.NeedMoreData)]
    [InlineData("80", OperationStatus.NeedMoreData)]
    [InlineData("0280", OperationStatus.NeedMoreData)]
    [InlineData("8000", OperationStatus.InvalidData)]
    [InlineData("028000", OperationStatus.InvalidData)]
    [InlineData("ffffffffffffffffff", OperationStatus.InvalidData)]
    public void Bytes_that_are_not_yet_or_never_a_header_are_recognised(string hex, OperationStatus expected)
    {
        Assert.Equal(expected, MplexHeader.TryRead(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), out _, out _));
    }

    [Fact]
    public void The_low_bit_tells_the_senders_role()
    {
        Assert.True(new MplexHeader(1, MplexFlag.NewStream, 0).IsFromInitiator);
        Assert.True(new MplexHeader(1, MplexFlag.ResetInitiator, 0).IsFromInitiator);
        Assert.False(new MplexHeader(1, MplexFlag.MessageReceiver, 0).IsFromInitiator);
    }
}
