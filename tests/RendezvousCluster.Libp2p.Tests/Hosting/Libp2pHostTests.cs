using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

public sealed class Libp2pHostTests
{
    private const string Tcp = "/ip4/127.0.0.1/tcp/0";
    private const string Yamux = "/yamux/1.0.0";
    private const string Mplex = "/mplex/6.7.0";

    public static TheoryData<string, string> Stacks
    {
        get
        {
            var stacks = new TheoryData<string, string> { { "/ip6/::1/tcp/0", Yamux } };
            foreach (string suffix in Listening.Suffixes)
            {
                stacks.Add(Tcp + suffix, Yamux);
                stacks.Add(Tcp + suffix, Mplex);
            }

            return stacks;
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Dials_and_echoes_over_each_stack(string listen, string muxer)
    {
        await using Libp2pHost server = await StartAsync(listen);
        await using var client = new Libp2pHost(new Libp2pOptions().WithOnlyMuxer(muxer), []);

        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();
        byte[] sent = RandomBytes(300_000);
        byte[] received = await EchoAsync(connection, sent);

        Assert.Equal(sent, received);
        Assert.Equal(server.PeerId, connection.RemotePeer);
        Assert.Equal(muxer, connection.Muxer);
    }

    [Fact]
    public async Task The_host_announces_the_port_that_the_system_chose()
    {
        await using Libp2pHost server = await StartAsync(Tcp);

        Assert.NotEqual("0", Assert.Single(server.ListenAddresses).ValueOf("tcp"));
    }

    [Fact]
    public async Task The_host_refuses_a_peer_that_is_not_the_one_dialled()
    {
        await using Libp2pHost server = await StartAsync(Tcp);
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        Multiaddr wrong = server.ListenAddresses[0].WithPeerId(KeyPair.GenerateEd25519().PeerId);

        SecurityHandshakeException failure = await Assert.ThrowsAsync<SecurityHandshakeException>(() => client.DialAsync(wrong).Within());

        Assert.Equal(SecurityHandshakeError.PeerIdMismatch, failure.Error);
        Assert.Empty(client.Connections);
    }

    [Fact]
    public async Task The_host_refuses_a_protocol_that_nobody_serves_and_keeps_the_connection()
    {
        await using Libp2pHost server = await StartAsync(Tcp);
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();

        NegotiationException failure = await Assert.ThrowsAsync<NegotiationException>(
            () => connection.OpenStreamAsync(["/nobody/serves/this"], CancellationToken.None).Within());

        Assert.Equal(NegotiationError.ProtocolNotSupported, failure.Error);
        Assert.Equal([7], await EchoAsync(connection, [7]));
    }

    [Fact]
    public async Task A_taken_port_is_a_transport_exception_that_names_it()
    {
        await using Libp2pHost first = await StartAsync(Tcp);
        string taken = first.ListenAddresses[0].ToString();

        TransportException failure = await Assert.ThrowsAsync<TransportException>(() => StartAsync(taken).Within());

        Assert.Contains(taken, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialling_a_closed_port_is_a_transport_exception()
    {
        await using Libp2pHost server = await StartAsync(Tcp);
        Multiaddr address = AddressOf(server);
        await server.StopAsync(CancellationToken.None);
        await using var client = new Libp2pHost(new Libp2pOptions(), []);

        await Assert.ThrowsAsync<TransportException>(() => client.DialAsync(address).Within());
    }

    [Fact]
    public async Task A_peer_that_cuts_the_connection_inside_the_upgrade_is_a_transport_exception()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        Task<IPeerConnection> dialling = client.DialAsync(Multiaddr.FromTcpEndPoint((IPEndPoint)listener.LocalEndpoint));

        using (Socket socket = await listener.AcceptSocketAsync().Within())
        {
            // The first bytes of the negotiation: the dial is over, the upgrade has begun.
            await socket.ReceiveAsync(new byte[20]).Within();
            socket.LingerState = new LingerOption(enable: true, seconds: 0); // closing sends a reset
        }

        TransportException failure = await Assert.ThrowsAsync<TransportException>(() => dialling.Within());
        Assert.Contains("cut the connection", failure.Message, StringComparison.Ordinal);
        Assert.Empty(client.Connections);
    }

    [Fact]
    public async Task Garbage_and_silence_end_that_socket_and_nothing_else()
    {
        await using Libp2pHost server = await StartAsync(Tcp);
        foreach (byte[] garbage in new[] { "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), RandomBytes(100), [0xFF, 0xFF, 0xFF, 0xFF], [] })
        {
            using Socket socket = await ConnectAsync(server);
            await socket.SendAsync(garbage);
            socket.Shutdown(SocketShutdown.Send);
            await DrainAsync(socket).Within();
        }

        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();
        Assert.Equal([1, 2, 3], await EchoAsync(connection, [1, 2, 3]));
    }

    [Fact]
    public async Task A_silent_connection_is_cut_at_the_upgrade_timeout_and_not_before()
    {
        var time = new FakeTimeProvider();
        var options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse(Tcp) } };
        await using var server = new Libp2pHost(options.WithListening(), [], time);
        await server.StartAsync();
        using Socket socket = await ConnectSilentlyAsync(server);

        time.Advance(options.Limits.UpgradeTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(socket.Poll(0, SelectMode.SelectRead), "cut before the timeout");
        time.Advance(TimeSpan.FromMilliseconds(1));

        await DrainAsync(socket).Within();
    }

    [Fact]
    public async Task Silent_sockets_take_no_more_than_the_pending_places_and_give_them_back()
    {
        await using Libp2pHost server = await StartAsync(Tcp, new Libp2pLimits { MaxPendingHandshakes = 2 });
        using Socket first = await ConnectSilentlyAsync(server);
        using Socket second = await ConnectSilentlyAsync(server);
        await RefusedAsync(server).Within();

        first.Close();
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await DialUntilAdmittedAsync(client, AddressOf(server));

        Assert.Equal([4], await EchoAsync(connection, [4]));
    }

    [Fact]
    public async Task Connections_over_the_limit_are_closed_and_the_rest_live()
    {
        await using Libp2pHost server = await StartAsync(Tcp, new Libp2pLimits { MaxConnections = 1 });
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection first = await client.DialAsync(AddressOf(server)).Within();

        await Assert.ThrowsAnyAsync<Exception>(() => client.DialAsync(AddressOf(server)).Within());

        Assert.Equal([5], await EchoAsync(first, [5]));
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task A_peer_has_no_more_connections_than_its_limit()
    {
        await using Libp2pHost server = await StartAsync(Tcp, new Libp2pLimits { MaxConnectionsPerPeer = 1 });
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection first = await client.DialAsync(AddressOf(server)).Within();
        IPeerConnection second = await client.DialAsync(AddressOf(server)).Within();

        await second.ClosedAsync().Within();

        Assert.Equal([5], await EchoAsync(first, [5]));
    }

    [Fact]
    public async Task Stopping_says_goodbye_to_peers_and_frees_the_port()
    {
        await using Libp2pHost server = await StartAsync(Tcp);
        string address = server.ListenAddresses[0].ToString();
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();

        await server.StopAsync(CancellationToken.None).Within();
        await connection.ClosedAsync().Within();

        await using Libp2pHost again = await StartAsync(address);
        Assert.Empty(server.Connections);
    }

    [Fact]
    public async Task A_handler_that_throws_resets_its_stream_only()
    {
        await using Libp2pHost server = await StartAsync(Tcp, handlers: [new EchoHandler(), new ThrowingHandler()]);
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();

        // The reset may overtake the answer of the negotiation: opening or reading sees it.
        await Assert.ThrowsAsync<MuxerStreamException>(async () =>
        {
            Libp2pStream broken = await connection.OpenStreamAsync([ThrowingHandler.ProtocolId], CancellationToken.None).Within();
            await broken.Input.ReadAsync().Within();
        });

        Assert.Equal([9], await EchoAsync(connection, [9]));
    }

    [Fact]
    public void Two_handlers_of_one_protocol_are_a_mistake()
    {
        Assert.Throws<ArgumentException>(() => new Libp2pHost(new Libp2pOptions(), [new EchoHandler(), new EchoHandler()]));
    }

    [Fact]
    public async Task The_host_announces_the_addresses_of_its_options_instead_of_the_bound_ones()
    {
        Multiaddr announced = Multiaddr.Parse("/dns4/point.example.org/tcp/443/wss");
        var options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse(Tcp) }, AnnounceAddresses = { announced } };
        await using var server = new Libp2pHost(options.WithListening(), []);
        await server.StartAsync();

        Assert.Equal([announced], server.AdvertisedAddresses);
    }

    [Fact]
    public async Task The_host_identifies_itself_and_answers_pings()
    {
        await using Libp2pHost server = await StartAsync(Tcp);
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();

        IdentifyInfo told =
            await new IdentifyClient(new Libp2pLimits(), TimeProvider.System).RequestAsync(connection, CancellationToken.None).Within();
        TimeSpan roundTrip =
            await new PingClient(new Libp2pLimits(), TimeProvider.System).PingAsync(connection, CancellationToken.None).Within();

        Assert.Equal(server.ListenAddresses, told.ListenAddresses);
        Assert.Equal(server.ProtocolIds, told.Protocols);
        Assert.Contains(EchoHandler.ProtocolId, told.Protocols);
        Assert.StartsWith("rendezvous-cluster/", told.AgentVersion, StringComparison.Ordinal);
        Assert.Equal(server.ListenAddresses, told.SignedPeerRecord!.Record.Addresses);
        Assert.Equal("127.0.0.1", told.ObservedAddress!.ValueOf("ip4"));
        Assert.True(roundTrip > TimeSpan.Zero);
    }

    private static async Task<Libp2pHost> StartAsync(string listen, Libp2pLimits? limits = null, IStreamHandler[]? handlers = null)
    {
        var options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse(listen) }, Limits = limits ?? new Libp2pLimits() };
        var host = new Libp2pHost(options.WithListening(), handlers ?? [new EchoHandler()]);
        await host.StartAsync().Within();
        return host;
    }

    private static Multiaddr AddressOf(Libp2pHost host) => host.ListenAddresses[0].WithPeerId(host.PeerId);

    private static Task<byte[]> EchoAsync(IPeerConnection connection, byte[] data) => StreamExchange.EchoAsync(connection, data).Within();

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        SeededRandom.Create(out _).NextBytes(bytes);
        return bytes;
    }

