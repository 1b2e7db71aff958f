using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class NoisePipeReaderTests
{
    private readonly SealedWire _wire = new();
    private readonly NoisePipeReader _reader;

    public NoisePipeReaderTests()
    {
        _reader = new NoisePipeReader(_wire.Raw.Reader, _wire.ReceiveCipher);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(65518)]
    [InlineData(65519)]
    public async Task A_frame_of_any_size_is_opened(int plaintextBytes)
    {
        byte[] plaintext = SealedWire.Pattern(plaintextBytes);
        await _wire.SendFrameAsync(plaintext).Within();
        ReadResult result = await _reader.ReadAsync().Within();
        Assert.Equal(plaintext, result.Buffer.ToArray());
        Assert.False(result.IsCompleted);
    }

    [Fact]
    public async Task All_frames_that_have_arrived_come_in_one_read()
    {
        await _wire.SendFrameAsync(1, 2).Within();
        await _wire.SendFrameAsync(3).Within();
        await _wire.SendFrameAsync(4, 5).Within();
        ReadResult result = await _reader.ReadAsync().Within();
        Assert.Equal([1, 2, 3, 4, 5], result.Buffer.ToArray());
    }

    [Fact]
    public async Task A_frame_without_plaintext_delivers_nothing_and_does_not_end_the_stream()
    {
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        await _wire.SendFrameAsync().Within();
        await _wire.SendFrameAsync().Within();
        Assert.False(reading.IsCompleted);
        Assert.Equal(2ul, _wire.ReceiveCipher.Nonce);
        await _wire.SendFrameAsync(7).Within();
        ReadResult result = await reading.Within();
        Assert.Equal([7], result.Buffer.ToArray());
        Assert.False(result.IsCompleted);
    }

    [Fact]
    public async Task The_end_between_frames_is_the_end()
    {
        await _wire.SendFrameAsync(1).Within();
        await _wire.Raw.Writer.CompleteAsync();
        ReadResult result = await _reader.ReadAtLeastAsync(2).Within();
        Assert.Equal([1], result.Buffer.ToArray());
        Assert.True(result.IsCompleted);
        _reader.AdvanceTo(result.Buffer.End);

        ReadResult again = await _reader.ReadAsync().Within();
        Assert.True(again is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Fact]
    public async Task The_end_inside_a_frame_at_any_offset_is_a_failure_after_what_came_whole()
    {
        for (int cut = 1; cut < NoiseFrame.LengthBytes + 3 + CipherState.TagBytes; cut++)
        {
            var wire = new SealedWire();
            var reader = new NoisePipeReader(wire.Raw.Reader, wire.ReceiveCipher);
            await wire.SendFrameAsync(1).Within();
            await wire.Raw.Writer.WriteAsync(wire.SealFrame([2, 3, 4]).AsMemory(0, cut)).Within();
            await wire.Raw.Writer.CompleteAsync();
            await ExpectDataThenFailureAsync(reader, [1], ConnectionEndReason.TransportFailed);
        }
    }

    [Fact]
    public async Task A_changed_byte_at_any_offset_of_the_body_is_a_failure_after_what_came_before()
    {
        for (int offset = NoiseFrame.LengthBytes; offset < NoiseFrame.LengthBytes + 3 + CipherState.TagBytes; offset++)
        {
            var wire = new SealedWire();
            var reader = new NoisePipeReader(wire.Raw.Reader, wire.ReceiveCipher);
            await wire.SendFrameAsync(1).Within();
            byte[] frame = wire.SealFrame([2, 3, 4]);
            frame[offset] ^= 0x20;
            await wire.Raw.Writer.WriteAsync(frame).Within();
            await wire.SendFrameAsync(5).Within();
            await ExpectDataThenFailureAsync(reader, [1], ConnectionEndReason.DecryptFailed);
        }
    }

    [Fact]
    public async Task Frames_repeated_or_out_of_order_are_a_failure()
    {
        byte[] frame = _wire.SealFrame([1]);
        await _wire.Raw.Writer.WriteAsync(frame).Within();
        await _wire.Raw.Writer.WriteAsync(frame).Within();
        await ExpectDataThenFailureAsync(_reader, [1], ConnectionEndReason.DecryptFailed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    public async Task A_frame_shorter_than_its_tag_is_a_failure(int bodyBytes)
    {
        byte[] frame = new byte[NoiseFrame.LengthBytes + bodyBytes];
        NoiseFrame.WriteLength(frame, bodyBytes);
        await _wire.Raw.Writer.WriteAsync(frame).Within();
        await ExpectDataThenFailureAsync(_reader, [], ConnectionEndReason.DecryptFailed);
    }

    [Fact]
    public async Task When_the_nonces_are_spent_the_connection_is_over()
    {
        _wire.SendCipher.Nonce = ulong.MaxValue - 1;
        _wire.ReceiveCipher.Nonce = ulong.MaxValue - 1;
        await _wire.SendFrameAsync(1).Within();
        await _wire.Raw.Writer.WriteAsync(new byte[] { 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }).Within();
        await ExpectDataThenFailureAsync(_reader, [1], ConnectionEndReason.DecryptFailed);
    }

    [Fact]
    public async Task Unexamined_bytes_are_shown_again_at_once_and_unconsumed_bytes_stay()
    {
        await _wire.SendFrameAsync(1, 2, 3, 4).Within();
        ReadResult result = await _reader.ReadAsync().Within();
        _reader.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.GetPosition(2));
        result = await _reader.ReadAsync().Within();
        Assert.Equal([2, 3, 4], result.Buffer.ToArray());

        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        await _wire.SendFrameAsync(5).Within();
        Assert.Equal([2, 3, 4, 5], (await reading.Within()).Buffer.ToArray());
    }

    [Fact]
    public async Task TryRead_opens_what_has_arrived_and_answers_false_when_there_is_nothing_new()
    {
        Assert.False(_reader.TryRead(out _));
        await _wire.SendFrameAsync().Within();
        Assert.False(_reader.TryRead(out _));
        await _wire.SendFrameAsync(1).Within();
        Assert.True(_reader.TryRead(out ReadResult result));
        Assert.Equal([1], result.Buffer.ToArray());
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.False(_reader.TryRead(out _));
        await _wire.Raw.Writer.CompleteAsync();
        Assert.True(_reader.TryRead(out result));
        Assert.True(result.IsCompleted);
    }

    [Fact]
    public async Task A_consumer_that_does_not_read_on_stops_the_remote()
    {
        const int frames = 64;
        var wire = new SealedWire(pauseWriterBytes: 256 * 1024);
        var reader = new NoisePipeReader(wire.Raw.Reader, wire.ReceiveCipher);
        byte[] plaintext = SealedWire.Pattern(16 * 1024);
        Task sending = SendAsync();
        async Task SendAsync()
        {
            for (int index = 0; index < frames; index++)
            {
                await wire.SendFrameAsync(plaintext);
            }

            await wire.Raw.Writer.CompleteAsync();
        }

        ReadResult result = await reader.ReadAsync().Within();
        Assert.InRange(result.Buffer.Length, 1, NoisePipeReader.MaxDecryptAheadBytes + NoiseFrame.MaxPlaintextBytes);
        for (int again = 0; again < 10; again++)
        {
            long shown = result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
            result = await reader.ReadAsync().Within();
            Assert.Equal(shown, result.Buffer.Length);
        }

        Assert.False(sending.IsCompleted);
        long total = 0;
        while (!result.IsCompleted)
        {
            total += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            result = await reader.ReadAsync().Within();
            Assert.InRange(result.Buffer.Length, 0, NoisePipeReader.MaxDecryptAheadBytes + NoiseFrame.MaxPlaintextBytes);
        }

        await sending.Within();
        Assert.Equal(frames * plaintext.Length, total + result.Buffer.Length);
    }

    [Fact]
    public async Task A_pull_ends_with_the_frame_that_reaches_the_bound()
    {
        byte[] plaintext = SealedWire.Pattern(NoisePipeReader.MaxDecryptAheadBytes / 4);
        for (int frame = 0; frame < 6; frame++)
        {
            await _wire.SendFrameAsync(plaintext).Within();
        }

        ReadResult result = await _reader.ReadAsync().Within();
        Assert.Equal(NoisePipeReader.MaxDecryptAheadBytes, result.Buffer.Length);
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = await _reader.ReadAsync().Within();
        Assert.Equal(6 * plaintext.Length, result.Buffer.Length);
    }

    [Fact]
    public async Task A_cancelled_read_returns_with_what_is_unread_and_the_next_one_goes_on()
    {
        await _wire.SendFrameAsync(1).Within();
        ReadResult result = await _reader.ReadAsync().Within();
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        _reader.CancelPendingRead();
        result = await reading.Within();
        Assert.True(result is { IsCanceled: true, IsCompleted: false });
        Assert.Equal([1], result.Buffer.ToArray());
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        await ExpectNextAsync(1, 2);
    }

    [Fact]
    public async Task A_cancellation_before_the_read_cancels_one_read()
    {
        _reader.CancelPendingRead();
        ReadResult result = await _reader.ReadAsync().Within();
        Assert.True(result is { IsCanceled: true, Buffer.IsEmpty: true });
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await ExpectNextAsync(2);
    }

    [Fact]
    public async Task The_token_ends_a_read_that_waits_and_the_next_one_goes_on()
    {
        using var cancellation = new CancellationTokenSource();
        Task<ReadResult> reading = _reader.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within());
        await ExpectNextAsync(2);
    }

    [Fact]
    public async Task A_failure_of_the_raw_connection_passes_unchanged()
    {
        await _wire.Raw.Writer.CompleteAsync(new IOException("cable pulled"));
        Assert.Equal("cable pulled", (await Assert.ThrowsAsync<IOException>(() => _reader.ReadAsync().Within())).Message);
    }

    [Fact]
    public async Task Completing_completes_the_raw_reader_once_and_ends_reading()
    {
        await _wire.SendFrameAsync(1).Within();
        await _reader.ReadAsync().Within();
        await _reader.CompleteAsync();
        await _reader.CompleteAsync();
        FlushResult flush = await _wire.Raw.Writer.WriteAsync(new byte[] { 1 }).Within();
        Assert.True(flush.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _reader.ReadAsync().Within());
        Assert.Throws<InvalidOperationException>(() => _reader.TryRead(out _));
    }

    private async Task ExpectNextAsync(params byte[] expected)
    {
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        await _wire.SendFrameAsync(2).Within();
        ReadResult result = await reading.Within();
        Assert.False(result.IsCanceled);
        Assert.Equal(expected, result.Buffer.ToArray());
    }

    // A failure that is found without waiting is thrown by the call itself.
    private static async Task ReadAsync(PipeReader reader) => await reader.ReadAsync().Within();

    private static async Task ExpectDataThenFailureAsync(PipeReader reader, byte[] data, ConnectionEndReason reason)
    {
        if (data.Length > 0)
        {
            ReadResult result = await reader.ReadAsync().Within();
            Assert.Equal(data, result.Buffer.ToArray());
            Assert.False(result.IsCompleted);
            reader.AdvanceTo(result.Buffer.End);
        }

        for (int attempt = 0; attempt < 2; attempt++)
        {
            MuxerConnectionException failure = await Assert.ThrowsAsync<MuxerConnectionException>(() => ReadAsync(reader));
            Assert.Equal(reason, failure.Reason);
        }
    }
}
