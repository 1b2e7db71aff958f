using System.Net;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class ConnectionLimiterTests
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("203.0.113.7");

    [Fact]
    public void Admits_up_to_the_total_and_refuses_the_next()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnections = 2 });
        Assert.NotNull(Reserve(limiter, null));
        ConnectionScope second = Reserve(limiter, null)!;

        Assert.Equal(ConnectionLimit.Connections, limiter.TryReserve(null, isOutbound: false, out _, out _));
        second.Dispose();

        Assert.NotNull(Reserve(limiter, null));
    }

    [Fact]
    public void Counts_per_ip_address_and_leaves_others_alone()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerIp = 1 });
        ConnectionScope first = Reserve(limiter, Somewhere)!;

        Assert.Equal(ConnectionLimit.ConnectionsPerIp, limiter.TryReserve(Somewhere, isOutbound: false, out _, out _));
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("203.0.113.8")));
        first.Dispose();
        Assert.NotNull(Reserve(limiter, Somewhere));
    }

    [Fact]
    public void Counts_ipv6_by_its_56_bit_prefix()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerIp = 1 });
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("2001:db8:1:2201::1")));

        Assert.Equal(
            ConnectionLimit.ConnectionsPerIp, limiter.TryReserve(IPAddress.Parse("2001:db8:1:22ff::2"), isOutbound: false, out _, out _));
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("2001:db8:1:2301::1")));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Does_not_count_loopback_per_ip(string address)
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerIp = 1 });
        Assert.NotNull(Reserve(limiter, IPAddress.Parse(address)));
        Assert.NotNull(Reserve(limiter, IPAddress.Parse(address)));
    }

    [Fact]
    public void Frees_the_pending_place_when_the_handshake_ends()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakes = 1 });
        ConnectionScope first = Reserve(limiter, Somewhere)!;
        Assert.Equal(1, limiter.PendingHandshakes);

        Assert.True(first.TryBindPeer(KeyPair.GenerateEd25519().PeerId));

        Assert.Equal(0, limiter.PendingHandshakes);
        Assert.Equal(ConnectionLimit.None, limiter.TryReserve(Somewhere, isOutbound: false, out _, out ConnectionScope? putOut));
        Assert.Null(putOut);
    }

    [Fact]
    public void Outbound_connections_do_not_wait_for_handshakes_of_others()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakes = 1 });
        Assert.NotNull(Reserve(limiter, Somewhere));

        Assert.Equal(ConnectionLimit.None, limiter.TryReserve(Somewhere, isOutbound: true, out _, out _));
    }

    [Fact]
    public void Binds_a_peer_up_to_its_limit()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerPeer = 2 });
        PeerId peer = KeyPair.GenerateEd25519().PeerId;
        ConnectionScope first = Reserve(limiter, null)!;
        Assert.True(first.TryBindPeer(peer));
        Assert.True(Reserve(limiter, null)!.TryBindPeer(peer));

        Assert.False(Reserve(limiter, null)!.TryBindPeer(peer));
        first.Dispose();

        Assert.True(Reserve(limiter, null)!.TryBindPeer(peer));
    }

    [Fact]
    public void Counts_per_subnet_over_all_its_addresses()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerSubnet = 2 });
        ConnectionScope first = Reserve(limiter, IPAddress.Parse("203.0.113.7"))!;
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("203.0.113.8")));

        Assert.Equal(
            ConnectionLimit.ConnectionsPerSubnet, limiter.TryReserve(IPAddress.Parse("203.0.113.9"), isOutbound: false, out _, out _));
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("203.0.112.9")));
        first.Dispose();
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("203.0.113.9")));
    }

    [Fact]
    public void Counts_an_ipv4_address_mapped_into_ipv6_as_the_ipv4_address()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerIp = 1 });
        Assert.NotNull(Reserve(limiter, Somewhere));

        Assert.Equal(
            ConnectionLimit.ConnectionsPerIp, limiter.TryReserve(Somewhere.MapToIPv6(), isOutbound: false, out _, out _));
    }

    [Fact]
    public void A_connection_that_was_put_out_counts_among_all_until_it_is_closed()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnections = 2, MaxPendingHandshakes = 1 });
        ConnectionScope first = Reserve(limiter, Somewhere)!;

        Assert.Equal(
            ConnectionLimit.PendingHandshakes,
            limiter.TryReserve(
                IPAddress.Parse("198.51.100.1"), isOutbound: false, out ConnectionScope? second, out ConnectionScope? putOut));

        Assert.Same(first, putOut);
        Assert.NotNull(second);
        Assert.Equal((2, 1), (limiter.Connections, limiter.PendingHandshakes));
        Assert.Equal(ConnectionLimit.Connections, limiter.TryReserve(Somewhere, isOutbound: false, out _, out _));
        first.Dispose();
        Assert.Equal((1, 1), (limiter.Connections, limiter.PendingHandshakes));
    }

    [Fact]
    public void Gives_everything_back_once()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits());
        ConnectionScope scope = Reserve(limiter, Somewhere)!;
        scope.TryBindPeer(KeyPair.GenerateEd25519().PeerId);
        Assert.Equal(1, limiter.Connections);

        scope.Dispose();
        scope.Dispose();

        Assert.Equal(0, limiter.Connections);
    }

    private static ConnectionScope? Reserve(ConnectionLimiter limiter, IPAddress? address)
    {
        limiter.TryReserve(address, isOutbound: false, out ConnectionScope? scope, out _);
        return scope;
    }
}
