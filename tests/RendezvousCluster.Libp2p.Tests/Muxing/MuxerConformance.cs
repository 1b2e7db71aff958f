using System.IO.Pipelines;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>What every stream muxer promises: opening, half-closing, resetting, ending.</summary>
public abstract partial class MuxerConformance
{
    /// <summary>The muxer under test, on real time.</summary>
    protected abstract IStreamMuxer CreateMuxer();

    /// <summary>Limits under which tests may open streams as fast as they like.</summary>
    protected virtual Libp2pLimits CreateLimits() => new();

    /// <summary>The bytes that a connection counts as unread, and those in its account.</summary>
    private protected virtual (long Unread, long Held) BooksOf(IMuxedConnection connection) =>
        (((MuxedConnection)connection).UnreadBytes, ((MuxedConnection)connection).Account.HeldBytes);

    private protected virtual MuxedPair StartPair(Func<IDuplexPipe, IDuplexPipe>? cut = null) =>
        MuxedPair.Start(CreateMuxer(), CreateLimits(), cut);

    [Fact]
    public async Task Bytes_arrive_in_order_on_a_stream_opened_by_the_dialer()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        await dialed.WriteAsync("hello"u8.ToArray());
        await dialed.WriteAsync(" world"u8.ToArray());

        Assert.Equal("hello world", Encoding.UTF8.GetString(await accepted.Input.ReadExactlyAsync(11)));
        Assert.True(dialed.IsOutbound);
        Assert.False(accepted.IsOutbound);
        Assert.Equal(dialed.Id, accepted.Id);
    }

    [Fact]
    public async Task The_listener_opens_streams_too()
    {
        await using MuxedPair pair = StartPair();
        IMuxedStream opened = await pair.Listener.OpenStreamAsync(CancellationToken.None).Within();
        IMuxedStream? accepted = await pair.Dialer.AcceptStreamAsync(CancellationToken.None).Within();

        await opened.WriteAsync([1, 2, 3]);

        Assert.Equal([1, 2, 3], await accepted!.Input.ReadExactlyAsync(3));
    }

    [Fact]
    public async Task A_stream_can_be_answered_before_it_was_written_to()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        await accepted.WriteAsync([9]);

        Assert.Equal([9], await dialed.Input.ReadExactlyAsync(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(1024 * 1024)]
    [InlineData((5 * 1024 * 1024) + 17)]
    public async Task An_echo_returns_every_byte(int count)
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        byte[] bytes = RandomBytes(count);

        Task echo = accepted.EchoAsync();
        Task send = dialed.SendAllAsync(bytes);
        byte[] echoed = await dialed.Input.ReadAllAsync();

        AssertSame(bytes, echoed);
        await Task.WhenAll(echo, send).Within();
    }

    [Fact]
    public async Task Both_directions_carry_data_at_once()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        byte[] forth = RandomBytes(2 * 1024 * 1024);
        byte[] back = RandomBytes((2 * 1024 * 1024) + 1);

        Task sending = Task.WhenAll(dialed.SendAllAsync(forth), accepted.SendAllAsync(back));
        Task<byte[]> atListener = accepted.Input.ReadAllAsync();
        Task<byte[]> atDialer = dialed.Input.ReadAllAsync();

        AssertSame(forth, await atListener);
        AssertSame(back, await atDialer);
        await sending.Within();
    }

    [Fact]
    public async Task A_half_closed_stream_still_receives_the_reply()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        await dialed.SendAllAsync([1, 2]);
        Assert.Equal([1, 2], await accepted.Input.ReadAllAsync());
        await accepted.SendAllAsync([3, 4]);

        Assert.Equal([3, 4], await dialed.Input.ReadAllAsync());
    }

    [Fact]
    public async Task Half_close_without_data_is_an_end_of_stream()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        await dialed.CloseWriteAsync().Within();
        await dialed.CloseWriteAsync().Within();

        Assert.Empty(await accepted.Input.ReadAllAsync());
    }

    [Fact]
    public async Task Half_close_sends_what_was_written_but_not_flushed()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        dialed.Output.GetSpan(1)[0] = 42;
        dialed.Output.Advance(1);
        await dialed.CloseWriteAsync().Within();

        Assert.Equal([42], await accepted.Input.ReadAllAsync());
    }

    [Fact]
    public async Task Completing_the_output_is_a_half_close()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        await dialed.WriteAsync([7]);
        await dialed.Output.CompleteAsync();

        Assert.Equal([7], await accepted.Input.ReadAllAsync());
    }

    [Fact]
    public async Task A_finished_stream_leaves_the_table_on_both_sides()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        Assert.Equal(1, pair.Dialer.OpenStreamCount);

        Task echo = accepted.EchoAsync();
        await dialed.SendAllAsync([1]);
        await dialed.Input.ReadAllAsync();
        await echo.Within();

        Assert.Equal(0, pair.Dialer.OpenStreamCount);
        Assert.Equal(0, pair.Listener.OpenStreamCount);
    }

    [Fact]
    public async Task A_reset_is_an_exception_for_reader_and_writer_on_both_sides()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await dialed.WriteAsync([1]);
        await accepted.Input.ReadExactlyAsync(1);
        Task<StreamEndReason> pendingRead = accepted.ReadFailsAsync();

        dialed.Reset();
        dialed.Reset();

        Assert.Equal(StreamEndReason.ResetByRemote, await pendingRead.Within());
        Assert.Equal(StreamEndReason.ResetByRemote, await accepted.WriteFailsAsync());
        Assert.Equal(StreamEndReason.ResetLocally, await dialed.ReadFailsAsync());
        Assert.Equal(StreamEndReason.ResetLocally, await dialed.WriteFailsAsync());
        await Assert.ThrowsAsync<MuxerStreamException>(() => accepted.CloseWriteAsync().AsTask());
    }

    [Fact]
    public async Task A_reset_of_one_stream_leaves_the_others_alone()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream first, IMuxedStream firstAccepted) = await pair.OpenAsync();
        (IMuxedStream second, IMuxedStream secondAccepted) = await pair.OpenAsync();

        first.Reset();
        Assert.Equal(StreamEndReason.ResetByRemote, await firstAccepted.ReadFailsAsync());
        Task echo = secondAccepted.EchoAsync();
        await second.SendAllAsync([5, 6]);

        Assert.Equal([5, 6], await second.Input.ReadAllAsync());
        await echo.Within();
        Assert.Null(pair.Dialer.EndReason);
    }

    [Fact]
    public async Task Bytes_received_whole_can_be_read_after_a_reset()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.SendAllAsync([1, 2, 3]);
        accepted.Reset();
        Assert.Equal(StreamEndReason.ResetByRemote, await dialed.WriteFailsAsync());

        Assert.Equal([1, 2, 3], await dialed.Input.ReadAllAsync());
    }

    [Fact]
    public async Task Disposing_an_unfinished_stream_resets_it()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await dialed.WriteAsync([1]);

        await dialed.DisposeAsync();

        Assert.Equal(StreamEndReason.ResetByRemote, await accepted.ReadFailsAsync());
    }

    [Fact]
    public async Task Disposing_a_finished_stream_resets_nothing()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await dialed.CloseWriteAsync().Within();
        await accepted.Input.ReadAllAsync();
        await accepted.WriteAsync([8]);

        await accepted.Output.CompleteAsync();
        await accepted.DisposeAsync();

        Assert.Equal([8], await dialed.Input.ReadAllAsync());
    }

    [Fact]
    public async Task A_hundred_streams_echo_at_once()
    {
        await using MuxedPair pair = StartPair();
        Task server = Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            await using IMuxedStream? stream = await pair.Listener.AcceptStreamAsync(CancellationToken.None).Within();
            await stream!.EchoAsync();
        }));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async index =>
        {
            byte[] bytes = RandomBytes(1 + (index * 997));
            await using IMuxedStream stream = await pair.Dialer.OpenStreamAsync(CancellationToken.None).Within();
            Task send = stream.SendAllAsync(bytes);
            AssertSame(bytes, await stream.Input.ReadAllAsync());
            await send;
        })).Within();
        await server.Within();

        Assert.Equal(0, pair.Dialer.OpenStreamCount);
    }

    [Fact]
    public async Task Close_ends_both_connections_and_fails_their_streams()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        Task<IMuxedStream?> waiting = pair.Listener.AcceptStreamAsync(CancellationToken.None).AsTask();

        await pair.Dialer.CloseAsync(CancellationToken.None).Within();
        await pair.Listener.Completion.Within();

        Assert.Equal(ConnectionEndReason.ClosedLocally, pair.Dialer.EndReason);
        Assert.Equal(ConnectionEndReason.ClosedByRemote, pair.Listener.EndReason);
        Assert.Equal(StreamEndReason.ConnectionEnded, await dialed.ReadFailsAsync());
        Assert.Equal(StreamEndReason.ConnectionEnded, await accepted.ReadFailsAsync());
        Assert.Equal(StreamEndReason.ConnectionEnded, await accepted.WriteFailsAsync());
        Assert.Null(await waiting.Within());
        Assert.Equal(0, pair.Listener.OpenStreamCount);
        MuxerConnectionException refusal =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => pair.Dialer.OpenStreamAsync(CancellationToken.None).AsTask());
        Assert.Equal(ConnectionEndReason.ClosedLocally, refusal.Reason);
    }

    [Fact]
    public async Task Bytes_sent_before_a_close_arrive()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        await dialed.SendAllAsync(new byte[100_000]);
        await pair.Dialer.CloseAsync(CancellationToken.None).Within();

        Assert.Equal(100_000, (await accepted.Input.ReadAllAsync()).Length);
    }

    [Fact]
    public async Task Abort_ends_the_connection_at_once_with_the_given_reason()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();

        pair.Dialer.Abort(ConnectionEndReason.HostStopping);
        pair.Dialer.Abort(ConnectionEndReason.LimitReached);
        await pair.Dialer.Completion.Within();
        await pair.Listener.Completion.Within();

        Assert.Equal(ConnectionEndReason.HostStopping, pair.Dialer.EndReason);
        Assert.Equal(StreamEndReason.ConnectionEnded, await dialed.WriteFailsAsync());
        Assert.Equal(StreamEndReason.ConnectionEnded, await accepted.ReadFailsAsync());
    }

    [Fact]
    public async Task A_pending_read_can_be_cancelled_and_taken_up_again()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        using var cancellation = new CancellationTokenSource();
        Task<ReadResult> read = accepted.Input.ReadAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        Task<ReadResult> second = accepted.Input.ReadAsync().AsTask();
        accepted.Input.CancelPendingRead();
        ReadResult cancelled = await second.Within();
        Assert.True(cancelled.IsCanceled);
        accepted.Input.AdvanceTo(cancelled.Buffer.Start);

        await dialed.WriteAsync([3]);
        Assert.Equal([3], await accepted.Input.ReadExactlyAsync(1));
    }

    [Fact]
    public async Task Accepting_can_be_cancelled()
    {
        await using MuxedPair pair = StartPair();
        using var cancellation = new CancellationTokenSource();
        Task<IMuxedStream?> accept = pair.Listener.AcceptStreamAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accept);
        (IMuxedStream dialed, _) = await pair.OpenAsync();
        Assert.NotNull(dialed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Frames_cut_anywhere_are_put_together(int fixedPieceBytes)
    {
        Random random = SeededRandom.Create(out int seed);
        await using MuxedPair pair = StartPair(pipe => fixedPieceBytes == 1
            ? SegmentingDuplexPipe.OneByteAtATime(pipe)
            : SegmentingDuplexPipe.RandomCuts(pipe, new Random(random.Next())));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async index =>
        {
            byte[] bytes = RandomBytes(5_000 + index);
            await using IMuxedStream stream = await pair.Dialer.OpenStreamAsync(CancellationToken.None).Within();
            await using IMuxedStream? accepted = await pair.Listener.AcceptStreamAsync(CancellationToken.None).Within();
            Task echo = accepted!.EchoAsync();
            Task send = stream.SendAllAsync(bytes, chunkBytes: 777);
            AssertSame(bytes, await stream.Input.ReadAllAsync(), $"seed {seed}");
            await Task.WhenAll(echo, send);
        })).Within();
    }

    private static void AssertSame(byte[] expected, byte[] actual, string? note = null) =>
        Assert.True(
            expected.AsSpan().SequenceEqual(actual), $"{actual.Length} bytes came that differ from the {expected.Length} sent. {note}");

    protected static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
