using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Tests.Negotiation;

public sealed class MultistreamFrameTests
{
    [Fact]
    public void Written_lines_have_the_bytes_of_the_spec()
    {
        var output = new ArrayBufferWriter<byte>();
        MultistreamFrame.Write(output, MultistreamFrame.Header);
        MultistreamFrame.Write(output, MultistreamFrame.NotAvailable);
        MultistreamFrame.Write(output, "/é");
        Assert.Equal("132F6D756C746973747265616D2F312E302E300A" + "036E610A" + "042FC3A90A", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void A_line_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused_by_its_length_alone()
    {
        var atLimit = new ReadOnlySequence<byte>(Message(new string('a', 1023)));
        Assert.Equal(FrameReadStatus.Complete, MultistreamFrame.TryRead(ref atLimit, 1024, out ReadOnlySequence<byte> line));
        Assert.Equal(1023, line.Length);
        Assert.True(atLimit.IsEmpty);

        var overLimit = new ReadOnlySequence<byte>(Message(new string('a', 1024))[..2]);
        Assert.Equal(FrameReadStatus.TooLarge, MultistreamFrame.TryRead(ref overLimit, 1024, out _));
    }

    [Fact]
    public void A_third_length_byte_is_refused_before_it_arrives_under_every_limit()
    {
        var buffer = new ReadOnlySequence<byte>([0x80, 0x80]);
        Assert.Equal(FrameReadStatus.TooLarge, MultistreamFrame.TryRead(ref buffer, int.MaxValue, out _));
    }

    [Theory]
    [InlineData("00", "an empty message")]
    [InlineData("036E6161", "no newline at the end")]
    [InlineData("83006E610A", "a length that is not minimal")]
    public void Malformed_messages_differ_from_incomplete_ones(string hex, string why)
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
        Assert.True(FrameReadStatus.Malformed == MultistreamFrame.TryRead(ref buffer, 1024, out _), why);
    }

    [Fact]
    public void Every_proper_prefix_of_a_message_is_incomplete_and_consumes_nothing()
    {
        byte[] message = Message(new string('p', 200));
        for (int length = 0; length < message.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(message[..length]);
            Assert.Equal(FrameReadStatus.Incomplete, MultistreamFrame.TryRead(ref buffer, 1024, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Fact]
    public void A_newline_alone_is_an_empty_line()
    {
        var buffer = new ReadOnlySequence<byte>([1, (byte)'\n']);
        Assert.Equal(FrameReadStatus.Complete, MultistreamFrame.TryRead(ref buffer, 1024, out ReadOnlySequence<byte> line));
        Assert.True(line.IsEmpty);
    }

    [Fact]
    public void Comparison_looks_at_every_byte()
    {
        Assert.True(MultistreamFrame.Is(new ReadOnlySequence<byte>("na"u8.ToArray()), MultistreamFrame.NotAvailable));
        Assert.False(MultistreamFrame.Is(new ReadOnlySequence<byte>("nb"u8.ToArray()), MultistreamFrame.NotAvailable));
        Assert.False(MultistreamFrame.Is(new ReadOnlySequence<byte>("naa"u8.ToArray()), MultistreamFrame.NotAvailable));
    }

    private static byte[] Message(string line)
    {
        var output = new ArrayBufferWriter<byte>();
        MultistreamFrame.Write(output, Encoding.UTF8.GetBytes(line));
        return output.WrittenSpan.ToArray();
    }
}
