using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>What a remote's reset leaves behind, and that it gains nothing by it.</summary>
public sealed class YamuxResetTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filled_and_reset_streams_count_against_the_limits_until_they_are_read_or_dropped(bool areFinished)
    {
        YamuxFlags end = areFinished ? YamuxFlags.Fin : YamuxFlags.None;
        using var refusals = new RefusalProbe("inbound_streams");
        await using YamuxRawPeer peer = YamuxRawPeer.Start(new Libp2pLimits { MaxInboundStreamsPerConnection = 2 });
        IMuxedStream first = await FillAndResetAsync(peer, 1, end);
        IMuxedStream second = await FillAndResetAsync(peer, 3, end);
        Assert.Equal((0, 2 * 1_000), (peer.Connection.OpenStreamCount, peer.Connection.UnreadBytes));

        await peer.SendUpdateAsync(5, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 5);

        Assert.Equal(1_000, (await first.Input.ReadExactlyAsync(1_000)).Length);
        await FillAndResetAsync(peer, 7, end);
        await peer.SendUpdateAsync(9, YamuxFlags.Syn);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 9);

        await second.DisposeAsync();
        Assert.Equal(1_000, peer.Connection.UnreadBytes);
        await peer.OpenAsync(11);
        Assert.True(refusals.Count >= 2);
    }

    [Fact]
    public async Task Data_and_a_reset_in_one_segment_are_read_in_that_order()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        peer.Write(new YamuxHeader(YamuxFrameType.Data, YamuxFlags.None, 1, 3), [1, 2, 3]);
        peer.Write(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 1, 0));
        await peer.FlushAsync();
        await peer.ExpectNothingMoreAsync();

        Assert.Equal([1, 2, 3], await stream.Input.ReadExactlyAsync(3));
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.ReadFailsAsync());
        Assert.Equal(0, peer.Connection.UnreadBytes);
    }

    private static async Task<IMuxedStream> FillAndResetAsync(YamuxRawPeer peer, uint id, YamuxFlags end)
    {
        IMuxedStream stream = await peer.OpenAsync(id);
        await peer.SendDataAsync(id, 1_000, end);
        await peer.SendUpdateAsync(id, YamuxFlags.Rst);
        await peer.ExpectNothingMoreAsync();
        return stream;
    }
}
