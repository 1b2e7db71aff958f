using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Protocols.Identify;

public sealed class IdentifyPushHandlerTests : IDisposable
{
    private readonly KeyPair _remote = KeyPair.GenerateEd25519();
    private readonly Libp2pLimits _limits = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakePeerConnection _connection;
    private readonly IdentifyPushHandler _handler;

    public IdentifyPushHandlerTests()
    {
        _connection = new FakePeerConnection(_remote.PublicKey);
        _handler = new IdentifyPushHandler(_limits, _time);
    }

    public void Dispose() => _connection.Dispose();

    [Fact]
    public async Task A_push_replaces_what_it_mentions_and_keeps_the_rest()
    {
        await PushAsync(agent: "one", protocol: "/a");
        _time.Advance(_limits.IdentifyPushInterval);
        InMemoryMuxedStream remote = await PushAsync(agent: "two", protocol: null);

        IdentifyInfo info = IdentifyState.Of(_connection).Info!;
        Assert.Equal("two", info.AgentVersion);
        Assert.Equal(["/a"], info.Protocols);
        Assert.Null(remote.ResetReason);
    }

    [Fact]
    public async Task A_second_push_is_refused_until_the_interval_has_passed()
    {
        await PushAsync(agent: "one", protocol: null);
        _time.Advance(_limits.IdentifyPushInterval - TimeSpan.FromTicks(1));
        Assert.Equal(StreamEndReason.ResetByRemote, (await PushAsync(agent: "two", protocol: null)).ResetReason);
        Assert.Equal("one", IdentifyState.Of(_connection).Info!.AgentVersion);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null((await PushAsync(agent: "three", protocol: null)).ResetReason);
        Assert.Equal("three", IdentifyState.Of(_connection).Info!.AgentVersion);
    }

    [Fact]
    public async Task A_bad_push_fails_and_changes_nothing()
    {
        await PushAsync(agent: "one", protocol: null);
        _time.Advance(_limits.IdentifyPushInterval);
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.PushId);
        await remote.Output.WriteAsync(new byte[] { 1, 0xff }).Within();
        await remote.CloseWriteAsync().Within();

        await Assert.ThrowsAsync<IdentifyException>(() => _handler.HandleAsync(local, CancellationToken.None).Within());

        Assert.Equal("one", IdentifyState.Of(_connection).Info!.AgentVersion);
    }

    [Fact]
    public async Task A_push_that_never_ends_is_cut_off_at_the_timeout()
    {
        (Libp2pStream local, _) = _connection.ConnectInbound(IdentifyProtocol.PushId);
        Task handling = _handler.HandleAsync(local, CancellationToken.None);

        _time.Advance(_limits.IdentifyTimeout - TimeSpan.FromTicks(1));
        Assert.False(handling.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling.Within());
    }

    private async Task<InMemoryMuxedStream> PushAsync(string agent, string? protocol)
    {
        var message = new ArrayBufferWriter<byte>();
        var frame = new ArrayBufferWriter<byte>();
        WriteMessage(message, agent, protocol);
        LengthPrefixedFrame.Write(frame, message.WrittenSpan);
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.PushId);
        await remote.Output.WriteAsync(frame.WrittenMemory).Within();
        await remote.CloseWriteAsync().Within();
        await _handler.HandleAsync(local, CancellationToken.None).Within();
        await local.DisposeAsync().Within();
        return remote;
    }

    private static void WriteMessage(ArrayBufferWriter<byte> message, string agent, string? protocol)
    {
        var writer = new ProtobufWriter(message);
        writer.WriteString(IdentifyMessage.AgentVersionField, agent);
        if (protocol is not null)
        {
            writer.WriteString(IdentifyMessage.ProtocolsField, protocol);
        }
    }
}
