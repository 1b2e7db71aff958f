using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>What a remote sends and nobody reads: the cap, the time beyond it, and the account.</summary>
public sealed class YamuxUnreadTests
{
    private const int Window = YamuxStream.InitialWindowBytes;
    private const int Cap = 2 * Window;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly Libp2pLimits Limits = WithPause(TimeSpan.Zero);

    [Fact]
    public async Task A_connection_whose_unread_bytes_stay_over_the_cap_is_ended()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        await FillAsync(peer, 1, 3, 5);
        await peer.Time.TimerCreatedAsync(Limits.ReceiveOverrunTimeout);

        peer.Time.Advance(Limits.ReceiveOverrunTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Null(peer.Connection.EndReason);
        peer.Time.Advance(TimeSpan.FromMilliseconds(1));

        await peer.ExpectEndAsync(ConnectionEndReason.UnreadBytesExceeded);
        await peer.Connection.DisposeAsync();
        Assert.Equal(0, peer.Connection.Account.HeldBytes);
    }

    [Fact]
    public async Task A_remote_over_the_cap_is_read_at_a_crawl()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(WithPause(Pause));
        await FillAsync(peer, 1, 3);
        await peer.OpenAsync(5);
        await peer.SendDataAsync(5, 1);
        await peer.Time.TimerCreatedAsync(Pause);

