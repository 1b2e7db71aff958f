using System.Buffers.Binary;
using Google.Protobuf;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Links;

public sealed class FrameReaderTests
{
    private const int MaxBytes = 70_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5_000)]
    [InlineData(int.MaxValue)]
    public async Task Messages_come_out_whole_and_in_order_however_the_bytes_arrive(int step)
    {
        byte[][] messages = [[1], [.. Enumerable.Repeat((byte)2, MaxBytes)], [], [3, 4], [.. Enumerable.Repeat((byte)5, 4096)]];
        var reader = new FrameReader(new SteppedStream([.. messages.SelectMany(Frame)], step));

        foreach (byte[] message in messages.Where(one => one.Length > 0))
        {
            Assert.Equal(message, (await ReadAsync(reader))!.ToByteArray());
        }

        Assert.Null(await ReadAsync(reader));
    }

    [Fact]
    public async Task An_end_in_the_middle_of_a_message_is_an_end()
    {
        var reader = new FrameReader(new SteppedStream(Frame([1, 2, 3])[..^1], step: 100));

        Assert.Null(await ReadAsync(reader));
    }

    [Theory]
    [InlineData(MaxBytes + 1)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_longer_message_is_refused_by_its_length_alone(int length)
    {
        byte[] prefix = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, length);
        var reader = new FrameReader(new SteppedStream(prefix, step: 100));

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(reader));
    }

    private static Task<ByteString?> ReadAsync(FrameReader reader) => reader.ReadAsync(MaxBytes, CancellationToken.None).AsTask().Within();

    private static byte[] Frame(byte[] message)
    {
        byte[] frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        return frame;
    }

    // Gives at most so many bytes at a time.
    private sealed class SteppedStream(byte[] content, int step) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
