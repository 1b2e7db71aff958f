using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Protocols.Ping;

public sealed class PingTests : IDisposable
{
    private readonly Libp2pLimits _limits = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakePeerConnection _connection = new(KeyPair.GenerateEd25519().PublicKey);

    public void Dispose() => _connection.Dispose();

    [Fact]
    public async Task Every_ping_is_echoed_until_the_remote_closes()
    {
        (InMemoryMuxedStream remote, Task handling) = Start();
        for (byte round = 0; round < 10; round++)
        {
            byte[] payload = [.. Enumerable.Repeat(round, PingProtocol.PayloadBytes)];
            await remote.Output.WriteAsync(payload).Within();
            Assert.Equal(payload, await ReadEchoAsync(remote));
        }

        await remote.CloseWriteAsync().Within();
        await handling.Within();
        ReadResult end = await remote.Input.ReadAsync().Within();
        Assert.True(end.IsCompleted && end.Buffer.IsEmpty);
        Assert.Null(remote.ResetReason);
    }

    [Fact]
    public async Task Pings_may_come_in_pieces_and_in_bulk()
    {
        (InMemoryMuxedStream remote, Task handling) = Start();
        byte[] three = [.. Enumerable.Range(0, 3 * PingProtocol.PayloadBytes).Select(index => (byte)index)];
        await remote.Output.WriteAsync(three.AsMemory(0, 5)).Within();
        await remote.Output.WriteAsync(three.AsMemory(5)).Within();

        for (int index = 0; index < 3; index++)
        {
            Assert.Equal(three.AsSpan(index * PingProtocol.PayloadBytes, PingProtocol.PayloadBytes).ToArray(), await ReadEchoAsync(remote));
        }

        await remote.CloseWriteAsync().Within();
        await handling.Within();
    }

    [Fact]
    public async Task An_end_inside_a_ping_resets_the_stream()
    {
        (InMemoryMuxedStream remote, Task handling) = Start();
        await remote.Output.WriteAsync(new byte[31]).Within();
        await remote.CloseWriteAsync().Within();
        await handling.Within();

        Assert.Equal(StreamEndReason.ResetByRemote, remote.ResetReason);
    }

    [Fact]
    public async Task Two_streams_are_served_a_third_is_reset_and_a_free_place_is_given_again()
    {
        (InMemoryMuxedStream first, Task handlingFirst) = Start();
        (InMemoryMuxedStream second, Task handlingSecond) = Start();
        (InMemoryMuxedStream third, Task handlingThird) = Start();
        await handlingThird.Within();
        Assert.Equal(StreamEndReason.ResetByRemote, third.ResetReason);
        Assert.False(handlingFirst.IsCompleted || handlingSecond.IsCompleted);

        await first.CloseWriteAsync().Within();
        await handlingFirst.Within();
        (InMemoryMuxedStream fourth, Task handlingFourth) = Start();
        await fourth.Output.WriteAsync(new byte[PingProtocol.PayloadBytes]).Within();
        Assert.Equal(new byte[PingProtocol.PayloadBytes], await ReadEchoAsync(fourth));
        await fourth.CloseWriteAsync().Within();
        await second.CloseWriteAsync().Within();
        await handlingFourth.Within();
        await handlingSecond.Within();
    }

    [Fact]
    public async Task An_idle_stream_is_reset_and_each_ping_starts_the_time_anew()
    {
        (InMemoryMuxedStream remote, Task handling) = Start();
        TimeSpan almost = _limits.PingIdleTimeout - TimeSpan.FromTicks(1);
        for (int round = 0; round < 3; round++)
        {
            _time.Advance(almost);
            await remote.Output.WriteAsync(new byte[PingProtocol.PayloadBytes]).Within();
            await ReadEchoAsync(remote);
        }

        _time.Advance(almost);
        Assert.False(handling.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await handling.Within();
        Assert.Equal(StreamEndReason.ResetByRemote, remote.ResetReason);
    }

    [Fact]
    public async Task The_client_measures_the_round_trip()
    {
        Task<TimeSpan> pinging = new PingClient(_limits, _time).PingAsync(_connection, CancellationToken.None);
        FakePeerConnection.OutboundStream outbound = await _connection.AcceptOutboundAsync();
        Assert.Equal(PingProtocol.Id, outbound.ProtocolId);
        byte[] payload = await ReadEchoAsync(outbound.Stream);
        _time.Advance(TimeSpan.FromMilliseconds(37));
        await outbound.Stream.Output.WriteAsync(payload).Within();
        await outbound.Stream.CloseWriteAsync().Within();

        Assert.Equal(TimeSpan.FromMilliseconds(37), await pinging.Within());
        Assert.True(outbound.Stream.Input.TryRead(out ReadResult end) && end.IsCompleted);
        Assert.Null(outbound.Stream.ResetReason);
    }

    [Fact]
    public async Task Two_pings_differ()
    {
        var payloads = new List<byte[]>();
        for (int round = 0; round < 2; round++)
        {
            Task<TimeSpan> pinging = new PingClient(_limits, _time).PingAsync(_connection, CancellationToken.None);
            FakePeerConnection.OutboundStream outbound = await _connection.AcceptOutboundAsync();
            payloads.Add(await ReadEchoAsync(outbound.Stream));
            outbound.Stream.Reset();
            await Assert.ThrowsAsync<MuxerStreamException>(() => pinging.Within());
        }

        Assert.NotEqual(payloads[0], payloads[1]);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(31)]
    [InlineData(0)]
    public async Task A_wrong_answer_is_an_error(int answerBytes)
    {
        Task<TimeSpan> pinging = new PingClient(_limits, _time).PingAsync(_connection, CancellationToken.None);
        FakePeerConnection.OutboundStream outbound = await _connection.AcceptOutboundAsync();
        await outbound.Stream.AnswerAsync(new byte[answerBytes]);

        await Assert.ThrowsAsync<PingException>(() => pinging.Within());
    }

    [Fact]
    public async Task No_answer_is_an_error_at_the_timeout_and_not_before()
    {
        Task<TimeSpan> pinging = new PingClient(_limits, _time).PingAsync(_connection, CancellationToken.None);
        await _connection.AcceptOutboundAsync();

        _time.Advance(_limits.PingTimeout - TimeSpan.FromTicks(1));
        Assert.False(pinging.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAsync<PingException>(() => pinging.Within());
    }

    private static async Task<byte[]> ReadEchoAsync(InMemoryMuxedStream stream)
    {
        ReadResult result = await stream.Input.ReadAtLeastAsync(PingProtocol.PayloadBytes).Within();
        byte[] echo = result.Buffer.Slice(0, PingProtocol.PayloadBytes).ToArray();
        stream.Input.AdvanceTo(result.Buffer.GetPosition(PingProtocol.PayloadBytes));
        return echo;
    }

    private (InMemoryMuxedStream Remote, Task Handling) Start()
    {
        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(PingProtocol.Id);
        return (remote, new PingHandler(_limits, _time).HandleAsync(local, CancellationToken.None));
    }
}
