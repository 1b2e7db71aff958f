using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Mplex;

/// <summary>What each message means, and which messages end a connection.</summary>
public sealed class MplexFrameRulesTests
{
    // A message that would open stream 5 if its bytes were taken for one.
    private static readonly byte[] LooksLikeAnOpen = [0x28, 0x00];

    [Fact]
    public async Task The_bytes_of_a_stream_that_we_open()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();

        IMuxedStream stream = await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        await peer.ExpectBytesAsync("000130");
        await stream.WriteAsync("hi"u8.ToArray());
        await peer.ExpectBytesAsync("02026869");
        await stream.CloseWriteAsync().Within();
        await peer.ExpectBytesAsync("0400");
        stream.Reset();
        await peer.ExpectBytesAsync("0600");
    }

    [Fact]
    public async Task The_bytes_of_a_stream_that_the_remote_opens()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1, name: "a name that nobody keeps");

        await stream.WriteAsync("hi"u8.ToArray());
        await peer.ExpectBytesAsync("09026869");
        await stream.CloseWriteAsync().Within();
        await peer.ExpectBytesAsync("0b00");
        stream.Reset();
        await peer.ExpectBytesAsync("0d00");
    }

    [Fact]
    public async Task One_id_may_be_in_use_in_both_directions()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream ours = await peer.Connection.OpenStreamAsync(CancellationToken.None).Within();
        await peer.ExpectAsync(MplexFlag.NewStream, 0, length: 1);
        IMuxedStream theirs = await peer.OpenAsync(0);

        await peer.SendAsync(MplexFlag.MessageReceiver, 0, [1]);
        await peer.SendAsync(MplexFlag.MessageInitiator, 0, [2]);
        await peer.SendAsync(MplexFlag.CloseReceiver, 0);
        await peer.SendAsync(MplexFlag.ResetInitiator, 0);

        Assert.Equal([1], await ours.Input.ReadAllAsync());
        Assert.Equal(StreamEndReason.ResetByRemote, await theirs.ReadFailsAsync());
    }

    [Fact]
    public async Task A_name_of_a_mebibyte_is_dropped_as_it_comes()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();

        IMuxedStream stream = await peer.OpenAsync(1, new string('n', 1024 * 1024));

        await peer.SendAsync(MplexFlag.MessageInitiator, 1, [7]);
        Assert.Equal([7], await stream.Input.ReadExactlyAsync(1));
    }

    [Fact]
    public async Task A_reset_fails_both_directions_and_is_not_answered()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendMessageAsync(1, 10);

        await peer.SendAsync(MplexFlag.ResetInitiator, 1);

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.ReadFailsAsync());
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.WriteFailsAsync());
    }

    [Fact]
    public async Task Data_and_a_reset_in_one_segment_are_read_in_that_order()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        peer.Write(new MplexHeader(1, MplexFlag.MessageInitiator, 3), [1, 2, 3]);
        peer.Write(new MplexHeader(1, MplexFlag.ResetInitiator, 0));
        await peer.FlushAsync();
        await peer.ExpectNothingMoreAsync();

        Assert.Equal([1, 2, 3], await stream.Input.ReadExactlyAsync(3));
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.ReadFailsAsync());
    }

    [Fact]
    public async Task An_id_may_be_used_again_when_its_stream_is_over()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream first = await peer.OpenAsync(1);
        await peer.SendAsync(MplexFlag.ResetInitiator, 1);
        IMuxedStream second = await peer.OpenAsync(1);

        await first.DisposeAsync();
        await peer.SendAsync(MplexFlag.MessageInitiator, 1, [9]);

        Assert.Equal([9], await second.Input.ReadExactlyAsync(1));
        await peer.ExpectNothingMoreAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Messages_for_a_stream_that_is_not_there_are_dropped(int flag)
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();

        await peer.SendAsync((MplexFlag)flag, 3, LooksLikeAnOpen);

        await peer.ExpectNothingMoreAsync();
        Assert.Equal(1, peer.Connection.OpenStreamCount);
    }

    [Fact]
    public async Task Data_after_the_remotes_close_resets_that_stream_only()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);
        await peer.SendAsync(MplexFlag.CloseInitiator, 1);

        await peer.SendAsync(MplexFlag.MessageInitiator, 1, LooksLikeAnOpen);

        await peer.ExpectAsync(MplexFlag.ResetReceiver, 1);
        await peer.ExpectNothingMoreAsync();
        Assert.Equal(StreamEndReason.ResetLocally, await stream.WriteFailsAsync());
    }

    public static TheoryData<string, string> Violations => new()
    {
        { "unknown flag", "0f00" },
        { "a header of more than nine bytes", "ffffffffffffffffff01" },
        { "a header that is not minimal", "8000" },
        { "a length of more than nine bytes", "02ffffffffffffffffff01" },
        { "a message above one MiB", "02818040" },
        { "a name above one MiB", "00818040" },
        { "a message of 2^63 - 1 bytes", "02ffffffffffffffff7f" },
        { "an id that is open", "08000800" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_ends_the_connection(string rule, string hex)
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();

        await peer.SendBytesAsync(Convert.FromHexString(hex));

        Assert.NotEmpty(rule);
        await peer.ExpectEndAsync(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task A_message_of_exactly_the_cap_is_taken()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        IMuxedStream stream = await peer.OpenAsync(1);

        Task sending = peer.SendMessageAsync(1, 1024 * 1024);
        Task close = sending.ContinueWith(_ => peer.SendAsync(MplexFlag.CloseInitiator, 1), TaskScheduler.Default).Unwrap();

        Assert.Equal(1024 * 1024, (await stream.Input.ReadAllAsync()).Length);
        await close.Within();
    }

    [Fact]
    public async Task The_end_of_the_transport_inside_a_message_is_a_failure()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        await peer.SendBytesAsync([0x02, 0x05, 1, 2]);

        peer.EndTransport();

        await peer.ExpectEndAsync(ConnectionEndReason.TransportFailed);
    }

    [Fact]
    public async Task The_end_of_the_transport_between_messages_is_a_close()
    {
        await using MplexRawPeer peer = MplexRawPeer.Start();
        await peer.OpenAsync(1);

        peer.EndTransport();

        await peer.ExpectEndAsync(ConnectionEndReason.ClosedByRemote);
    }

    [Fact]
    public async Task Random_bytes_never_get_further_than_a_named_end()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 200; round++)
        {
            await using MplexRawPeer peer = MplexRawPeer.Start(new Libp2pLimits { MplexStreamBufferBytes = 1024 * 1024 });
            byte[] bytes = new byte[random.Next(1, 2_000)];
            random.NextBytes(bytes);

            await peer.SendBytesAsync(bytes);
            peer.EndTransport();
            await peer.Connection.Completion.Within();

            Assert.True(
                peer.Connection.EndReason is ConnectionEndReason.ProtocolError or ConnectionEndReason.TransportFailed
                    or ConnectionEndReason.ClosedByRemote,
                $"seed {seed}, round {round}: {peer.Connection.EndReason}");
        }
    }
}
