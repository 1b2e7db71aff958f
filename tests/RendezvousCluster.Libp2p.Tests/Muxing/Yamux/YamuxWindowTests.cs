using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>Flow control in both directions, and what it refuses.</summary>
public sealed class YamuxWindowTests
{
    private const int Window = YamuxStream.InitialWindowBytes;
    private const int MaxFrame = 16 * 1024;

    [Fact]
    public async Task A_whole_window_may_come_in_one_frame()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendDataAsync(1, Window);

        Assert.Equal(Window, (await stream.Input.ReadExactlyAsync(Window)).Length);
    }

    [Fact]
    public async Task One_byte_above_the_window_ends_the_connection()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        await peer.OpenAsync(1);

        await peer.SendDataAsync(1, Window);
        await peer.ExpectNothingMoreAsync();
        await peer.SendDataAsync(1, 1);

        await peer.ExpectEndAsync(ConnectionEndReason.WindowExceeded, YamuxGoAwayCode.ProtocolError);
    }

    /// <summary>CVE-2026-32314: the stream must not exist yet when the length is judged.</summary>
    [Theory]
    [InlineData(Window, false)]
    [InlineData(Window + 1, true)]
    public async Task Data_that_opens_a_stream_is_held_to_the_initial_window(int length, bool isRefused)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        Task sending = peer.SendDataAsync(1, length, YamuxFlags.Syn);

        if (isRefused)
        {
            await peer.ExpectEndAsync(ConnectionEndReason.WindowExceeded, YamuxGoAwayCode.ProtocolError);
            Assert.Null(await peer.Connection.AcceptStreamAsync(CancellationToken.None).Within());
        }
        else
        {
            await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1);
        }

        await sending;
    }

    [Fact]
    public async Task A_length_of_four_gigabytes_is_refused_by_its_header()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        await peer.OpenAsync(1);

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.None, 1, uint.MaxValue);

        await peer.ExpectEndAsync(ConnectionEndReason.WindowExceeded, YamuxGoAwayCode.ProtocolError);
    }

    /// <summary>CVE-2026-31814: the sum must not overflow.</summary>
    [Fact]
    public async Task Window_updates_that_would_overflow_clamp()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        var stream = (YamuxStream)await peer.OpenAsync(1);

        await peer.SendUpdateAsync(1, YamuxFlags.None, uint.MaxValue);
        await peer.SendUpdateAsync(1, YamuxFlags.None, uint.MaxValue);
        await peer.ExpectNothingMoreAsync();

        Assert.Equal(uint.MaxValue, stream.SendWindow);
        await stream.WriteAsync([1]);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 1);
        Assert.Equal(uint.MaxValue - 1, stream.SendWindow);
    }

    [Fact]
    public async Task The_window_opens_again_when_half_of_it_was_consumed_and_not_before()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, Window);

        await stream.Input.ReadExactlyAsync((Window / 2) - 1);
        await peer.ExpectNothingMoreAsync();
        await stream.Input.ReadExactlyAsync(1);

        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, Window / 2);
        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Looking_at_bytes_does_not_open_the_window()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, Window);

        ReadResult read = await stream.Input.ReadAtLeastAsync(Window).Within();
        stream.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);

        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task No_window_is_given_after_the_remotes_fin()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, Window, YamuxFlags.Fin);

        await stream.Input.ReadAllAsync();

        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task A_larger_window_is_announced_with_the_stream()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { YamuxWindowBytes = 4 * Window });

        await peer.SendUpdateAsync(1, YamuxFlags.Syn);

        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1, 3 * Window);
    }

    [Fact]
    public async Task Updates_are_withheld_while_the_connection_holds_too_much()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(
            new Libp2pLimits { MaxReceiveBytesPerConnection = Window, ReceiveOverrunPause = TimeSpan.Zero });
        IMuxedStream first = await peer.OpenAsync(1);
        IMuxedStream second = await peer.OpenAsync(3);
        await peer.SendDataAsync(1, Window);
        await peer.SendDataAsync(3, Window);
        await peer.ExpectNothingMoreAsync();

        // Half of the first is consumed, yet 384 KiB are still held.
        await first.Input.ReadExactlyAsync(Window / 2);
        await peer.ExpectNothingMoreAsync();

        // One byte above the limit, then at it: what was withheld is given.
        await second.Input.ReadExactlyAsync((Window / 2) - 1);
        await peer.ExpectNothingMoreAsync();
        await second.Input.ReadExactlyAsync(1);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.None, 3, Window / 2);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, Window / 2);
    }

    [Fact]
    public async Task Disposing_an_unread_stream_gives_its_share_back_to_the_others()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(
            new Libp2pLimits { MaxReceiveBytesPerConnection = Window, ReceiveOverrunPause = TimeSpan.Zero });
        IMuxedStream first = await peer.OpenAsync(1);
        IMuxedStream second = await peer.OpenAsync(3);
        await peer.SendDataAsync(1, Window);
        await peer.SendDataAsync(3, Window);
        await peer.ExpectNothingMoreAsync();
        await first.Input.ReadExactlyAsync(Window / 2);
        await peer.ExpectNothingMoreAsync();

        await second.DisposeAsync();

        YamuxHeader[] frames = [(await peer.ReceiveAsync()).Header, (await peer.ReceiveAsync()).Header];
        Assert.Contains(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, Window / 2), frames);
        Assert.Contains(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 3, 0), frames);
    }

    [Fact]
    public async Task We_send_the_remotes_window_in_fair_frames_and_then_wait()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        Task<FlushResult> flush = stream.Output.WriteAsync(new byte[Window + 100]).AsTask();

        for (int sent = 0; sent < Window;)
        {
            (YamuxHeader header, _) = await peer.ReceiveAsync();
            Assert.InRange(header.Length, 1u, (uint)MaxFrame);
            sent += (int)header.Length;
            Assert.True(sent <= Window);
        }

        await peer.ExpectNothingMoreAsync();
        Assert.False(flush.IsCompleted);
        await peer.SendUpdateAsync(1, YamuxFlags.None, 40);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 40);
        await peer.SendUpdateAsync(1, YamuxFlags.None, 1_000);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 60);
        await flush.Within();
    }

    [Fact]
    public async Task The_fin_waits_for_the_data_before_it()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        Task<FlushResult> flush = stream.Output.WriteAsync(new byte[Window + 1]).AsTask();
        Task close = stream.CloseWriteAsync().AsTask();
        for (int sent = 0; sent < Window;)
        {
            sent += (int)(await peer.ReceiveAsync()).Header.Length;
        }

        await peer.ExpectNothingMoreAsync();
        Assert.False(close.IsCompleted);
        await peer.SendUpdateAsync(1, YamuxFlags.None, 1);

        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 1);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, 1);
        await close.Within();
        await flush.Within();
    }

    [Fact]
    public async Task Streams_with_much_to_send_take_turns()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream first = await peer.OpenAsync(1);
        IMuxedStream second = await peer.OpenAsync(3);
        Task flushes =
            Task.WhenAll(first.Output.WriteAsync(new byte[Window]).AsTask(), second.Output.WriteAsync(new byte[Window]).AsTask());

        var order = new List<uint>();
        for (int sent = 0; sent < 2 * Window;)
        {
            (YamuxHeader header, _) = await peer.ReceiveAsync();
            order.Add(header.StreamId);
            sent += (int)header.Length;
        }

        await flushes.Within();

        // The second may begin a moment later; from then on nobody gets three frames in a row while the other waits.
        List<uint> contested = [.. order.Skip(order.IndexOf(3)).Take(order.LastIndexOf(1) - order.IndexOf(3))];
        for (int index = 2; index < contested.Count; index++)
        {
            Assert.False(contested[index] == contested[index - 1] && contested[index] == contested[index - 2], string.Join(' ', order));
        }
    }
}
