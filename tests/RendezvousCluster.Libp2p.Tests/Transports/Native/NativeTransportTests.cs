using System.Net;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Tests.Hosting;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Transports;

namespace RendezvousCluster.Libp2p.Tests.Transports.Native;

/// <summary>A transport that secures and multiplexes its connections itself serves a host as TCP does.</summary>
public sealed class NativeTransportTests
{
    private readonly NativeNetwork _network = new();

    [Fact]
    public async Task Identify_ping_and_echo_run_over_a_transport_that_needs_no_upgrade()
    {
        await using Libp2pHost server = await StartAsync();
        await using Libp2pHost client = Host();

        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();
        byte[] sent = [.. Enumerable.Range(0, 600_000).Select(index => (byte)(index * 7))];

        Assert.Equal(sent, await StreamExchange.EchoAsync(connection, sent));
        Assert.Equal(server.PeerId, connection.RemotePeer);
        Assert.Equal(NativeTransport.Name, connection.Muxer);
        Assert.Equal(server.ListenAddresses[0], connection.RemoteAddress);
        await new PingClient(new Libp2pLimits(), TimeProvider.System).PingAsync(connection, CancellationToken.None).Within();
        IdentifyInfo identify =
            await new IdentifyClient(new Libp2pLimits(), TimeProvider.System).RequestAsync(connection, CancellationToken.None).Within();
        Assert.Equal(server.ListenAddresses, identify.ListenAddresses);
        Assert.Contains(EchoHandler.ProtocolId, identify.Protocols);
    }

    [Fact]
    public async Task The_listener_opens_streams_to_its_dialler()
    {
        await using Libp2pHost server = await StartAsync();
        await using var client = new Libp2pHost(NativeTransport.Add(new Libp2pOptions(), _network), [new EchoHandler()]);
        await client.DialAsync(AddressOf(server)).Within();
        await Eventually.EqualAsync(1, () => server.Connections.Count);

        Assert.Equal([4, 5], await StreamExchange.EchoAsync(server.Connections.Single(), [4, 5]));
    }

