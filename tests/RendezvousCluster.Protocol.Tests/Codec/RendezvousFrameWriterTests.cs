using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Protocol.Tests.Codec;

public sealed class RendezvousFrameWriterTests
{
    [Fact]
    public async Task Small_response_is_one_frame()
    {
        var pipe = new Pipe();
        var response = new RegisterResponse(RendezvousStatus.Ok, "", 7_200);
        await RendezvousFrameWriter.WriteAsync(pipe.Writer, response, CancellationToken.None).Within();
        await pipe.Writer.CompleteAsync();

        ReadResult read = await pipe.Reader.ReadAsync().Within();
        Assert.Equal("0908011A05080018A038", Convert.ToHexString(read.Buffer.ToArray()));
    }

    [Fact]
    public async Task Large_page_is_flushed_in_portions_and_reads_back_whole()
    {
        byte[] ns = "ns"u8.ToArray();
        Registration[] page =
            [.. Enumerable.Range(0, 1_000).Select(index => new Registration(ns, new byte[900 + (index % 100)], (ulong)index))];
        var response = new DiscoverResponse(RendezvousStatus.Ok, "", page, new byte[] { 1 });
        int unreadMost = 0;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        Task writing = RendezvousFrameWriter.WriteAsync(pipe.Writer, response, CancellationToken.None).AsTask()
            .ContinueWith(_ => pipe.Writer.Complete(), TaskScheduler.Default);

        var bytes = new List<byte>();
        for (bool completed = false; !completed;)
        {
            ReadResult result = await pipe.Reader.ReadAsync().Within();
            unreadMost = Math.Max(unreadMost, (int)result.Buffer.Length);
            bytes.AddRange(result.Buffer.ToArray());
            pipe.Reader.AdvanceTo(result.Buffer.End);
            completed = result.IsCompleted;
        }

        await writing.Within();
        Assert.InRange(unreadMost, 1, RendezvousFrameWriter.PortionBytes + 64);
        var sequence = new ReadOnlySequence<byte>(bytes.ToArray());
        Assert.Equal(FrameReadStatus.Complete, LengthPrefixedFrame.TryRead(ref sequence, 1024 * 1024, out ReadOnlySequence<byte> payload));
        Assert.True(sequence.IsEmpty);
        Assert.True(RendezvousMessageCodec.TryDecode(payload.ToArray(), out RendezvousMessage? message));
        IReadOnlyList<Registration> read = Assert.IsType<DiscoverResponse>(message).Registrations;
        Assert.Equal(page.Select(item => item.TtlSeconds), read.Select(item => item.TtlSeconds));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(200)]
    public async Task Page_costs_the_stream_a_write_for_each_block_and_not_for_each_field(int registrations)
    {
        const int blockBytes = 4096;
        byte[] ns = "namespace"u8.ToArray();
        Registration[] page = [.. Enumerable.Range(0, registrations).Select(_ => new Registration(ns, new byte[250], 7_200))];
        var response = new DiscoverResponse(RendezvousStatus.Ok, "", page, new byte[85]);
        MessageSize size = RendezvousMessageCodec.Measure(response);
        var output = new CountingPipeWriter(new Pipe(new PipeOptions(pauseWriterThreshold: 0)).Writer);

        await RendezvousFrameWriter.WriteAsync(output, response, size, CancellationToken.None).Within();

        Assert.Equal(size, new MessageSize(RendezvousMessageCodec.Size(response), size.BodyBytes));
        Assert.InRange(output.Bytes, size.Bytes + 1, size.Bytes + UnsignedVarint.MaxBytes);
        Assert.InRange(output.Advances, 1, (size.Bytes / blockBytes) + 2);
        Assert.Equal(1, output.Flushes);
    }

    private sealed class CountingPipeWriter(PipeWriter inner) : PipeWriter
    {
        public int Advances { get; private set; }

        public long Bytes { get; private set; }

        public int Flushes { get; private set; }

        public override void Advance(int bytes)
        {
            Advances++;
            Bytes += bytes;
            inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return inner.FlushAsync(cancellationToken);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
