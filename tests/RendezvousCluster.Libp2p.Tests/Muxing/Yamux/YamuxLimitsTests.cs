using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>What a hostile remote can cost: streams, rates, frames that it makes us owe and does not read.</summary>
public sealed class YamuxLimitsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task The_stream_above_the_limit_is_reset_and_the_connection_lives()
    {
        using var refusals = new RefusalProbe("inbound_streams");
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { MaxInboundStreamsPerConnection = 2 });
        await peer.OpenAsync(1);
        IMuxedStream second = await peer.OpenAsync(3);

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.Syn | YamuxFlags.Fin, 5, body: [1, 2, 3]);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 5);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(2, peer.Connection.OpenStreamCount);
        Assert.True(refusals.Count >= 1);

        // A place becomes free when the stream is over on both sides.
        await peer.SendUpdateAsync(3, YamuxFlags.Fin);
        await second.CloseWriteAsync().Within();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, 3);
        await peer.OpenAsync(7);
    }

    [Fact]
    public async Task A_stream_that_we_reset_keeps_its_place_until_the_reset_is_written()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { MaxInboundStreamsPerConnection = 1 });
        IMuxedStream stream = await peer.OpenAsync(1);

        stream.Reset();

        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 1);
        await peer.OpenAsync(3);
    }

    [Fact]
    public async Task Streams_that_nobody_accepts_are_refused_above_the_limit()
    {
        using var refusals = new RefusalProbe("pending_streams");
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { MaxPendingStreamsPerConnection = 2 });
        await peer.SendUpdateAsync(1, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1);
        await peer.SendUpdateAsync(3, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 3);

        await peer.SendUpdateAsync(5, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 5);
        Assert.True(refusals.Count >= 1);

        Assert.Equal(1u, (await peer.Connection.AcceptStreamAsync(CancellationToken.None).Within())!.Id);
        await peer.SendUpdateAsync(7, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 7);
    }

    [Fact]
    public async Task A_stream_that_was_reset_while_it_waited_is_not_handed_out()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        await peer.SendUpdateAsync(1, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1);
        await peer.SendUpdateAsync(1, YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();

        Assert.Equal(3u, (await peer.OpenAsync(3)).Id);
    }

    [Fact]
    public async Task A_stream_that_was_finished_and_reset_while_it_waited_gives_its_bytes_back()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        await peer.SendDataAsync(1, 1_000, YamuxFlags.Syn | YamuxFlags.Fin);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1);
        await peer.SendUpdateAsync(1, YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(1_000, peer.Connection.UnreadBytes);

        await peer.OpenAsync(3);

        Assert.Equal(0, peer.Connection.UnreadBytes);
    }

    [Fact]
    public async Task Rapid_reset_up_to_the_burst_is_served_and_one_more_ends_the_connection()
    {
        using var refusals = new RefusalProbe("stream_open_rate");
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { StreamOpensBurst = 100, StreamOpensPerSecond = 10 });
        for (uint id = 1; id < 200; id += 2)
        {
            await peer.SendUpdateAsync(id, YamuxFlags.Syn | YamuxFlags.Rst);
        }

        await peer.ExpectNothingMoreAsync();

        // A tenth of a second earns exactly one more.
        peer.Time.Advance(TimeSpan.FromMilliseconds(100));
        await peer.SendUpdateAsync(201, YamuxFlags.Syn | YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();
        await peer.SendUpdateAsync(203, YamuxFlags.Syn | YamuxFlags.Rst);

        await peer.ExpectEndAsync(ConnectionEndReason.StreamRateExceeded, YamuxGoAwayCode.ProtocolError);
        Assert.True(refusals.Count >= 1);
    }

    [Fact]
    public async Task Streams_that_are_served_to_their_end_do_not_count_however_many_come()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { StreamOpensBurst = 2, StreamOpensPerSecond = 1 });
        uint id = 1;
        for (; id < 200; id += 2)
        {
            await ServeAsync(peer, id);
        }

        // One that the remote gives up after it was answered was served as well; two that came to nothing use up the burst.
        IMuxedStream answered = await peer.OpenAsync(id);
        await answered.CloseWriteAsync().Within();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, id);
        await peer.SendUpdateAsync(id, YamuxFlags.Rst);
        await peer.SendUpdateAsync(id + 2, YamuxFlags.Syn | YamuxFlags.Rst);
        await peer.SendUpdateAsync(id + 4, YamuxFlags.Syn | YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();

        await peer.SendUpdateAsync(id + 6, YamuxFlags.Syn);
        await peer.ExpectEndAsync(ConnectionEndReason.StreamRateExceeded, YamuxGoAwayCode.ProtocolError);
    }

    [Fact]
    public async Task Ten_thousand_opens_and_resets_end_at_the_default_limit()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        for (uint id = 1; id < 20_000; id += 2)
        {
            peer.Write(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0));
            peer.Write(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, id, 0));
        }

        await peer.StartFlush().Within();

        await peer.Connection.Completion.Within();
        Assert.Equal(ConnectionEndReason.StreamRateExceeded, peer.Connection.EndReason);
        Assert.Equal(0, peer.Connection.OpenStreamCount);
    }

    [Fact]
    public async Task Opens_and_resets_without_a_rate_limit_leave_nothing_behind()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { StreamOpensBurst = int.MaxValue });
        for (uint id = 1; id < 20_000; id += 2)
        {
            peer.Write(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0));
            peer.Write(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, id, 0));
        }

        peer.Write(new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 99));
        Task flush = peer.StartFlush().Within();
        await ReadUntilPongAsync(peer, 99);

        await flush;
        Assert.Equal(0, peer.Connection.OpenStreamCount);
    }

    /// <summary>
    /// Twenty thousand pongs are 240 kB. The transport takes 64 KiB of them, then reading has to stop, and no pong may be lost for it.
    /// </summary>
    [Fact]
    public async Task A_remote_that_pings_and_does_not_read_is_not_read_either()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        const uint Pings = 20_000;
        for (uint value = 0; value < Pings; value++)
        {
            peer.Write(new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Syn, 0, value));
        }

        ValueTask<FlushResult> flush = peer.StartFlush();
        await peer.Time.TimerCreatedAsync(new Libp2pLimits().WriteTimeout);
        Assert.False(flush.IsCompleted);

        for (uint value = 0; value < Pings; value++)
        {
            await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, value);
        }

        await flush.Within();
        Assert.Null(peer.Connection.EndReason);
    }

    [Fact]
    public async Task Refusals_that_are_not_read_stop_the_reading_and_none_is_lost()
    {
        await using YamuxRawPeer peer =
            YamuxRawPeer.Start(new Libp2pLimits { MaxInboundStreamsPerConnection = 1, StreamOpensBurst = int.MaxValue });
        await peer.OpenAsync(1);
        const uint LastId = 40_001;
        for (uint id = 3; id <= LastId; id += 2)
        {
            peer.Write(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0));
        }

        ValueTask<FlushResult> flush = peer.StartFlush();
        await peer.Time.TimerCreatedAsync(new Libp2pLimits().WriteTimeout);
        Assert.False(flush.IsCompleted);

        for (uint id = 3; id <= LastId; id += 2)
        {
            await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, id);
        }

        await flush.Within();
        Assert.Equal(1, peer.Connection.OpenStreamCount);
    }

    [Fact]
    public async Task A_remote_that_reads_nothing_for_the_write_timeout_is_aborted_and_not_before()
    {
        var limits = new Libp2pLimits();
        await using YamuxRawPeer peer = YamuxRawPeer.Start(limits);
        IMuxedStream stream = await peer.OpenAsync(1);
        Task<FlushResult> flush = stream.Output.WriteAsync(new byte[200_000]).AsTask();
        await peer.Time.TimerCreatedAsync(limits.WriteTimeout);

        peer.Time.Advance(limits.WriteTimeout - Tick);
        Assert.Null(peer.Connection.EndReason);
        peer.Time.Advance(Tick);

        await peer.ExpectEndAsync(ConnectionEndReason.WriteTimeout);
        MuxerStreamException failure = await Assert.ThrowsAsync<MuxerStreamException>(() => flush.Within());
        Assert.Equal(ConnectionEndReason.WriteTimeout, Assert.IsType<MuxerConnectionException>(failure.InnerException).Reason);
    }

    [Fact]
    public async Task A_remote_that_reads_slowly_is_not_aborted()
    {
        var limits = new Libp2pLimits();
        await using YamuxRawPeer peer = YamuxRawPeer.Start(limits);
        IMuxedStream stream = await peer.OpenAsync(1);
        Task<FlushResult> flush = stream.Output.WriteAsync(new byte[200_000]).AsTask();
        await peer.Time.TimerCreatedAsync(limits.WriteTimeout);
        peer.Time.Advance(limits.WriteTimeout - Tick);

        // Two batches are read: the flush that was waited for is over.
        int read = 0;
        while (read < 140_000)
        {
            read += (await peer.ReceiveAsync()).Body.Length;
        }

        peer.Time.Advance(Tick);
        while (read < 200_000)
        {
            read += (await peer.ReceiveAsync()).Body.Length;
        }

        await flush.Within();
        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Streams_that_are_never_read_hold_no_more_than_their_windows()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { ReceiveOverrunPause = TimeSpan.Zero });
        for (uint id = 1; id < 16; id += 2)
        {
            await peer.OpenAsync(id);
            await peer.SendDataAsync(id, YamuxStream.InitialWindowBytes);
        }

        await peer.ExpectNothingMoreAsync();
        await peer.SendDataAsync(1, 1);

        await peer.ExpectEndAsync(ConnectionEndReason.WindowExceeded, YamuxGoAwayCode.ProtocolError);
    }

    [Fact]
    public async Task We_open_no_more_streams_than_the_limit()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { MaxOutboundStreamsPerConnection = 1 });
        IMuxedStream stream = await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 2);

        MuxerConnectionException failure =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask());
        Assert.Equal(ConnectionEndReason.LimitReached, failure.Reason);
        Assert.Null(peer.Connection.EndReason);

        stream.Reset();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 2);
        await peer.ExpectNothingMoreAsync();
        await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
    }

    [Fact]
    public async Task The_last_id_is_used_and_then_no_other()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(isDialer: true, firstStreamId: uint.MaxValue);
        await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, uint.MaxValue);

        MuxerConnectionException failure =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask());

        Assert.Equal(ConnectionEndReason.LimitReached, failure.Reason);
    }

    private static async Task ReadUntilPongAsync(YamuxRawPeer peer, uint value)
    {
        while (true)
        {
            (YamuxHeader header, _) = await peer.ReceiveAsync();
            if (header.Type == YamuxFrameType.Ping)
            {
                Assert.Equal(value, header.Length);
                return;
            }

            // Nobody accepts here: what is above the limit of pending streams is refused.
            Assert.True(header.Flags is YamuxFlags.Ack or YamuxFlags.Rst, $"{header}");
        }
    }

    private static async Task ServeAsync(YamuxRawPeer peer, uint id)
    {
        IMuxedStream stream = await peer.OpenAsync(id);
        await peer.SendUpdateAsync(id, YamuxFlags.Fin);
        Assert.True((await stream.Input.ReadAsync().Within()).IsCompleted);
        await stream.CloseWriteAsync().Within();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, id);
        await stream.DisposeAsync();
    }
}