    [Fact]
    public async Task A_host_speaks_such_a_transport_and_tcp_side_by_side()
    {
        await using Libp2pHost server = await StartAsync(listen: ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"]);
        await using Libp2pHost client = Host();

        foreach (Multiaddr address in server.ListenAddresses)
        {
            IPeerConnection connection = await client.DialAsync(address.WithPeerId(server.PeerId)).Within();
            Assert.Equal([6], await StreamExchange.EchoAsync(connection, [6]));
        }

        Assert.Equal(["native", "/yamux/1.0.0"], client.Connections.Select(connection => connection.Muxer).Order().Reverse());
    }

    [Fact]
    public async Task A_host_needs_neither_muxer_nor_security_protocol_when_its_transports_need_none()
    {
        await using Libp2pHost server = await StartAsync();
        Libp2pOptions options = NativeTransport.Add(new Libp2pOptions(), _network);
        options.Transports.Remove(Libp2pOptions.TcpTransportName);
        options.Transports.Remove(Libp2pOptions.WebSocketTransportName);
        options.Muxers.Clear();
        options.SecurityProtocols.Clear();
        await using var client = new Libp2pHost(options, []);

        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();

        Assert.Equal([7], await StreamExchange.EchoAsync(connection, [7]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_is_not_the_one_dialled_is_refused_also_where_the_transport_does_not_look(bool transportLooks)
    {
        await using Libp2pHost server = await StartAsync();
        await using Libp2pHost client =
            Host(context => new NativeTransport(context, _network, IPAddress.Loopback) { ChecksPeer = transportLooks });
        Multiaddr wrong = server.ListenAddresses[0].WithPeerId(KeyPair.GenerateEd25519().PeerId);

        Libp2pException failure = await Assert.ThrowsAnyAsync<Libp2pException>(() => client.DialAsync(wrong).Within());

        Assert.Equal(transportLooks, failure is not SecurityHandshakeException { Error: SecurityHandshakeError.PeerIdMismatch });
        await Eventually.EqualAsync(0, () => client.Connections.Count + server.Connections.Count);
        Assert.Equal(0, client.HeldBytes);
    }

    [Fact]
    public async Task A_transport_that_does_not_say_how_its_connections_are_cut_is_a_mistake_that_is_named()
    {
        await using Libp2pHost server = await StartAsync();
        await using Libp2pHost client = Host(context => new NativeTransport(context, _network, IPAddress.Loopback) { Watches = false });

        InvalidOperationException failure =
            await Assert.ThrowsAsync<InvalidOperationException>(() => client.DialAsync(AddressOf(server)).Within());

        Assert.Contains("Door.Watch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dial_that_is_never_answered_ends_at_the_time_that_dialling_and_upgrading_may_take()
    {
        var limits = new Libp2pLimits();
        TimeSpan limit = limits.DialTimeout + limits.UpgradeTimeout;
        var time = new TimerProbe(limit);
        await using var client = new Libp2pHost(WithMute(new Libp2pOptions { Limits = limits }), [], time);
        Task<IPeerConnection> dialling = client.DialAsync(Multiaddr.Parse("/memory/1"));
        await time.Started.Within();

        time.Advance(limit);

        TimeoutException failure = await Assert.ThrowsAsync<TimeoutException>(() => dialling.Within());
        Assert.Contains("/memory/1", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, client.HeldBytes);
    }

    [Fact]
    public async Task A_host_that_stops_ends_such_connections_in_the_ordinary_way()
    {
        Libp2pHost server = await StartAsync();
        await using Libp2pHost client = Host();
        Multiaddr address = AddressOf(server);
        IPeerConnection connection = await client.DialAsync(address).Within();
        NativeConnection silent = _network.Connect(IPAddress.Loopback, EndPointOf(server));

        await server.DisposeAsync().AsTask().Within();

        await connection.ClosedAsync().Within();
        await Eventually.EqualAsync(0, () => client.Connections.Count);
        await silent.Completion.Within();
        Assert.Equal(0, server.HeldBytes);
        await Assert.ThrowsAsync<TransportException>(() => client.DialAsync(address).Within());
    }

    [Fact]
    public async Task Listen_addresses_are_checked_with_the_transport_before_the_start()
    {
        await using Libp2pHost server = await StartAsync();
        Libp2pOptions options = NativeTransport.Add(new Libp2pOptions { ListenAddresses = { server.ListenAddresses[0] } }, _network);
        await using var second = new Libp2pHost(options, []);

        Assert.Throws<TransportException>(second.CheckListenAddresses);
        await Assert.ThrowsAsync<TransportException>(() => second.StartAsync().Within());
        await server.StopAsync(CancellationToken.None).Within();
        second.CheckListenAddresses();
        await second.StartAsync().Within();
    }

    private static Libp2pOptions WithMute(Libp2pOptions options)
    {
        options.Transports["mute"] = _ => new MuteTransport();
        return options;
    }

    private static Multiaddr AddressOf(Libp2pHost host) => host.ListenAddresses[0].WithPeerId(host.PeerId);

    private static IPEndPoint EndPointOf(Libp2pHost host) => new(IPAddress.Loopback, int.Parse(host.ListenAddresses[0].ValueOf("udp")!));

    private Libp2pHost Host(Func<HostContext, ITransport>? transport = null)
    {
        Libp2pOptions options = NativeTransport.Add(new Libp2pOptions(), _network);
        options.Transports[NativeTransport.Name] = transport ?? options.Transports[NativeTransport.Name];
        return new Libp2pHost(options, []);
    }

    private async Task<Libp2pHost> StartAsync(string[]? listen = null)
    {
        Libp2pOptions options = NativeTransport.Add(new Libp2pOptions(), _network);
        foreach (string address in listen ?? ["/ip4/127.0.0.1/udp/0/quic-v1"])
        {
            options.ListenAddresses.Add(Multiaddr.Parse(address));
        }

        var host = new Libp2pHost(options, [new EchoHandler()]);
        await host.StartAsync().Within();
        return host;
    }

    /// <summary>Dials, and nobody ever answers.</summary>
    private sealed class MuteTransport : ITransport
    {
        public bool CanHandle(Multiaddr address) => address.Contains("memory");

        public Task<ICapableConnection> DialAsync(Multiaddr address, ConnectionScope scope, CancellationToken cancellationToken) =>
            new TaskCompletionSource<ICapableConnection>().Task.WaitAsync(cancellationToken);
    }
}
