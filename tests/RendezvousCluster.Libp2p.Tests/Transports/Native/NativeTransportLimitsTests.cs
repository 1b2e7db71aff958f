using System.Net;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Tests.Hosting;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Transports;

namespace RendezvousCluster.Libp2p.Tests.Transports.Native;

/// <summary>
/// The bounds of a host hold for every transport: places among connections, by address, by subnet and by peer, handshakes under way, and
/// the bytes that it holds.
/// </summary>
public sealed class NativeTransportLimitsTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Neighbour = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.1");

    private readonly NativeNetwork _network = new();

    [Fact]
    public async Task Connections_of_an_address_are_counted_when_they_come_in_and_silent_ones_too()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits { MaxConnectionsPerIp = 2 });
        NativeConnection silent = Connect(server, One);
        await using Libp2pHost client = Host(One);
        IPeerConnection second = await client.DialAsync(AddressOf(server)).Within();
        await Eventually.EqualAsync(1, () => server.Connections.Count);
        Assert.False(silent.IsCut || Connect(server, Neighbour).IsCut);

        // The silent one gives its place to a peer, and then there is none for a third.
        IPeerConnection third = await client.DialAsync(AddressOf(server)).Within();

        await Eventually.EqualAsync(2, () => server.Connections.Count);
        Assert.True(silent.IsCut);
        Assert.True(Connect(server, One).IsCut);
        Assert.Equal([8], await StreamExchange.EchoAsync(third, [8]));
        await second.CloseAsync().AsTask().Within();
        await Eventually.EqualAsync(false, () => Connect(server, One).IsCut);
    }

    [Fact]
    public async Task Connections_of_a_subnet_are_counted()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits { MaxConnectionsPerSubnet = 2 });
        await using Libp2pHost client = Host(One);
        await client.DialAsync(AddressOf(server)).Within();
        await using Libp2pHost neighbour = Host(Neighbour);
        await neighbour.DialAsync(AddressOf(server)).Within();
        await Eventually.EqualAsync(2, () => server.Connections.Count);

        Assert.True(Connect(server, One).IsCut);
        Assert.False(Connect(server, Elsewhere).IsCut);
    }

    [Fact]
    public async Task The_bound_on_all_connections_which_fits_the_descriptors_counts_them_with_those_of_sockets()
    {
        await using Libp2pHost server = await StartAsync(
            new Libp2pLimits { MaxConnections = 2 }, "/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1");
        await using Libp2pHost client = Host(One);
        IPeerConnection overTcp = await client.DialAsync(server.ListenAddresses[0].WithPeerId(server.PeerId)).Within();
        await client.DialAsync(server.ListenAddresses[1].WithPeerId(server.PeerId)).Within();

        Assert.True(_network.Connect(Elsewhere, EndPointOf(server, 1)).IsCut);
        await overTcp.CloseAsync().AsTask().Within();

        await Eventually.EqualAsync(false, () => _network.Connect(Elsewhere, EndPointOf(server, 1)).IsCut);
    }

    [Fact]
    public async Task Connections_of_a_peer_are_counted()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits { MaxConnectionsPerPeer = 1 });
        await using Libp2pHost client = Host(One);
        IPeerConnection first = await client.DialAsync(AddressOf(server)).Within();
        await Eventually.EqualAsync(1, () => server.Connections.Count);

        IPeerConnection second = await client.DialAsync(AddressOf(server)).Within();

        await second.ClosedAsync().Within();
        Assert.Equal([8], await StreamExchange.EchoAsync(first, [8]));
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task The_oldest_silent_handshake_makes_place_for_an_honest_newcomer()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits { MaxPendingHandshakes = 2 });
        NativeConnection oldest = Connect(server, Elsewhere);
        NativeConnection younger = Connect(server, Elsewhere);
        await using Libp2pHost client = Host(One);

        IPeerConnection honest = await client.DialAsync(AddressOf(server)).Within();

        Assert.Equal([9], await StreamExchange.EchoAsync(honest, [9]));
        Assert.True(oldest.IsCut);
        Assert.False(younger.IsCut);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handshake_that_is_late_is_cut(bool speaks)
    {
        var limits = new Libp2pLimits();
        var time = new TimerProbe(limits.FirstByteTimeout);
        await using Libp2pHost server = await StartAsync(limits, time);
        NativeConnection late = Connect(server, One);
        await time.Started.Within();
        if (speaks)
        {
            // A hello, and then no proof: it has all the time that a handshake may take.
            late.Send([.. new byte[32], .. KeyPair.GenerateEd25519().PublicKey.Encoded.Span]);
        }

        time.Advance(limits.FirstByteTimeout);
        Assert.Equal(!speaks, late.IsCut);
        time.Advance(limits.UpgradeTimeout - limits.FirstByteTimeout);

        await late.Completion.Within();
        await Eventually.EqualAsync(0L, () => server.HeldBytes);
    }

    [Fact]
    public async Task A_handshake_under_way_is_held_until_it_ends()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits());
        NativeConnection silent = Connect(server, One);

        Assert.Equal(TransportBuffers.PendingUpgradeBytes, server.HeldBytes);
        silent.Cut();
        await Eventually.EqualAsync(0L, () => server.HeldBytes);
        await using Libp2pHost client = Host(One);
        await client.DialAsync(AddressOf(server)).Within();

        await Eventually.EqualAsync(0L, () => server.HeldBytes);
    }

    [Fact]
    public async Task Handshakes_under_way_beyond_the_budget_are_cut()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits { MaxHeldBytes = 3 * TransportBuffers.PendingUpgradeBytes });

        NativeConnection[] silent = [.. Enumerable.Range(0, 5).Select(_ => Connect(server, One))];

        await Eventually.EqualAsync(2, () => silent.Count(connection => connection.IsCut));
        await Eventually.EqualAsync((long)3 * TransportBuffers.PendingUpgradeBytes, () => server.HeldBytes);
    }

    [Fact]
    public async Task The_peer_that_makes_the_host_hold_the_most_is_ended_and_its_bytes_are_given_back()
    {
        const int Piece = 64 * 1024;
        await using Libp2pHost server = await StartAsync(new Libp2pLimits { MaxHeldBytes = 12 * Piece });
        await using Libp2pHost small = Host(One);
        await using Libp2pHost big = Host(Elsewhere);
        IPeerConnection ofSmall = await small.DialAsync(AddressOf(server)).Within();
        IPeerConnection ofBig = await big.DialAsync(AddressOf(server)).Within();
        await FillAsync(ofSmall, streams: 3, Piece);
        await FillAsync(ofBig, streams: 8, Piece);
        await Eventually.EqualAsync(true, () => server.HeldBytes >= 11 * Piece);
        Assert.Equal(2, server.Connections.Count);

        await FillAsync(ofSmall, streams: 2, Piece);

        await ofBig.ClosedAsync().Within();
        Assert.False(ofSmall.Closed.IsCancellationRequested);
        await Eventually.EqualAsync(true, () => server.HeldBytes is >= 5 * Piece and < 6 * Piece);
        await ofSmall.CloseAsync().AsTask().Within();
        await Eventually.EqualAsync(0L, () => server.HeldBytes);
    }

    [Fact]
    public async Task This_host_dials_no_more_than_its_limit()
    {
        await using Libp2pHost server = await StartAsync(new Libp2pLimits());
        await using var client = new Libp2pHost(
            NativeTransport.Add(new Libp2pOptions { Limits = new Libp2pLimits { MaxConnections = 1 } }, _network), []);
        IPeerConnection first = await client.DialAsync(AddressOf(server)).Within();

        await Assert.ThrowsAsync<TransportException>(() => client.DialAsync(AddressOf(server)).Within());
        await first.CloseAsync().AsTask().Within();
        await Eventually.EqualAsync(0, () => client.Connections.Count);

        await client.DialAsync(AddressOf(server)).Within();
    }

    private static async Task FillAsync(IPeerConnection connection, int streams, int bytes)
    {
        for (int index = 0; index < streams; index++)
        {
            Libp2pStream stream = await connection.OpenStreamAsync([NeverReading.ProtocolId], CancellationToken.None).Within();
            await stream.Output.WriteAsync(new byte[bytes]).AsTask().Within();
        }
    }

    private static Multiaddr AddressOf(Libp2pHost host) => host.ListenAddresses[^1].WithPeerId(host.PeerId);

    private static IPEndPoint EndPointOf(Libp2pHost host, int index) =>
        new(IPAddress.Loopback, int.Parse(host.ListenAddresses[index].ValueOf("udp")!));

    private NativeConnection Connect(Libp2pHost server, IPAddress from) => _network.Connect(from, EndPointOf(server, 0));

    private Libp2pHost Host(IPAddress from) => new(NativeTransport.Add(new Libp2pOptions(), _network, from), []);

    private Task<Libp2pHost> StartAsync(Libp2pLimits limits, params string[] listen) => StartAsync(limits, TimeProvider.System, listen);

    private async Task<Libp2pHost> StartAsync(Libp2pLimits limits, TimeProvider time, params string[] listen)
    {
        Libp2pOptions options = NativeTransport.Add(new Libp2pOptions { Limits = limits }, _network);
        foreach (string address in listen is [] ? ["/ip4/127.0.0.1/udp/0/quic-v1"] : listen)
        {
            options.ListenAddresses.Add(Multiaddr.Parse(address));
        }

        var host = new Libp2pHost(options, [new EchoHandler(), new NeverReading()], time);
        await host.StartAsync().Within();
        return host;
    }

    /// <summary>Reads nothing until its connection ends.</summary>
    private sealed class NeverReading : IStreamHandler
    {
        public const string ProtocolId = "/never-reading/1.0.0";

        public IReadOnlyList<string> ProtocolIds { get; } = [ProtocolId];

        public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = cancellationToken.Register(() => ended.TrySetResult());
            await ended.Task;
        }
    }
}