    private static async Task<Socket> ConnectAsync(Libp2pHost server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(server.ListenAddresses[0].ValueOf("tcp")!));
        return socket;
    }

    /// <summary>
    /// Connects and stops in the middle of the negotiation. The answered header proves that the server is inside the upgrade: its place is
    /// taken and its clock runs.
    /// </summary>
    private static async Task<Socket> ConnectSilentlyAsync(Libp2pHost server)
    {
        Socket socket = await ConnectAsync(server);
        await socket.SendAsync("\u0013/multistream/1.0.0\n"u8.ToArray());
        await socket.ReceiveAsync(new byte[20]).Within();
        return socket;
    }

    /// <summary>Connects and is cut; the cut may come before the connect has returned.</summary>
    private static async Task RefusedAsync(Libp2pHost server)
    {
        try
        {
            using Socket socket = await ConnectAsync(server);
            await DrainAsync(socket);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            return;
        }
    }

    /// <summary>The server learns of a closed socket in its own time; until then it refuses.</summary>
    private static async Task<IPeerConnection> DialUntilAdmittedAsync(Libp2pHost client, Multiaddr address)
    {
        const int MaxTries = 1_000;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await client.DialAsync(address).Within();
            }
            catch (Exception exception) when (exception is Libp2pException or IOException && tries < MaxTries)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Reads until the other side ends the connection, in whichever way.</summary>
    private static async Task DrainAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            return;
        }
    }

    private sealed class ThrowingHandler : IStreamHandler
    {
        public const string ProtocolId = "/throws/1.0.0";

        public IReadOnlyList<string> ProtocolIds { get; } = [ProtocolId];

        public Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("on purpose");
    }
}
