using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>How connections end: goodbyes in both directions, and transports that break.</summary>
public sealed class YamuxEndTests
{
    [Fact]
    public async Task Close_says_go_away_and_ends_the_transport()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        Task close = peer.Connection.CloseAsync(CancellationToken.None).AsTask();

        await peer.ExpectEndAsync(ConnectionEndReason.ClosedLocally, YamuxGoAwayCode.Normal);
        await close.Within();
        Assert.Equal(StreamEndReason.ConnectionEnded, await stream.ReadFailsAsync());
    }

    [Fact]
    public async Task Flushed_and_finished_bytes_go_out_before_the_go_away()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await stream.WriteAsync([1, 2]);
        await stream.CloseWriteAsync().Within();

        Task close = peer.Connection.CloseAsync(CancellationToken.None).AsTask();

        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 2);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, 1);
        await peer.ExpectEndAsync(ConnectionEndReason.ClosedLocally, YamuxGoAwayCode.Normal);
        await close.Within();
    }

    [Fact]
    public async Task Closing_towards_a_remote_that_does_not_read_can_be_cancelled()
    {
        var limits = new Libp2pLimits();
        await using YamuxRawPeer peer = YamuxRawPeer.Start(limits);
        IMuxedStream stream = await peer.OpenAsync(1);
        Task<FlushResult> flush = stream.Output.WriteAsync(new byte[200_000]).AsTask();
        await peer.Time.TimerCreatedAsync(limits.WriteTimeout);
        using var cancellation = new CancellationTokenSource();

        Task close = peer.Connection.CloseAsync(cancellation.Token).AsTask();
        Assert.False(close.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => close.Within());
        await peer.ExpectEndAsync(ConnectionEndReason.ClosedLocally);
        await Assert.ThrowsAsync<MuxerStreamException>(() => flush.Within());
    }

    [Fact]
    public async Task After_the_remotes_go_away_open_streams_finish_and_no_new_ones_are_opened()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, (uint)YamuxGoAwayCode.Normal);
        await peer.ExpectNothingMoreAsync();
        MuxerConnectionException failure =
            await Assert.ThrowsAsync<MuxerConnectionException>(() => peer.Connection.OpenStreamAsync(CancellationToken.None).AsTask());
        Assert.Equal(ConnectionEndReason.ClosedByRemote, failure.Reason);
        await stream.WriteAsync([1]);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 1);
        await peer.SendUpdateAsync(1, YamuxFlags.Fin);
        Assert.Null(peer.Connection.EndReason);
        Task close = stream.CloseWriteAsync().AsTask();

        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, 1);
        await peer.ExpectEndAsync(ConnectionEndReason.ClosedByRemote, YamuxGoAwayCode.Normal);
        await close.Within();
    }

    [Fact]
    public async Task The_remotes_go_away_ends_a_connection_without_streams()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, (uint)YamuxGoAwayCode.Normal);

        await peer.ExpectEndAsync(ConnectionEndReason.ClosedByRemote, YamuxGoAwayCode.Normal);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(0x1234u)]
    public async Task A_go_away_with_an_error_ends_everything_at_once(uint code)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, code);

        await peer.ExpectEndAsync(ConnectionEndReason.ClosedByRemote, YamuxGoAwayCode.Normal);
        Assert.Equal(StreamEndReason.ConnectionEnded, await stream.ReadFailsAsync());
    }

    [Fact]
    public async Task The_end_of_the_transport_between_frames_is_a_close()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, 3, YamuxFlags.Fin);

        peer.EndTransport();

        await peer.ExpectEndAsync(ConnectionEndReason.ClosedByRemote);
        Assert.Equal(3, (await stream.Input.ReadAllAsync()).Length);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0000000000000001000000")]
    [InlineData("000000000000000100000005")]
    [InlineData("000000000000000100000005aabbccdd")]
    public async Task The_end_of_the_transport_inside_a_frame_is_a_failure(string hex)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        await peer.SendBytesAsync(Convert.FromHexString(hex));

        peer.EndTransport();

        await peer.ExpectEndAsync(ConnectionEndReason.TransportFailed);
    }

    [Fact]
    public async Task A_broken_transport_ends_the_connection_and_its_streams()
    {
        FaultyDuplexPipe? transport = null;
        await using YamuxRawPeer peer = YamuxRawPeer.Start(wrap: pipe => transport = new FaultyDuplexPipe(pipe));
        IMuxedStream stream = await peer.OpenAsync(1);

        transport!.FailReads(new IOException("Connection reset by peer."));

        await peer.ExpectEndAsync(ConnectionEndReason.TransportFailed);
        MuxerStreamException failure = await Assert.ThrowsAsync<MuxerStreamException>(() => stream.Input.ReadAllAsync());
        Assert.IsType<IOException>(failure.InnerException!.InnerException);
    }

    [Fact]
    public async Task A_reason_that_the_security_layer_gives_is_kept()
    {
        FaultyDuplexPipe? transport = null;
        await using YamuxRawPeer peer = YamuxRawPeer.Start(wrap: pipe => transport = new FaultyDuplexPipe(pipe));

        transport!.FailReads(new MuxerConnectionException(ConnectionEndReason.DecryptFailed, "A frame did not authenticate."));

        await peer.ExpectEndAsync(ConnectionEndReason.DecryptFailed);
    }

    [Fact]
    public async Task Bytes_of_the_remote_are_read_although_nothing_can_be_written_any_more()
    {
        var limits = new Libp2pLimits { MaxPendingControlFrames = 2 };
        await using YamuxRawPeer peer = YamuxRawPeer.Start(limits);
        IMuxedStream stream = await peer.OpenAsync(1);
        peer.StopReading();
        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1);
        await peer.Time.TimerCreatedAsync(limits.WriteTimeout);

        // More pongs than there are slots for: they are dropped, not waited for.
        for (uint value = 2; value < 10; value++)
        {
            await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, value);
        }

        await peer.SendDataAsync(1, 5, YamuxFlags.Fin);

        Assert.Equal(5, (await stream.Input.ReadAllAsync()).Length);
        Assert.Null(peer.Connection.EndReason);
        peer.EndTransport();
        await peer.ExpectEndAsync(ConnectionEndReason.ClosedByRemote);
    }

    [Fact]
    public async Task A_transport_that_takes_no_more_bytes_and_does_not_end_is_given_up()
    {
        var limits = new Libp2pLimits();
        await using YamuxRawPeer peer = YamuxRawPeer.Start(limits);
        peer.StopReading();
        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1);
        await peer.Time.TimerCreatedAsync(limits.WriteTimeout);

        peer.Time.Advance(limits.WriteTimeout);

        await peer.ExpectEndAsync(ConnectionEndReason.TransportFailed);
    }
}
