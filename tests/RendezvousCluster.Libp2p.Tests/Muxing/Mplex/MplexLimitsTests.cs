using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Mplex;

/// <summary>Without windows everything else has to bound memory: buffer caps, the stall timeout, limits on streams and rates.</summary>
public sealed class MplexLimitsTests
{
    private const int Cap = 256 * 1024;
    private static readonly TimeSpan Stall = new Libp2pLimits().MplexStallTimeout;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_stream_buffers_its_cap_without_holding_anything_up()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendMessageAsync(1, Cap);

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(Cap, (await stream.Input.ReadExactlyAsync(Cap)).Length);
    }

    [Fact]
    public async Task A_full_stream_holds_up_the_connection_until_the_application_reads()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream full = await peer.OpenAsync(1);
        IMuxedStream other = await peer.OpenAsync(2);
        await peer.SendMessageAsync(1, Cap + 10);
        await peer.SendAsync(MplexFlag.MessageInitiator, 2, [1]);
        await peer.Time.TimerCreatedAsync(Stall);
        Assert.False(other.Input.TryRead(out _));

        await full.Input.ReadExactlyAsync(10);

        Assert.Equal([1], await other.Input.ReadExactlyAsync(1));
        peer.Time.Advance(Stall + Stall);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(Cap, (await full.Input.ReadExactlyAsync(Cap)).Length);
    }

    [Fact]
    public async Task A_stream_that_stays_full_is_reset_at_the_stall_timeout_and_not_before()
    {
        using var refusals = new RefusalProbe("mplex_stream_buffer");
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream full = await peer.OpenAsync(1);
        IMuxedStream other = await peer.OpenAsync(2);
        await peer.SendMessageAsync(1, Cap + 1);
        await peer.SendAsync(MplexFlag.MessageInitiator, 2, [1]);
        await peer.Time.TimerCreatedAsync(Stall);

        peer.Time.Advance(Stall - Tick);
        Assert.False(other.Input.TryRead(out _));
        peer.Time.Advance(Tick);

        await peer.ExpectAsync(MplexFlag.ResetReceiver, 1);
        Assert.Equal([1], await other.Input.ReadExactlyAsync(1));
        Assert.Equal(StreamEndReason.BufferExceeded, await full.ReadFailsAsync());
        Assert.True(refusals.Count >= 1);

        // Further messages for it are dropped.
        await peer.SendMessageAsync(1, 100_000);
        await peer.ExpectNothingMoreAsync();
        Assert.Null(peer.Connection.EndReason);
    }

    [Fact]
    public async Task The_streams_of_a_connection_share_one_cap()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { MaxReceiveBytesPerConnection = 2 * Cap });
        IMuxedStream first = await peer.OpenAsync(1);
        await peer.OpenAsync(2);
        await peer.OpenAsync(3);
        await peer.SendMessageAsync(1, Cap);
        await peer.SendMessageAsync(2, Cap);
        await peer.SendMessageAsync(3, 1);
        await peer.Time.TimerCreatedAsync(Stall);

        await first.DisposeAsync();

        await peer.ExpectAsync(MplexFlag.ResetReceiver, 1);
        await peer.ExpectNothingMoreAsync();
        Assert.Null(peer.Connection.EndReason);
    }

    [Fact]
    public async Task A_flood_into_streams_that_nobody_reads_resets_one_after_the_other()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { MplexStreamBufferBytes = 1_000 });
        for (ulong id = 1; id <= 20; id++)
        {
            peer.Write(new MplexHeader(id, MplexFlag.NewStream, 0));
            peer.Write(new MplexHeader(id, MplexFlag.MessageInitiator, 50_000), new byte[50_000]);
        }

        ValueTask<FlushResult> flush = peer.StartFlush();
        for (ulong id = 1; id <= 20; id++)
        {
            Task<byte[]> reset = peer.ExpectAsync(MplexFlag.ResetReceiver, id);
            while (!reset.IsCompleted)
            {
                // Each stall begins when the one before has ended; the wait inside the expectation bounds this loop.
                peer.Time.Advance(Stall);
                await Task.Yield();
            }

            await reset;
        }

        await flush.Within();
        Assert.Null(peer.Connection.EndReason);
    }

    [Fact]
    public async Task The_stream_above_the_limit_is_reset_and_the_connection_lives()
    {
        using var refusals = new RefusalProbe("inbound_streams");
        await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { MaxInboundStreamsPerConnection = 2 });
        await peer.OpenAsync(1);
        await peer.ExpectNothingMoreAsync();

        await peer.SendAsync(MplexFlag.NewStream, 2, "name"u8.ToArray());

        await peer.ExpectAsync(MplexFlag.ResetReceiver, 2);
        await peer.ExpectNothingMoreAsync();
        Assert.True(refusals.Count >= 1);
    }

    [Fact]
    public async Task Opens_above_the_rate_end_the_connection()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { StreamOpensBurst = 5, StreamOpensPerSecond = 1 });
        for (ulong id = 1; id <= 5; id++)
        {
            await peer.OpenAsync(id);
        }

        peer.Time.Advance(TimeSpan.FromSeconds(1));
        await peer.OpenAsync(6);
        await peer.SendAsync(MplexFlag.NewStream, 7);

        await peer.ExpectEndAsync(ConnectionEndReason.StreamRateExceeded);
    }

    [Fact]
    public async Task Refusals_that_are_not_read_stop_the_reading_and_none_is_lost()
    {
        await using MplexRawPeer peer =
            MplexRawPeer.Start(new Libp2pLimits { MaxInboundStreamsPerConnection = 1, StreamOpensBurst = int.MaxValue });
        await peer.OpenAsync(0);
        const ulong LastId = 60_000;
        for (ulong id = 1; id <= LastId; id++)
        {
            peer.Write(new MplexHeader(id, MplexFlag.NewStream, 0));
        }

        ValueTask<FlushResult> flush = peer.StartFlush();
        await peer.Time.TimerCreatedAsync(new Libp2pLimits().WriteTimeout);
        Assert.False(flush.IsCompleted);

        for (ulong id = 1; id <= LastId; id++)
        {
            await peer.ExpectAsync(MplexFlag.ResetReceiver, id);
        }

        await flush.Within();
    }

    [Fact]
    public async Task A_remote_that_reads_nothing_for_the_write_timeout_is_aborted()
    {
        var limits = new Libp2pLimits();
        await using MplexRawPeer peer = MplexRawPeer.Start(limits);
        IMuxedStream stream = await peer.OpenAsync(1);
        Task<FlushResult> flush = stream.Output.WriteAsync(new byte[200_000]).AsTask();
        await peer.Time.TimerCreatedAsync(limits.WriteTimeout);

        peer.Time.Advance(limits.WriteTimeout - Tick);
        Assert.Null(peer.Connection.EndReason);
        peer.Time.Advance(Tick);

        await peer.ExpectEndAsync(ConnectionEndReason.WriteTimeout);
        await Assert.ThrowsAsync<MuxerStreamException>(() => flush.Within());
    }

    [Fact]
    public async Task Our_opens_are_paced()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { MplexOutboundOpensPerSecond = 2 });
        await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();

        Task<IMuxedStream> third = peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask();
        await peer.Time.TimerCreatedAsync(OpenPacer.Window);
        peer.Time.Advance(OpenPacer.Window - Tick);
        Assert.False(third.IsCompleted);
        peer.Time.Advance(Tick);

        Assert.Equal(2UL, (await third.Within()).Id);
    }

    [Fact]
    public async Task A_paced_open_can_be_cancelled_and_ends_with_the_connection()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { MplexOutboundOpensPerSecond = 1 });
        await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        using var cancellation = new CancellationTokenSource();
        Task<IMuxedStream> cancelled = peer.Connection.OpenStreamAsync(cancellation.Token).AsTask();
        Task<IMuxedStream> waiting = peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        peer.Connection.Abort(ConnectionEndReason.HostStopping);

        MuxerConnectionException failure = await Assert.ThrowsAsync<MuxerConnectionException>(() => waiting.Within());
        Assert.Equal(ConnectionEndReason.HostStopping, failure.Reason);
    }

    [Fact]
    public async Task Opens_that_wait_for_their_turn_count_as_open()
    {
        await using MplexRawPeer peer =
            MplexRawPeer.Start(new Libp2pLimits { MplexOutboundOpensPerSecond = 1, MaxOutboundStreamsPerConnection = 2 });
        await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        Task<IMuxedStream> waiting = peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask();

        MuxerConnectionException failure =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask());

        Assert.Equal(ConnectionEndReason.LimitReached, failure.Reason);
        Assert.False(waiting.IsCompleted);
        peer.Connection.Abort(ConnectionEndReason.HostStopping);
        await Assert.ThrowsAsync<MuxerConnectionException>(() => waiting.Within());
    }

    [Fact]
    public async Task Our_ids_stay_below_two_to_the_28th()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start(firstStreamId: MplexConnection.MaxOutboundId);
        Assert.Equal((1UL << 28) - 1, (await peer.Connection.OpenStreamAsync(CancellationToken.None).Within()).Id);

        MuxerConnectionException failure =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask());

        Assert.Equal(ConnectionEndReason.LimitReached, failure.Reason);
    }
}
