using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Protocols.Identify;

public sealed class IdentifyTests : IDisposable
{
    private readonly KeyPair _remote = KeyPair.GenerateEd25519();
    private readonly Libp2pLimits _limits = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakePeerConnection _connection;

    public IdentifyTests() => _connection = new FakePeerConnection(_remote.PublicKey, Multiaddr.Parse("/ip4/192.0.2.7/tcp/5555"));

    public void Dispose() => _connection.Dispose();

    [Fact]
    public async Task The_answer_says_everything_and_ends_in_an_orderly_way()
    {
        var source = new TestIdentifySource(KeyPair.GenerateEd25519());
        SignedPeerRecord record = source.Seal(7);
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.Id);

        Task handling = new IdentifyHandler(source, _limits, _time).HandleAsync(local, CancellationToken.None);
        List<byte[]> frames = await ReadFramesAsync(remote);
        Assert.False(handling.IsCompleted); // it waits for us, so that its answer is not overtaken by a reset
        await remote.CloseWriteAsync().Within();
        await handling.Within();
        await local.DisposeAsync().Within();

        Assert.Null(remote.ResetReason);
        IdentifyMessage message = Decode(Assert.Single(frames));
        Assert.Equal(source.PublicKey.Encoded.ToArray(), message.PublicKey);
        Assert.Equal(source.ListenAddresses, message.ListenAddresses);
        Assert.Equal(source.ProtocolIds, message.Protocols);
        Assert.Equal("/ip4/192.0.2.7/tcp/5555", message.ObservedAddress!.ToString());
        Assert.Equal("ipfs/0.1.0", message.ProtocolVersion);
        Assert.Equal("rendezvous-cluster/0.1.0", message.AgentVersion);
        Assert.Equal(record.Envelope.ToArray(), message.SignedPeerRecord);
    }

    [Fact]
    public async Task A_remote_that_does_not_close_is_waited_for_until_the_timeout_and_then_reset()
    {
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.Id);
        Task handling = new IdentifyHandler(new TestIdentifySource(_remote), _limits, _time).HandleAsync(local, CancellationToken.None);
        Assert.Single(await ReadFramesAsync(remote));

        _time.Advance(_limits.IdentifyTimeout - TimeSpan.FromTicks(1));
        Assert.False(handling.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await handling.Within();
        await local.DisposeAsync().Within();

        Assert.Equal(StreamEndReason.ResetByRemote, remote.ResetReason);
    }

    [Fact]
    public async Task A_record_that_does_not_fit_comes_in_a_second_message_and_none_is_over_4_kibibytes()
    {
        var source = new TestIdentifySource(KeyPair.GenerateEd25519())
        {
            ListenAddresses =
                [.. Enumerable.Range(0, 32).Select(index => Multiaddr.Parse($"/dns4/{new string('a', 80)}{index:00}.org/tcp/4001"))],
        };
        source.Seal(1);
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.Id);

        Task handling = new IdentifyHandler(source, _limits, _time).HandleAsync(local, CancellationToken.None);
        List<byte[]> frames = await ReadFramesAsync(remote);
        await remote.CloseWriteAsync().Within();
        await handling.Within();

        Assert.Equal(2, frames.Count);
        Assert.All(frames, frame => Assert.InRange(frame.Length, 1, _limits.IdentifyMaxSentMessageBytes));
        Assert.Null(Decode(frames[0]).SignedPeerRecord);
        Assert.Equal(source.ListenAddresses, Decode(frames[0]).ListenAddresses);
        Assert.Equal(source.SignedPeerRecord!.Envelope.ToArray(), Decode(frames[1]).SignedPeerRecord);
    }

    [Fact]
    public async Task Addresses_beyond_4_kibibytes_are_left_out()
    {
        var source = new TestIdentifySource(_remote)
        {
            ListenAddresses =
                [.. Enumerable.Range(0, 100).Select(index => Multiaddr.Parse($"/dns4/{new string('a', 80)}{index:00}.org/tcp/4001"))],
        };
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.Id);

        Task handling = new IdentifyHandler(source, _limits, _time).HandleAsync(local, CancellationToken.None);
        byte[] frame = Assert.Single(await ReadFramesAsync(remote));
        await remote.CloseWriteAsync().Within();
        await handling.Within();

        Assert.InRange(frame.Length, _limits.IdentifyMaxSentMessageBytes - 100, _limits.IdentifyMaxSentMessageBytes);
    }

    [Fact]
    public async Task Asking_gives_what_our_own_handler_says_and_keeps_it_with_the_connection()
    {
        var source = new TestIdentifySource(_remote);
        source.Seal(3);
        Task<IdentifyInfo> asking = new IdentifyClient(_limits, _time).RequestAsync(_connection, CancellationToken.None);
        FakePeerConnection.OutboundStream outbound = await _connection.AcceptOutboundAsync();
        Assert.Equal(IdentifyProtocol.Id, outbound.ProtocolId);
        var remoteSide = new Libp2pStream(IdentifyProtocol.Id, _connection, outbound.Stream);
        Task answering = new IdentifyHandler(source, _limits, _time).HandleAsync(remoteSide, CancellationToken.None);

        IdentifyInfo info = await asking.Within();
        await answering.Within();

        Assert.Equal(source.ListenAddresses, info.ListenAddresses);
        Assert.Equal(source.ProtocolIds, info.Protocols);
        Assert.Equal("rendezvous-cluster/0.1.0", info.AgentVersion);
        Assert.Equal("ipfs/0.1.0", info.ProtocolVersion);
        Assert.Equal(3UL, info.SignedPeerRecord!.Sequence);
        Assert.Same(info, IdentifyState.Of(_connection).Info);
        Assert.Null(outbound.Stream.ResetReason);
    }

    [Fact]
    public async Task Up_to_ten_messages_are_merged_and_an_eleventh_is_an_error()
    {
        byte[][] ten =
        [
            Frame(writer => writer.WriteString(IdentifyMessage.AgentVersionField, "old")),
            .. Enumerable.Range(0, 8).Select(index => Frame(writer => writer.WriteString(IdentifyMessage.ProtocolsField, $"/p/{index}"))),
            Frame(writer => writer.WriteString(IdentifyMessage.AgentVersionField, "new")),
        ];

        IdentifyInfo info = await AskAsync(ten);

        Assert.Equal("new", info.AgentVersion);
        Assert.Equal(Enumerable.Range(0, 8).Select(index => $"/p/{index}"), info.Protocols);
        await Assert.ThrowsAsync<IdentifyException>(() => AskAsync([.. ten, []]));
    }

    [Fact]
    public async Task A_message_of_8_kibibytes_is_read_and_a_longer_one_refused()
    {
        const int Header = 2 + 2; // an unknown field 16 with a length of two bytes
        byte[] largest = Frame(writer => writer.WriteBytes(16, new byte[_limits.IdentifyMaxMessageBytes - Header]));
        Assert.Equal(_limits.IdentifyMaxMessageBytes, largest.Length);

        Assert.Equal(
            IdentifyInfo.Empty, await AskAsync(
                [largest]) with { ListenAddresses = IdentifyInfo.Empty.ListenAddresses, Protocols = IdentifyInfo.Empty.Protocols });
        await Assert.ThrowsAsync<IdentifyException>(() => AskAsync([[.. largest, 0]]));
    }

    [Fact]
    public async Task A_key_that_is_not_the_peers_is_an_error_and_the_peers_own_is_fine()
    {
        await AskAsync([Frame(writer => writer.WriteBytes(IdentifyMessage.PublicKeyField, _remote.PublicKey.Encoded.Span))]);

        byte[] other = Frame(writer => writer.WriteBytes(IdentifyMessage.PublicKeyField, KeyPair.GenerateEd25519().PublicKey.Encoded.Span));
        await Assert.ThrowsAsync<IdentifyException>(() => AskAsync([other]));
    }

    [Fact]
    public async Task A_bad_record_or_somebody_elses_is_ignored()
    {
        byte[] others = new TestIdentifySource(KeyPair.GenerateEd25519()).Seal(1).Envelope.ToArray();
        byte[] tampered = new TestIdentifySource(_remote).Seal(1).Envelope.ToArray();
        tampered[^1] ^= 1;
        foreach (byte[] envelope in new[] { others, tampered, [1, 2, 3], [] })
        {
            IdentifyInfo info = await AskAsync([Frame(writer =>
            {
                writer.WriteString(IdentifyMessage.AgentVersionField, "agent");
                writer.WriteBytes(IdentifyMessage.SignedPeerRecordField, envelope);
            })]);

            Assert.Null(info.SignedPeerRecord);
            Assert.Equal("agent", info.AgentVersion);
        }
    }

    [Fact]
    public async Task Kept_information_is_bounded_and_clean()
    {
        IdentifyInfo info = await AskAsync([Frame(writer =>
        {
            for (int index = 0; index <= _limits.IdentifyMaxProtocols; index++)
            {
                writer.WriteString(IdentifyMessage.ProtocolsField, $"/{index}");
            }

            for (int port = 0; port <= _limits.IdentifyMaxAddresses; port++)
            {
                writer.WriteBytes(IdentifyMessage.ListenAddressesField, [6, 0, (byte)port]);
            }

            writer.WriteString(IdentifyMessage.AgentVersionField, "a\r\nforged\u202e\u001b[31m" + new string('x', 500));
            writer.WriteBytes(IdentifyMessage.ProtocolVersionField, [0x61, 0xff, 0xfe, 0x62]);
            writer.WriteBytes(IdentifyMessage.ObservedAddressField, [0xff, 0xff]);
        })]);

        Assert.Equal(_limits.IdentifyMaxProtocols, info.Protocols.Count);
        Assert.Equal(_limits.IdentifyMaxAddresses, info.ListenAddresses.Count);
        Assert.StartsWith("aforged[31mxxx", info.AgentVersion, StringComparison.Ordinal);
        Assert.Equal(_limits.IdentifyMaxAgentBytes - 6, info.AgentVersion.Length);
        Assert.Equal("ab", info.ProtocolVersion);
        Assert.Null(info.ObservedAddress);
    }

    [Fact]
    public async Task Protocol_ids_over_the_limit_and_unknown_addresses_are_dropped()
    {
        IdentifyInfo info = await AskAsync([Frame(writer =>
        {
            writer.WriteString(IdentifyMessage.ProtocolsField, new string('p', _limits.IdentifyMaxProtocolIdBytes));
            writer.WriteString(IdentifyMessage.ProtocolsField, new string('q', _limits.IdentifyMaxProtocolIdBytes + 1));
            writer.WriteBytes(IdentifyMessage.ListenAddressesField, [0xff, 0x7f, 1]);
            writer.WriteBytes(IdentifyMessage.ListenAddressesField, [6, 0, 1]);
        })]);

        Assert.Equal(new string('p', _limits.IdentifyMaxProtocolIdBytes), Assert.Single(info.Protocols));
        Assert.Equal("/tcp/1", Assert.Single(info.ListenAddresses).ToString());
    }

    [Fact]
    public async Task Rubbish_a_cut_off_message_and_none_are_errors()
    {
        await Assert.ThrowsAsync<IdentifyException>(() => AskAsync([[0xff]]));
        await Assert.ThrowsAsync<IdentifyException>(() => AskAsync([]));
        await Assert.ThrowsAsync<IdentifyException>(() => AskRawAsync([10, 1, 2]));
        Assert.Null(IdentifyState.Of(_connection).Info);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_is_given_up_at_the_timeout_and_not_before()
    {
        Task<IdentifyInfo> asking = new IdentifyClient(_limits, _time).RequestAsync(_connection, CancellationToken.None);
        FakePeerConnection.OutboundStream outbound = await _connection.AcceptOutboundAsync();

        _time.Advance(_limits.IdentifyTimeout - TimeSpan.FromTicks(1));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAsync<IdentifyException>(() => asking.Within());
        Assert.Equal(StreamEndReason.ResetByRemote, outbound.Stream.ResetReason);
    }

    private static IdentifyMessage Decode(byte[] frame)
    {
        var message = new IdentifyMessage(new Libp2pLimits());
        Assert.True(message.TryMerge(frame));
        return message;
    }

    private static async Task<List<byte[]>> ReadFramesAsync(InMemoryMuxedStream stream)
    {
        var frames = new List<byte[]>();
        while (await LengthPrefixedFrame.ReadAsync(stream.Input, 64 * 1024, CancellationToken.None).Within() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    private static byte[] Frame(WriteFields write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new ProtobufWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private Task<IdentifyInfo> AskAsync(byte[][] frames)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (byte[] frame in frames)
        {
            LengthPrefixedFrame.Write(output, frame);
        }

        return AskRawAsync(output.WrittenSpan.ToArray());
    }

    private async Task<IdentifyInfo> AskRawAsync(byte[] answer)
    {
        Task<IdentifyInfo> asking = new IdentifyClient(_limits, _time).RequestAsync(_connection, CancellationToken.None);
        FakePeerConnection.OutboundStream outbound = await _connection.AcceptOutboundAsync();
        await outbound.Stream.AnswerAsync(answer);
        return await asking.Within();
    }

    private delegate void WriteFields(ProtobufWriter writer);
}
