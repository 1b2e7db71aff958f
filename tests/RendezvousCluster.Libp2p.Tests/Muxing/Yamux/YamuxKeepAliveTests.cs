using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>When pings are sent and when silence ends the connection: both sides of each limit, in virtual time.</summary>
public sealed class YamuxKeepAliveTests
{
    private static readonly TimeSpan Interval = new Libp2pLimits().KeepAliveInterval;
    private static readonly TimeSpan Tolerance = new Libp2pLimits().KeepAliveTimeout;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_silent_remote_is_pinged_after_the_interval()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        await peer.Time.TimerCreatedAsync(Interval);

        peer.Time.Advance(Interval);

        await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1);
    }

    [Fact]
    public async Task An_answered_ping_is_followed_by_the_next_after_another_interval()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        for (uint value = 1; value <= 5; value++)
        {
            peer.Time.Advance(Interval);
            await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, value);
            await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, value);

            // This exchange counts as hearing from the remote, so the first interval after it passes without a ping.
            await peer.ExpectNothingMoreAsync();
            peer.Time.Advance(Interval);
        }

        Assert.Null(peer.Connection.EndReason);
    }

    [Fact]
    public async Task An_unanswered_ping_ends_the_connection_at_the_timeout_and_not_before()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        peer.Time.Advance(Interval);
        await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1);

        peer.Time.Advance(Tolerance - Tick);
        await peer.ExpectNothingMoreAsync();
        Assert.Null(peer.Connection.EndReason);
        peer.Time.Advance(Tick);

        await peer.ExpectEndAsync(ConnectionEndReason.KeepAliveTimeout);
    }

    [Fact]
    public async Task A_pong_of_another_value_is_not_an_answer()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        peer.Time.Advance(Interval);
        await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1);

        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 2);
        await peer.ExpectNothingMoreAsync();
        peer.Time.Advance(Tolerance);

        await peer.ExpectEndAsync(ConnectionEndReason.KeepAliveTimeout);
    }

    [Fact]
    public void A_remote_that_was_heard_of_is_not_pinged()
    {
        var keepAlive = new YamuxKeepAlive(Interval, Tolerance);

        keepAlive.OnFrame();
        Assert.Equal(KeepAliveAction.None, keepAlive.OnTimer(out TimeSpan next));
        Assert.Equal(Interval, next);
        Assert.Equal(KeepAliveAction.SendPing, keepAlive.OnTimer(out next));
        Assert.Equal(Tolerance, next);
        Assert.Equal(KeepAliveAction.TimedOut, keepAlive.OnTimer(out _));
    }

    [Fact]
    public void Only_the_awaited_pong_is_an_answer_and_only_once()
    {
        var keepAlive = new YamuxKeepAlive(Interval, Tolerance);

        Assert.False(keepAlive.OnPong(0));
        keepAlive.OnTimer(out _);
        Assert.False(keepAlive.OnPong(keepAlive.Value + 1));
        Assert.True(keepAlive.OnPong(keepAlive.Value));
        Assert.False(keepAlive.OnPong(keepAlive.Value));
        Assert.Equal(KeepAliveAction.SendPing, keepAlive.OnTimer(out _));
    }
}
