using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Hosting.Upgrading;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;
using TimerProbe = RendezvousCluster.Libp2p.Tests.Muxing.TimerProbe;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>A peer that is gone without a word, and one that lives and has little to say, over real sockets and in virtual time.</summary>
public sealed class SilentPeerProbeTests : IAsyncLifetime, IDisposable
{
    private static readonly Multiaddr Loopback = Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    private readonly TimerProbe _time = new();
    private readonly Libp2pLimits _limits = new();
    private readonly Libp2pHost _host;
    private Socket? _socket;
    private NetworkStream? _network;

    public SilentPeerProbeTests() =>
        _host = new Libp2pHost(new Libp2pOptions { ListenAddresses = { Loopback }, Limits = _limits }, [new EchoHandler()], _time);

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose()
    {
        _network?.Dispose();
        _socket?.Dispose();
    }

    [Theory]
    [InlineData("/mplex/6.7.0", false)]
    [InlineData("/mplex/6.7.0", true)]
    [InlineData("/yamux/1.0.0", false)]
    [InlineData("/yamux/1.0.0", true)]
    public async Task A_peer_that_is_gone_without_a_word_is_let_go_within_two_minutes(string muxer, bool hostDials)
    {
        // It is connected and reads nothing from then on, as if its link were down.
        var mute = new MuteMuxer(muxer == "/mplex/6.7.0" ? new MplexMuxer(TimeProvider.System) : new YamuxMuxer(TimeProvider.System));
        await ConnectAsync(mute, hostDials);
        await _time.TimerCreatedAsync(muxer == "/mplex/6.7.0" ? Timeout.InfiniteTimeSpan : _limits.KeepAliveInterval);
        await Eventually.EqualAsync(1, () => _host.Connections.Count);
        var closed = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = _host.Connections.Single().Closed.Register(closed.SetResult);

        for (int seconds = 0; seconds < 120; seconds += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        await closed.Task.Within();
        await Eventually.EqualAsync(0, () => _host.Connections.Count);
    }

    [Fact]
    public async Task A_peer_without_ping_that_refuses_the_stream_lives_on()
    {
        UpgradedStreams peer = await ConnectAsync(new MplexMuxer(TimeProvider.System), hostDials: false);
        for (int i = 0; i < 5; i++)
        {
            await EchoOnceAsync(peer.Streams); // the host has read all that the peer sent before
            _time.Advance(_limits.KeepAliveInterval); // heard of: not asked
            _time.Advance(_limits.KeepAliveInterval);
            IMuxedStream asked = (await peer.Streams.AcceptStreamAsync(CancellationToken.None).Within())!;
            var proposals = new List<string>();
            await Assert.ThrowsAnyAsync<Libp2pException>(() => MultistreamSelect.ListenAsync(
                asked,
                id =>
                {
                    proposals.Add(id);
                    return false;
                },
                _limits,
                CancellationToken.None).AsTask().Within()); // the host gives the stream up, so it has read our "na"
            Assert.Equal([PingProtocol.Id], proposals);
            await asked.DisposeAsync();
            _time.Advance(_limits.KeepAliveTimeout);
        }

        await EchoOnceAsync(peer.Streams);
        Assert.Single(_host.Connections);
    }

    [Fact]
    public async Task A_peer_that_answers_pings_lives_on()
    {
        UpgradedStreams peer = await ConnectAsync(new MplexMuxer(TimeProvider.System), hostDials: false);
        for (int i = 0; i < 5; i++)
        {
            await EchoOnceAsync(peer.Streams); // the host has read all that the peer sent before
            _time.Advance(_limits.KeepAliveInterval); // heard of: not asked
            _time.Advance(_limits.KeepAliveInterval);
            IMuxedStream ping = (await peer.Streams.AcceptStreamAsync(CancellationToken.None).Within())!;
            await MultistreamSelect.ListenAsync(ping, id => id == PingProtocol.Id, _limits, CancellationToken.None).Within();
            ReadResult asked = await ping.Input.ReadAtLeastAsync(PingProtocol.PayloadBytes).Within();
            await ping.Output.WriteAsync(asked.Buffer.ToArray()).Within();
            ping.Input.AdvanceTo(asked.Buffer.End);
            Assert.True((await ping.Input.ReadAsync().Within()).IsCompleted); // the host has our answer: it closes its side
            await ping.CloseWriteAsync().Within();
            await ping.DisposeAsync();
            _time.Advance(_limits.KeepAliveTimeout);
        }

        await EchoOnceAsync(peer.Streams);
        Assert.Single(_host.Connections);
    }

    private static async Task EchoOnceAsync(IMuxedConnection streams)
    {
        IMuxedStream stream = await streams.OpenStreamAsync(CancellationToken.None).Within();
        await MultistreamSelect.DialAsync(stream, [EchoHandler.ProtocolId], new Libp2pLimits(), CancellationToken.None).Within();
        await stream.CloseWriteAsync().Within();
        Assert.True((await stream.Input.ReadAsync().Within()).IsCompleted);
        await stream.DisposeAsync();
    }

    private async Task<UpgradedStreams> ConnectAsync(IStreamMuxer muxer, bool hostDials)
    {
        var upgrader = new ConnectionUpgrader(
            [new NoiseSecurityProtocol(KeyPair.GenerateEd25519(), [muxer.ProtocolId], _limits)], [muxer], _limits);
        if (!hostDials)
        {
            _socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await _socket.ConnectAsync(IPAddress.Loopback, int.Parse(_host.ListenAddresses[0].ValueOf("tcp")!));
            _network = new NetworkStream(_socket);
            return await upgrader.UpgradeOutboundAsync(
                new StreamDuplexPipe(_network), _host.PeerId, new ByteAccount(), CancellationToken.None).Within();
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task dialling = _host.DialAsync(Multiaddr.Parse($"/ip4/127.0.0.1/tcp/{((IPEndPoint)listener.LocalEndpoint).Port}"));
        _socket = await listener.AcceptSocketAsync().Within();
        _network = new NetworkStream(_socket);
        UpgradedStreams upgraded = await upgrader.UpgradeInboundAsync(
            new StreamDuplexPipe(_network), new ByteAccount(), CancellationToken.None).Within();
        await dialling.Within();
        return upgraded;
    }

    /// <summary>Negotiates as the real one, then never reads: nothing runs over the connection.</summary>
    private sealed class MuteMuxer(IStreamMuxer real) : IStreamMuxer
    {
        public string ProtocolId => real.ProtocolId;

        public IMuxedConnection Start(IDuplexPipe transport, bool isDialer, Libp2pLimits limits, ByteAccount? account = null) =>
            real.Start(DuplexPipePair.Create().Left, isDialer, limits, account);
    }
}
