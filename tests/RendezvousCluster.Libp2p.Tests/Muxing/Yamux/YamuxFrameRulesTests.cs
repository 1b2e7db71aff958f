using System.Text;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>What each frame means, and which frames end a connection.</summary>
public sealed class YamuxFrameRulesTests
{
    // A frame that would ping if its bytes were taken for one.
    private static readonly byte[] LooksLikeAPing = Convert.FromHexString("000200010000000000000bad");

    [Fact]
    public async Task The_bytes_of_a_stream_that_we_open()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(isDialer: true);

        IMuxedStream stream = await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        await peer.ExpectBytesAsync("0001 0001 00000001 00000000");
        await stream.WriteAsync("hi"u8.ToArray());
        await peer.ExpectBytesAsync("0000 0000 00000001 00000002 6869");
        await stream.CloseWriteAsync().Within();
        await peer.ExpectBytesAsync("0001 0004 00000001 00000000");
        stream.Reset();
        await peer.ExpectBytesAsync("0001 0008 00000001 00000000");
    }

    [Theory]
    [InlineData(true, 1u)]
    [InlineData(false, 2u)]
    public async Task Our_ids_have_our_parity_and_go_up_by_two(bool isDialer, uint first)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(isDialer: isDialer);

        for (uint id = first; id < first + 6; id += 2)
        {
            await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
            await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id);
        }
    }

    [Fact]
    public async Task A_stream_can_be_opened_by_data()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.Syn, 1, body: "hi"u8.ToArray());

        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1);
        IMuxedStream? stream = await peer.Connection.AcceptStreamAsync(CancellationToken.None).Within();
        Assert.Equal("hi"u8.ToArray(), await stream!.Input.ReadExactlyAsync(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Syn_and_fin_together_open_a_stream_that_has_ended(int type)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync((YamuxFrameType)type, YamuxFlags.Syn | YamuxFlags.Fin, 1);

        IMuxedStream? stream = await peer.Connection.AcceptStreamAsync(CancellationToken.None).Within();
        Assert.Empty(await stream!.Input.ReadAllAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Syn_and_rst_together_open_nothing(int type)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync((YamuxFrameType)type, YamuxFlags.Syn | YamuxFlags.Rst, 1);

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(0, peer.Connection.OpenStreamCount);
    }

    [Fact]
    public async Task A_fin_that_carries_data_delivers_it_first()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.Fin, 1, body: "bye"u8.ToArray());

        Assert.Equal("bye", Encoding.UTF8.GetString(await stream.Input.ReadAllAsync()));
    }

    [Fact]
    public async Task A_second_fin_changes_nothing()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendUpdateAsync(1, YamuxFlags.Fin);
        await peer.SendUpdateAsync(1, YamuxFlags.Fin);

        Assert.Empty(await stream.Input.ReadAllAsync());
        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Data_after_the_remotes_fin_resets_that_stream_only()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendUpdateAsync(1, YamuxFlags.Fin);

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.None, 1, body: LooksLikeAPing);

        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 1);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(StreamEndReason.ResetLocally, await stream.WriteFailsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_rst_fails_both_directions_and_is_not_answered(int type)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendDataAsync(1, 100);
        await peer.SendAsync((YamuxFrameType)type, YamuxFlags.Rst, 1);

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.ReadFailsAsync());
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.WriteFailsAsync());
        await stream.DisposeAsync();
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(0, peer.Connection.OpenStreamCount);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    public async Task Data_for_a_stream_that_is_not_there_is_read_and_dropped(uint streamId)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.None, streamId, body: LooksLikeAPing);
        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.Fin | YamuxFlags.Rst, streamId, body: LooksLikeAPing);
        await peer.SendUpdateAsync(streamId, YamuxFlags.Ack | YamuxFlags.Fin, delta: 5);

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(0, peer.Connection.OpenStreamCount);
    }

    [Fact]
    public async Task Data_that_crossed_our_reset_is_dropped()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        stream.Reset();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 1);

        await peer.SendAsync(YamuxFrameType.Data, YamuxFlags.None, 1, body: LooksLikeAPing);

        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task A_ping_is_echoed_once_with_its_value()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 0xCAFEBABE);

        await peer.ExpectBytesAsync("0002 0002 00000000 cafebabe");
        await peer.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task A_pong_that_nobody_asked_for_means_nothing()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 7);

        await peer.ExpectNothingMoreAsync();
    }

    public static TheoryData<string, string> Violations => new()
    {
        { "version 1", "01 00 0000 00000001 00000000" },
        { "unknown type", "00 04 0000 00000001 00000000" },
        { "data on the session", "00 00 0000 00000000 00000001 00" },
        { "window update on the session", "00 01 0000 00000000 00000001" },
        { "syn on the session", "00 01 0001 00000000 00000000" },
        { "our parity", "00 01 0001 00000002 00000000" },
        { "our parity by data", "00 00 0001 00000002 00000001 00" },
        { "ping on a stream", "00 02 0001 00000001 00000000" },
        { "ping without flags", "00 02 0000 00000000 00000000" },
        { "ping that asks and answers", "00 02 0003 00000000 00000000" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_ends_the_connection_with_a_go_away(string rule, string hex)
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();

        await peer.SendBytesAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        Assert.NotEmpty(rule);
        await peer.ExpectEndAsync(ConnectionEndReason.ProtocolError, YamuxGoAwayCode.ProtocolError);
    }

    [Fact]
    public async Task The_dialer_refuses_odd_ids()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start(isDialer: true);

        await peer.SendUpdateAsync(1, YamuxFlags.Syn);

        await peer.ExpectEndAsync(ConnectionEndReason.ProtocolError, YamuxGoAwayCode.ProtocolError);
    }

    [Fact]
    public async Task Opening_an_open_stream_ends_the_connection()
    {
        await using YamuxRawPeer peer = YamuxRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        await peer.SendUpdateAsync(1, YamuxFlags.Syn);

        await peer.ExpectEndAsync(ConnectionEndReason.ProtocolError, YamuxGoAwayCode.ProtocolError);
        Assert.Equal(StreamEndReason.ConnectionEnded, await stream.ReadFailsAsync());
    }

    [Fact]
    public async Task Random_bytes_never_get_further_than_a_named_end()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 200; round++)
        {
            await using YamuxRawPeer peer = YamuxRawPeer.Start();
            byte[] bytes = new byte[random.Next(1, 2_000)];
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(2);

            await peer.SendBytesAsync(bytes);
            peer.EndTransport();
            await peer.Connection.Completion.Within();

            Assert.True(
                peer.Connection.EndReason is ConnectionEndReason.ProtocolError or ConnectionEndReason.WindowExceeded
                    or ConnectionEndReason.TransportFailed
                    or ConnectionEndReason.ClosedByRemote,
                $"seed {seed}, round {round}: {peer.Connection.EndReason}");
        }
    }

    [Fact]
    public async Task Random_frames_never_break_the_connections_own_books()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 100; round++)
        {
            await using YamuxRawPeer peer = YamuxRawPeer.Start();
            for (int frame = 0; frame < 100; frame++)
            {
                var type = (YamuxFrameType)random.Next(3);
                uint id = type == YamuxFrameType.Ping ? 0 : (uint)((random.Next(6) * 2) + 1);
                YamuxFlags flags = type == YamuxFrameType.Ping ? YamuxFlags.Syn : (YamuxFlags)random.Next(16);
                byte[]? body = type == YamuxFrameType.Data ? new byte[random.Next(3_000)] : null;
                peer.Write(new YamuxHeader(type, flags, id, body is null ? (uint)random.Next() : (uint)body.Length), body);
            }

            await peer.StartFlush().Within();
            peer.EndTransport();
            await peer.Connection.Completion.Within();

            Assert.True(
                peer.Connection.EndReason is ConnectionEndReason.ProtocolError or ConnectionEndReason.ClosedByRemote,
                $"seed {seed}, round {round}: {peer.Connection.EndReason}");
            Assert.Equal(0, peer.Connection.OpenStreamCount);
        }
    }
}
