using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Codec;

public sealed class RendezvousFrameReaderTests : IDisposable
{
    private const int MaxFrameBytes = 64 * 1024;
    private static readonly TimeSpan FrameTimeout = TimeSpan.FromSeconds(10);

    // Inline: when a write returns, the reader has seen it and set its timer.
    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0,
        useSynchronizationContext: false));
    private readonly FakeTimeProvider _time = new();
    private readonly RendezvousFrameReader _reader;

    public RendezvousFrameReaderTests() => _reader = new RendezvousFrameReader(_pipe.Reader, MaxFrameBytes, FrameTimeout, _time);

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task Frames_come_in_order_then_null_at_the_end()
    {
        await Write([.. ProtobufBytes.Frame([1, 2]), .. ProtobufBytes.Frame([]), .. ProtobufBytes.Frame([3])]);
        await _pipe.Writer.CompleteAsync();

        Assert.Equal([1, 2], await Read());
        Assert.Empty((await Read())!);
        Assert.Equal([3], await Read());
        Assert.Null(await Read());
        Assert.Null(await Read());
    }

    [Fact]
    public async Task Frame_over_many_segments_is_put_together()
    {
        byte[] payload = [.. Enumerable.Range(0, 10_000).Select(index => (byte)index)];
        foreach (byte[] piece in ProtobufBytes.Frame(payload).Chunk(777))
        {
            await Write(piece);
        }

        await Write(ProtobufBytes.Frame([7]));
        Assert.Equal(payload, await Read());
        Assert.Equal([7], await Read());
    }

    [Fact]
    public async Task Frame_of_exactly_the_limit_is_read()
    {
        byte[] payload = new byte[MaxFrameBytes];
        await Write(ProtobufBytes.Frame(payload));
        Assert.Equal(payload.Length, (await Read())!.Length);
    }

    [Fact]
    public async Task Frame_of_a_byte_more_is_refused_by_its_prefix()
    {
        await Write([0x81, 0x80, 0x04]);
        await Assert.ThrowsAsync<InvalidFrameException>(Read);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("0501")]
    public async Task Stream_that_ends_inside_a_frame_is_invalid(string hex)
    {
        await Write(Convert.FromHexString(hex));
        await _pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidFrameException>(Read);
    }

    [Fact]
    public async Task Idle_stream_is_not_timed()
    {
        Task<byte[]?> read = Read();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(read.IsCompleted);
        await Write(ProtobufBytes.Frame([1]));
        Assert.Equal([1], await read);
    }

    [Fact]
    public async Task Frame_must_arrive_within_the_time()
    {
        Task<byte[]?> read = Read();
        await Write([0x03, 0x01]);
        _time.Advance(FrameTimeout - TimeSpan.FromTicks(1));
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<InvalidFrameException>(() => read.Within());
    }

    [Fact]
    public async Task Trickling_bytes_do_not_prolong_the_time()
    {
        Task<byte[]?> read = Read();
        await Write([0x7F]);
        for (int second = 1; second < FrameTimeout.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Write([0x00]);
        }

        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<InvalidFrameException>(() => read.Within());
    }

    [Fact]
    public async Task Time_starts_anew_with_each_frame()
    {
        for (int round = 0; round < 3; round++)
        {
            Task<byte[]?> read = Read();
            await Write([0x02, 0x01]);
            _time.Advance(FrameTimeout - TimeSpan.FromSeconds(1));
            await Write([0x02]);
            Assert.Equal([1, 2], await read);
        }
    }

    [Fact]
    public async Task Frame_larger_than_the_stream_s_window_arrives_whole_with_what_follows_it()
    {
        (InMemoryMuxedStream writer, InMemoryMuxedStream stream) = InMemoryMuxedStream.CreatePair();
        using var reader = new RendezvousFrameReader(stream.Input, 4 * 1024 * 1024, FrameTimeout, _time);
        byte[] payload = [.. Enumerable.Range(0, 1_000_000).Select(index => (byte)(index * 7))];
        Task writing = writer.Output.WriteAsync(
            new byte[][]
            {
                ProtobufBytes.Frame([1]), ProtobufBytes.Frame(payload), ProtobufBytes.Frame([2]), ProtobufBytes.Frame(payload),
            }.SelectMany(frame => frame).ToArray()).AsTask();

        foreach (byte[] expected in new byte[][] { [1], payload, [2], payload })
        {
            byte[]? read = (await reader.ReadAsync(CancellationToken.None).Within())?.ToArray();
            Assert.True(expected.AsSpan().SequenceEqual(read));
        }

        await writing.Within();
        await writer.CloseWriteAsync().Within();
        Assert.Null(await reader.ReadAsync(CancellationToken.None).Within());
    }

    [Fact]
    public async Task Long_frame_must_arrive_within_the_time_too()
    {
        using var reader = new RendezvousFrameReader(_pipe.Reader, 4 * 1024 * 1024, FrameTimeout, _time);
        Task<ReadOnlyMemory<byte>?> read = reader.ReadAsync(CancellationToken.None).AsTask();
        byte[] frame = ProtobufBytes.Frame(new byte[1_000_000]);
        await Write(frame[..200_000]);
        for (int second = 1; second < FrameTimeout.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Write([0]);
        }

        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<InvalidFrameException>(() => read.Within());
    }

    [Fact]
    public async Task Stream_that_ends_inside_a_long_frame_is_invalid()
    {
        using var reader = new RendezvousFrameReader(_pipe.Reader, 4 * 1024 * 1024, FrameTimeout, _time);
        await Write(ProtobufBytes.Frame(new byte[1_000_000])[..200_000]);
        await _pipe.Writer.CompleteAsync();

        await Assert.ThrowsAsync<InvalidFrameException>(() => reader.ReadAsync(CancellationToken.None).AsTask());
    }

    private async Task Write(byte[] bytes) => await _pipe.Writer.WriteAsync(bytes).Within();

    private async Task<byte[]?> Read() => (await _reader.ReadAsync(CancellationToken.None).Within())?.ToArray();
}
