using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class NoisePipeWriterTests
{
    private readonly SealedWire _wire = new();
    private readonly NoisePipeWriter _writer;

    public NoisePipeWriterTests()
    {
        _writer = new NoisePipeWriter(_wire.Raw.Writer, _wire.SendCipher);
    }

    [Fact]
    public async Task Many_small_writes_and_a_flush_are_one_frame()
    {
        byte[] expected = SealedWire.Pattern(10_000);
        foreach (byte[] part in expected.Chunk(7))
        {
            _writer.Write(part);
        }

        Assert.Empty(_wire.TakeFrames());
        Assert.Equal(10_000, _writer.UnflushedBytes);
        await _writer.FlushAsync().Within();
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal(expected, Assert.Single(_wire.TakeFrames()));
    }

    [Theory]
    [InlineData(65519, new[] { 65519 })]
    [InlineData(65520, new[] { 65519, 1 })]
    [InlineData(131038, new[] { 65519, 65519 })]
    [InlineData(200000, new[] { 65519, 65519, 65519, 3443 })]
    public async Task More_than_a_frame_becomes_several_in_one_flush(int bytes, int[] frames)
    {
        byte[] expected = SealedWire.Pattern(bytes);
        await _writer.WriteAsync(expected).Within();
        ExpectFrames(expected, frames);

        _writer.Write(expected);
        await _writer.FlushAsync().Within();
        ExpectFrames(expected, frames);

        foreach (byte[] part in expected.Chunk(1000))
        {
            _writer.Write(part);
        }

        await _writer.FlushAsync().Within();
        ExpectFrames(expected, frames);
    }

    [Fact]
    public void A_gathered_frame_moves_on_to_the_raw_writer_without_a_flush_so_that_no_more_than_one_is_gathered()
    {
        _writer.Write(SealedWire.Pattern(NoiseFrame.MaxPlaintextBytes));
        Assert.Equal(0, _wire.Raw.Writer.UnflushedBytes);
        _writer.Write<byte>([1]);
        Assert.Equal(NoiseFrame.LengthBytes + NoiseFrame.MaxBodyBytes, _wire.Raw.Writer.UnflushedBytes);
        Assert.Equal(NoiseFrame.LengthBytes + NoiseFrame.MaxBodyBytes + 1, _writer.UnflushedBytes);
    }

    [Fact]
    public async Task Memory_of_any_size_can_be_asked_for()
    {
        _writer.Write<byte>([1, 2, 3]);
        byte[] large = SealedWire.Pattern(150_000);
        large.CopyTo(_writer.GetMemory(large.Length).Span);
        _writer.Advance(large.Length);
        Assert.True(_writer.GetSpan().Length > 0);
        _writer.Write<byte>([4]);
        await _writer.FlushAsync().Within();
        byte[] expected = [1, 2, 3, .. large, 4];
        Assert.Equal(expected, _wire.TakeFrames().SelectMany(frame => frame).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Advance(1));
    }

    [Fact]
    public async Task A_write_behind_unflushed_bytes_keeps_their_order()
    {
        _writer.Write<byte>([1]);
        await _writer.WriteAsync(new byte[] { 2 }).Within();
        Assert.Equal([1, 2], Assert.Single(_wire.TakeFrames()));
    }

    [Fact]
    public async Task A_flush_of_nothing_sends_nothing()
    {
        _writer.GetMemory(100);
        await _writer.FlushAsync().Within();
        await _writer.WriteAsync(default).Within();
        Assert.Empty(_wire.TakeFrames());
        Assert.Equal(0ul, _wire.SendCipher.Nonce);
    }

    [Fact]
    public async Task Each_flush_flushes_the_raw_writer_once()
    {
        var counting = new CountingPipeWriter(_wire.Raw.Writer);
        var writer = new NoisePipeWriter(counting, _wire.SendCipher);
        writer.Write(SealedWire.Pattern(200_000));
        Assert.Equal(0, counting.Flushes);
        await writer.FlushAsync().Within();
        Assert.Equal(1, counting.Flushes);
        await writer.WriteAsync(SealedWire.Pattern(200_000)).Within();
        Assert.Equal(2, counting.Flushes);
    }

    [Fact]
    public async Task A_flush_waits_while_the_remote_does_not_read_and_can_be_cancelled()
    {
        var wire = new SealedWire(pauseWriterBytes: 1000);
        var writer = new NoisePipeWriter(wire.Raw.Writer, wire.SendCipher);
        Task<FlushResult> flushing = writer.WriteAsync(new byte[2000]).AsTask();
        Assert.False(flushing.IsCompleted);
        writer.CancelPendingFlush();
        Assert.True((await flushing.Within()).IsCanceled);

        flushing = writer.WriteAsync(new byte[1]).AsTask();
        Assert.False(flushing.IsCompleted);
        Assert.Equal(2, wire.TakeFrames().Count);
        Assert.False((await flushing.Within()).IsCanceled);
    }

    [Fact]
    public async Task A_flush_says_when_the_remote_is_gone()
    {
        await _wire.Raw.Reader.CompleteAsync();
        Assert.True((await _writer.WriteAsync(new byte[1]).Within()).IsCompleted);
    }

    [Fact]
    public async Task Completing_sends_what_was_written_and_completes_the_raw_writer()
    {
        _writer.Write<byte>([1, 2]);
        await _writer.CompleteAsync();
        await _writer.CompleteAsync();
        Assert.Equal([1, 2], Assert.Single(_wire.TakeFrames()));
        Assert.True(_wire.Raw.Reader.TryRead(out ReadResult end) && end.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => _writer.GetMemory());
        await Assert.ThrowsAsync<InvalidOperationException>(() => _writer.FlushAsync().Within());
    }

    [Fact]
    public void Completing_with_a_failure_sends_nothing_more()
    {
        _writer.Write<byte>([1, 2]);
        _writer.Complete(new IOException("gone"));
        Assert.Throws<IOException>(() => _wire.Raw.Reader.TryRead(out _));
        Assert.Equal(0ul, _wire.SendCipher.Nonce);
    }

    [Fact]
    public async Task When_the_nonces_are_spent_the_connection_is_over()
    {
        _wire.SendCipher.Nonce = _wire.ReceiveCipher.Nonce = ulong.MaxValue - 1;
        await _writer.WriteAsync(new byte[] { 1 }).Within();
        Assert.Equal([1], Assert.Single(_wire.TakeFrames()));
        MuxerConnectionException failure =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => _writer.WriteAsync(new byte[] { 2 }).Within());
        Assert.Equal(ConnectionEndReason.LimitReached, failure.Reason);
        await _writer.CompleteAsync();
        Assert.Empty(_wire.TakeFrames());
    }

    private void ExpectFrames(byte[] expected, int[] frames)
    {
        List<byte[]> sent = _wire.TakeFrames();
        Assert.Equal(frames, sent.Select(frame => frame.Length));
        Assert.Equal(expected, sent.SelectMany(frame => frame).ToArray());
    }

    private sealed class CountingPipeWriter(PipeWriter inner) : PipeWriter
    {
        public int Flushes { get; private set; }

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return inner.FlushAsync(cancellationToken);
        }
    }
}