        // A frame that comes now waits for the pause to end, and with it the answer.
        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 7);
        Task pong = peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 7);
        peer.Time.Advance(Pause - TimeSpan.FromMilliseconds(1));
        Assert.False(pong.IsCompleted);
        Assert.Equal(Cap + PipeBlocks.BlockBytes + TransportBuffers.MaxReadAheadBytes, peer.Connection.Account.HeldBytes);
        peer.Time.Advance(TimeSpan.FromMilliseconds(1));

        await pong;
    }

    [Fact]
    public async Task A_remote_whose_bytes_are_read_again_waits_no_longer()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(WithPause(Pause));
        IMuxedStream stream = await peer.OpenAsync(1);
        await FillAsync(peer, 3, 5);
        await peer.SendDataAsync(1, 1);
        await peer.Time.TimerCreatedAsync(Pause);
        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 7);

        await stream.Input.ReadExactlyAsync(1);

        await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 7);
    }

    [Fact]
    public async Task A_connection_that_ends_in_a_pause_ends()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(WithPause(Pause));
        await FillAsync(peer, 1, 3);
        await peer.OpenAsync(5);
        await peer.SendDataAsync(5, 1);
        await peer.Time.TimerCreatedAsync(Pause);

        await peer.Connection.DisposeAsync().AsTask().Within();

        Assert.Equal(0, peer.Connection.Account.HeldBytes);
    }

    [Fact]
    public async Task A_connection_at_the_cap_lives()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        await FillAsync(peer, 1, 3);

        peer.Time.Advance(10 * Limits.ReceiveOverrunTimeout);

        await peer.ExpectNothingMoreAsync();
        Assert.Null(peer.Connection.EndReason);
        Assert.Equal(Cap, peer.Connection.Account.HeldBytes);
    }

    [Fact]
    public async Task A_connection_that_gets_below_the_cap_in_time_has_the_whole_time_again()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        IMuxedStream first = await peer.OpenAsync(1);
        await FillAsync(peer, 3, 5);
        await peer.SendDataAsync(1, 1);
        await peer.ExpectNothingMoreAsync();
        peer.Time.Advance(Limits.ReceiveOverrunTimeout - TimeSpan.FromSeconds(1));

        await first.Input.ReadExactlyAsync(1);
        await peer.SendDataAsync(1, 1);
        await peer.ExpectNothingMoreAsync();

        peer.Time.Advance(Limits.ReceiveOverrunTimeout - TimeSpan.FromSeconds(1));
        await peer.ExpectNothingMoreAsync();
        Assert.Null(peer.Connection.EndReason);
        peer.Time.Advance(TimeSpan.FromSeconds(1));
        await peer.ExpectEndAsync(ConnectionEndReason.UnreadBytesExceeded);
    }

    [Fact]
    public async Task Unread_bytes_are_accounted_in_whole_blocks_until_they_are_read_or_dropped()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        ByteAccount account = peer.Connection.Account;
        IMuxedStream read = await peer.OpenAsync(1);
        IMuxedStream dropped = await peer.OpenAsync(3);
        IMuxedStream reset = await peer.OpenAsync(5);
        Assert.Equal(0, account.HeldBytes);

        await peer.SendDataAsync(1, 1);
        await peer.SendDataAsync(3, PipeBlocks.BlockBytes);
        await peer.SendDataAsync(5, PipeBlocks.BlockBytes + 1);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(4 * PipeBlocks.BlockBytes, account.HeldBytes);

        await read.Input.ReadExactlyAsync(1);
        Assert.Equal(3 * PipeBlocks.BlockBytes, account.HeldBytes);
        await dropped.Input.CompleteAsync();
        Assert.Equal(2 * PipeBlocks.BlockBytes, account.HeldBytes);
        await peer.SendUpdateAsync(5, YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(2 * PipeBlocks.BlockBytes, account.HeldBytes); // what came before a reset may still be read
        await reset.DisposeAsync();
        Assert.Equal(0, account.HeldBytes);
    }

    [Fact]
    public async Task Streams_beyond_the_first_few_are_accounted_even_when_nothing_lies_in_them()
    {
        const int Free = 8;
        await using YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        for (uint index = 0; index < Free + 2; index++)
        {
            await peer.OpenAsync((2 * index) + 1);
        }

        long held = peer.Connection.Account.HeldBytes;
        Assert.Equal(2 * 4096, held);
        await peer.SendUpdateAsync(1, YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(held / 2, peer.Connection.Account.HeldBytes);
    }

    [Fact]
    public async Task Written_bytes_are_accounted_until_the_remote_takes_them()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        IMuxedStream stream = await peer.OpenAsync(1);
        Task flush = stream.Output.WriteAsync(new byte[Window + PipeBlocks.BlockBytes]).AsTask();
        for (int taken = 0; taken < Window;)
        {
            taken += (int)(await peer.ReceiveAsync()).Header.Length;
        }

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(PipeBlocks.BlockBytes, peer.Connection.Account.HeldBytes);
        await peer.SendUpdateAsync(1, YamuxFlags.None, PipeBlocks.BlockBytes);
        await flush.Within();

        Assert.Equal(0, peer.Connection.Account.HeldBytes);
    }

    [Fact]
    public async Task Half_closed_streams_that_nobody_accepted_leave_nothing_in_the_account_of_an_ended_connection()
    {
        YamuxRawPeer peer = YamuxRawPeer.Start(Limits);
        for (uint id = 1; id < 21; id += 2)
        {
            await peer.SendDataAsync(id, 5_000, YamuxFlags.Syn | YamuxFlags.Fin);
            await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, id);
        }

        Assert.NotEqual(0, peer.Connection.Account.HeldBytes);
        await peer.Connection.DisposeAsync();

        Assert.Equal(0, peer.Connection.Account.HeldBytes);
    }

    private static Libp2pLimits WithPause(TimeSpan pause) => new()
    {
        MaxReceiveBytesPerConnection = Cap,
        ReceiveOverrunTimeout = TimeSpan.FromSeconds(5),
        ReceiveOverrunPause = pause,
        KeepAliveInterval = TimeSpan.Zero,
    };

    private static async Task FillAsync(YamuxRawPeer peer, params uint[] ids)
    {
        foreach (uint id in ids)
        {
            await peer.OpenAsync(id);
            await peer.SendDataAsync(id, Window);
        }

        await peer.ExpectNothingMoreAsync();
    }
}
