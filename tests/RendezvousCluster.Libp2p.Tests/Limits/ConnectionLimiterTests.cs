using System.Net;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Testing;

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
    public void The_limiter_counts_per_ip_address_and_leaves_others_alone()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerIp = 1 });
        ConnectionScope first = Reserve(limiter, Somewhere)!;

        Assert.Equal(ConnectionLimit.ConnectionsPerIp, limiter.TryReserve(Somewhere, isOutbound: false, out _, out _));
        Assert.NotNull(Reserve(limiter, IPAddress.Parse("203.0.113.8")));
        first.Dispose();
        Assert.NotNull(Reserve(limiter, Somewhere));
    }

    [Fact]
    public void The_limiter_counts_ipv6_by_its_56_bit_prefix()
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
    public void The_limiter_does_not_count_loopback_per_ip(string address)
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
    public void The_limiter_counts_per_subnet_over_all_its_addresses()
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
    public void The_limiter_counts_an_ipv4_address_mapped_into_ipv6_as_the_ipv4_address()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxConnectionsPerIp = 1 });
        Assert.NotNull(Reserve(limiter, Somewhere));

        Assert.Equal(
            ConnectionLimit.ConnectionsPerIp, limiter.TryReserve(Somewhere.MapToIPv6(), isOutbound: false, out _, out _));
    }

    [Fact]
    public void A_newcomer_gets_all_places_of_the_one_that_it_puts_out_at_once()
    {
        var limiter = new ConnectionLimiter(
            new Libp2pLimits { MaxConnections = 1, MaxConnectionsPerIp = 1, MaxConnectionsPerSubnet = 1, MaxPendingHandshakes = 1 });
        ConnectionScope first = Reserve(limiter, Somewhere)!;

        limiter.TryReserve(Somewhere, isOutbound: false, out ConnectionScope? second, out ConnectionScope? putOut);

        Assert.Same(first, putOut);
        Assert.NotNull(second);
        Assert.Equal((1, 1), (limiter.Connections, limiter.PendingHandshakes));
        first.Dispose();
        Assert.Equal((1, 1), (limiter.Connections, limiter.PendingHandshakes));
        second.Dispose();
        Assert.Equal((0, 0), (limiter.Connections, limiter.PendingHandshakes));
        Assert.NotNull(Reserve(limiter, Somewhere));
    }

    [Theory]
    [InlineData(2, 100, 100, ConnectionLimit.Connections)]
    [InlineData(100, 100, 2, ConnectionLimit.ConnectionsPerSubnet)]
    [InlineData(100, 2, 100, ConnectionLimit.ConnectionsPerIp)]
    public void At_a_bound_of_all_connections_a_silent_one_gives_way_and_settled_ones_do_not(
        int all, int perIp, int perSubnet, ConnectionLimit bound)
    {
        var limiter = new ConnectionLimiter(
            new Libp2pLimits { MaxConnections = all, MaxConnectionsPerIp = perIp, MaxConnectionsPerSubnet = perSubnet });
        Assert.True(Reserve(limiter, Somewhere)!.TryBindPeer(KeyPair.GenerateEd25519().PeerId));
        ConnectionScope silent = Reserve(limiter, Somewhere)!;

        Assert.Equal(
            bound, limiter.TryReserve(Somewhere, isOutbound: false, out ConnectionScope? newcomer, out ConnectionScope? putOut));
        Assert.Same(silent, putOut);
        newcomer!.MarkSpeaking();

        Assert.Equal(bound, limiter.TryReserve(Somewhere, isOutbound: false, out ConnectionScope? refused, out putOut));
        Assert.Null(refused);
        Assert.Null(putOut);
        Assert.Equal(2, limiter.Connections);
    }

    [Fact]
    public async Task As_many_as_may_be_pending_may_be_leaving_and_then_newcomers_wait_before_they_are_refused()
    {
        var time = new FakeTimeProvider();
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakes = 2 });
        TimeSpan atMost = TimeSpan.FromSeconds(1);
        Reserve(limiter, Somewhere);
        Reserve(limiter, Somewhere);
        limiter.TryReserve(Somewhere, isOutbound: false, out _, out ConnectionScope? leaving);
        Assert.True(limiter.WhenFewLeaveAsync(atMost, time, CancellationToken.None).AsTask().IsCompletedSuccessfully);
        limiter.TryReserve(Somewhere, isOutbound: false, out _, out ConnectionScope? alsoLeaving);

        Task inVain = limiter.WhenFewLeaveAsync(atMost, time, CancellationToken.None).AsTask();
        Assert.False(inVain.IsCompleted);
        time.Advance(atMost);
        await inVain.Within();
        limiter.TryReserve(Somewhere, isOutbound: false, out ConnectionScope? refused, out ConnectionScope? putOut);
        Assert.Null(refused);
        Assert.Null(putOut);

        Task waiting = limiter.WhenFewLeaveAsync(atMost, time, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        leaving!.Dispose();
        await waiting.Within();
        Assert.NotNull(Reserve(limiter, Somewhere));
        alsoLeaving!.Dispose();
        Assert.Equal(2, limiter.Connections);
    }

    [Fact]
    public void A_scope_gives_everything_back_once()
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
