using System.Buffers;
using RendezvousCluster.Protocol.Codec;

namespace RendezvousCluster.Protocol.Tests.Codec;

public sealed class FlatBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100_000)]
    public void Buffer_holds_what_was_written_however_much_was_expected(int capacity)
    {
        byte[] expected = [.. Enumerable.Range(0, 40_000).Select(index => (byte)(index * 31))];
        using var buffer = new FlatBuffer(capacity);

        for (int from = 0, part = 1; from < expected.Length; from += part, part = Math.Min((part * 3) + 1, expected.Length - from))
        {
            buffer.Write(expected.AsSpan(from, part));
        }

        Assert.Equal(expected, buffer.Written.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    public void Buffer_offers_as_much_as_the_writer_asks_for(int sizeHint)
    {
        using var buffer = new FlatBuffer(16);
        buffer.Write(new byte[16]);

        Assert.InRange(buffer.GetSpan(sizeHint).Length, Math.Max(sizeHint, 1), int.MaxValue);
        Assert.InRange(buffer.GetMemory(sizeHint).Length, Math.Max(sizeHint, 1), int.MaxValue);
    }

    [Fact]
    public void Writer_cannot_claim_more_than_the_buffer_has()
    {
        using var buffer = new FlatBuffer(16);
        int room = buffer.GetSpan().Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }

    [Fact]
    public void Buffer_gives_its_array_back_once()
    {
        var buffer = new FlatBuffer(16);
        buffer.Write("some"u8);
        buffer.Dispose();
        buffer.Dispose();

        Assert.True(buffer.Written.IsEmpty);
    }
}
