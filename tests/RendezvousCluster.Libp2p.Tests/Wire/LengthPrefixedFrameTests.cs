using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Wire;

public class LengthPrefixedFrameTests
{
    [Fact]
    public void A_frame_is_taken_off_and_the_next_one_left()
    {
        var buffer = new ReadOnlySequence<byte>([2, 0xa, 0xb, 1, 0xc]);

        Assert.Equal(FrameReadStatus.Complete, LengthPrefixedFrame.TryRead(ref buffer, 10, out ReadOnlySequence<byte> payload));
        Assert.Equal([0xa, 0xb], payload.ToArray());
        Assert.Equal(FrameReadStatus.Complete, LengthPrefixedFrame.TryRead(ref buffer, 10, out payload));
        Assert.Equal([0xc], payload.ToArray());
        Assert.True(buffer.IsEmpty);
        Assert.Equal(FrameReadStatus.Incomplete, LengthPrefixedFrame.TryRead(ref buffer, 10, out _));
    }

    [Fact]
    public void A_frame_at_the_limit_is_complete_and_one_over_it_refused_before_its_body_is_there()
    {
        var atLimit = new ReadOnlySequence<byte>([10, .. new byte[10]]);
        var over = new ReadOnlySequence<byte>([11]);
        var huge = new ReadOnlySequence<byte>([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

        Assert.Equal(FrameReadStatus.Complete, LengthPrefixedFrame.TryRead(ref atLimit, 10, out _));
        Assert.Equal(FrameReadStatus.TooLarge, LengthPrefixedFrame.TryRead(ref over, 10, out _));
        Assert.Equal(FrameReadStatus.TooLarge, LengthPrefixedFrame.TryRead(ref huge, int.MaxValue, out _));
    }

    [Fact]
    public void A_prefix_that_is_not_a_varint_is_malformed()
    {
        var buffer = new ReadOnlySequence<byte>([0x80, 0x00]);

        Assert.Equal(FrameReadStatus.Malformed, LengthPrefixedFrame.TryRead(ref buffer, 10, out _));
    }

    [Fact]
    public void A_frame_is_the_same_for_all_cuts_of_its_bytes()
    {
        byte[] body = [.. Enumerable.Range(0, 200).Select(index => (byte)index)];
        var writer = new ArrayBufferWriter<byte>();
        LengthPrefixedFrame.Write(writer, body);
        byte[] frame = writer.WrittenSpan.ToArray();
        for (int cut = 1; cut < frame.Length; cut++)
        {
            ReadOnlySequence<byte> part = SegmentedSequence.Create(frame[..cut]);
            Assert.Equal(FrameReadStatus.Incomplete, LengthPrefixedFrame.TryRead(ref part, 200, out _));
            Assert.Equal(cut, part.Length);
            ReadOnlySequence<byte> whole = SegmentedSequence.Create(frame[..cut], frame[cut..]);
            Assert.Equal(FrameReadStatus.Complete, LengthPrefixedFrame.TryRead(ref whole, 200, out ReadOnlySequence<byte> payload));
            Assert.Equal(body, payload.ToArray());
        }
    }

    [Fact]
    public async Task Reading_waits_for_the_rest_and_leaves_what_follows()
    {
        var pipe = new Pipe();
        Task<byte[]?> reading = LengthPrefixedFrame.ReadAsync(pipe.Reader, 10, CancellationToken.None).AsTask();
        await pipe.Writer.WriteAsync(new byte[] { 3, 1 }).Within();
        Assert.False(reading.IsCompleted);
        await pipe.Writer.WriteAsync(new byte[] { 2, 3, 9 }).Within();

        Assert.Equal([1, 2, 3], await reading.Within());
        Assert.True(pipe.Reader.TryRead(out ReadResult rest));
        Assert.Equal([9], rest.Buffer.ToArray());
    }

    [Fact]
    public async Task A_frame_many_times_larger_than_the_stream_s_window_arrives_whole()
    {
        (InMemoryMuxedStream writer, InMemoryMuxedStream reader) = InMemoryMuxedStream.CreatePair();
        byte[] body = new byte[1024 * 1024];
        new Random(1).NextBytes(body);
        var frame = new ArrayBufferWriter<byte>();
        LengthPrefixedFrame.Write(frame, body);
        Task writing = writer.Output.WriteAsync(frame.WrittenMemory).AsTask();

        byte[]? read = await LengthPrefixedFrame.ReadAsync(reader.Input, body.Length, CancellationToken.None).Within();

        Assert.True(body.AsSpan().SequenceEqual(read));
        await writing.Within();
    }

    [Fact]
    public async Task Memory_grows_with_what_has_arrived_and_not_with_what_a_prefix_declares()
    {
        byte[] declared = [0xff, 0xff, 0xff, 0x7f]; // 256 MiB
        PipeReader reader = Ended([.. declared, .. new byte[1_000]]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<InvalidFrameException>(
            () => LengthPrefixedFrame.ReadAsync(reader, int.MaxValue, CancellationToken.None).AsTask());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public async Task A_clean_end_is_null_and_an_end_inside_a_frame_an_error()
    {
        Assert.Null(await LengthPrefixedFrame.ReadAsync(Ended([]), 10, CancellationToken.None).Within());
        foreach (byte[] cut in new byte[][] { [3], [3, 1], [0x80] })
        {
            await Assert.ThrowsAsync<InvalidFrameException>(
                () => LengthPrefixedFrame.ReadAsync(Ended(cut), 10, CancellationToken.None).Within());
        }
    }

    [Fact]
    public async Task A_frame_over_the_limit_or_malformed_ends_the_reading()
    {
        await Assert.ThrowsAsync<InvalidFrameException>(
            () => LengthPrefixedFrame.ReadAsync(Ended([11]), 10, CancellationToken.None).Within());
        await Assert.ThrowsAsync<InvalidFrameException>(
            () => LengthPrefixedFrame.ReadAsync(Ended([0x80, 0]), 10, CancellationToken.None).Within());
        byte[]? empty = await LengthPrefixedFrame.ReadAsync(Ended([0]), 10, CancellationToken.None).Within();
        Assert.NotNull(empty);
        Assert.Empty(empty);
    }

    private static PipeReader Ended(byte[] bytes) => PipeReader.Create(new ReadOnlySequence<byte>(bytes));
}
