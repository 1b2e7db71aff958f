using System.Net;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Limits;

/// <summary>Which connection goes when one more comes. The tests ask the limiter, as listeners do.</summary>
public sealed class PendingHandshakesTests
{
    [Fact]
    public void Silent_newcomers_of_eight_addresses_never_keep_an_honest_one_out()
    {
        // The real limits, and the attackers as persistent as can be: who is put out comes again at once.
        var limiter = new ConnectionLimiter(new Libp2pLimits());
        int evil = 0;
        void Attack()
        {
            limiter.TryReserve(IPAddress.Parse($"198.51.100.{evil++ % 8}"), isOutbound: false, out _, out ConnectionScope? putOut);
            putOut?.Dispose();
        }

        for (int i = 0; i < 8 * 65; i++)
        {
            Attack();
        }

        for (int i = 0; i < 35; i++)
        {
            limiter.TryReserve(
                IPAddress.Parse($"203.0.113.{i}"), isOutbound: false, out ConnectionScope? honest, out ConnectionScope? putOut);
            putOut?.Dispose();
            Assert.NotNull(honest);
            Attack();
            honest.MarkSpeaking();
            for (int j = 0; j < 1_000; j++)
            {
                Attack();
            }

            Assert.True(honest.IsPending);
            Assert.True(honest.TryBindPeer(KeyPair.GenerateEd25519().PeerId));
        }
    }

    [Fact]
    public void An_address_at_its_bound_puts_out_its_own_oldest_that_is_silent()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakesPerIp = 3 });
        Admit(limiter, "198.51.100.1", out _);
        ConnectionScope speaking = Admit(limiter, "203.0.113.7", out _)!;
        ConnectionScope oldestSilent = Admit(limiter, "203.0.113.7", out _)!;
        Admit(limiter, "203.0.113.7", out _);
        speaking.MarkSpeaking();

        Assert.NotNull(Admit(limiter, "203.0.113.7", out ConnectionScope? putOut));

        Assert.Same(oldestSilent, putOut);
    }

    [Fact]
    public void An_address_whose_pending_ones_all_speak_gets_no_more_and_others_do()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakesPerIp = 2 });
        Admit(limiter, "203.0.113.7", out _)!.MarkSpeaking();
        Admit(limiter, "203.0.113.7", out _)!.MarkSpeaking();

        Assert.Equal(
            ConnectionLimit.PendingHandshakesPerIp,
            limiter.TryReserve(
                IPAddress.Parse("203.0.113.7"), isOutbound: false, out ConnectionScope? refused, out ConnectionScope? putOut));

        Assert.Null(refused);
        Assert.Null(putOut);
        Assert.NotNull(Admit(limiter, "203.0.113.8", out _));
    }

    [Fact]
    public void A_subnet_at_its_bound_puts_out_the_oldest_of_its_fullest_address()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakesPerSubnet = 3 });
        Admit(limiter, "203.0.113.1", out _);
        ConnectionScope expected = Admit(limiter, "203.0.113.2", out _)!;
        Admit(limiter, "203.0.113.2", out _);

        Assert.NotNull(Admit(limiter, "203.0.113.3", out ConnectionScope? putOut));

        Assert.Same(expected, putOut);
    }

    [Theory]
    [InlineData("203.0.113.1", "203.0.113.200", "203.0.114.1")]
    [InlineData("2001:db8:1:1::1", "2001:db8:1:ff00::1", "2001:db8:2::1")]
    public void When_all_places_are_taken_the_oldest_of_the_fullest_subnet_goes(string one, string neighbour, string stranger)
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakes = 3 });
        Admit(limiter, "198.51.100.1", out _);
        ConnectionScope expected = Admit(limiter, one, out _)!;
        Admit(limiter, neighbour, out _);

        Assert.NotNull(Admit(limiter, stranger, out ConnectionScope? putOut));

        Assert.Same(expected, putOut);
    }

    [Fact]
    public void A_connection_that_speaks_goes_only_for_a_newcomer_of_a_subnet_with_fewer()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakes = 4 });
        ConnectionScope oldest = Admit(limiter, "203.0.113.1", out _)!;
        oldest.MarkSpeaking();
        Admit(limiter, "203.0.113.2", out _)!.MarkSpeaking();
        Admit(limiter, "203.0.113.3", out _)!.MarkSpeaking();
        Admit(limiter, "198.51.100.1", out _)!.MarkSpeaking();

        // It would have as many as the fullest has left: nobody would ever finish if such ones put out each other.
        Assert.Null(Admit(limiter, "203.0.113.4", out _));
        Assert.NotNull(Admit(limiter, "192.0.2.1", out ConnectionScope? putOut));

        Assert.Same(oldest, putOut);
    }

    [Fact]
    public void A_rush_of_speakers_from_everywhere_refuses_the_newest_and_lets_the_others_finish()
    {
        var limiter = new ConnectionLimiter(new Libp2pLimits { MaxPendingHandshakes = 10 });
        for (int i = 0; i < 10; i++)
        {
            Admit(limiter, $"203.0.{i}.1", out _)!.MarkSpeaking();
        }

        Assert.Null(Admit(limiter, "203.0.99.1", out ConnectionScope? putOut));
        Assert.Null(putOut);
    }

    [Fact]
    public void Loopback_has_no_bound_of_its_own_and_gives_way_like_any_subnet()
    {
        var limiter = new ConnectionLimiter(
            new Libp2pLimits { MaxPendingHandshakes = 3, MaxPendingHandshakesPerIp = 1, MaxPendingHandshakesPerSubnet = 1 });
        ConnectionScope oldest = Admit(limiter, "127.0.0.1", out _)!;
        Admit(limiter, "127.0.0.1", out ConnectionScope? none);
        Admit(limiter, "127.0.0.2", out _);
        Assert.Null(none);

        Assert.NotNull(Admit(limiter, "127.0.0.3", out ConnectionScope? putOut));

        Assert.Same(oldest, putOut);
    }

    private static ConnectionScope? Admit(ConnectionLimiter limiter, string address, out ConnectionScope? putOut)
    {
        limiter.TryReserve(IPAddress.Parse(address), isOutbound: false, out ConnectionScope? scope, out putOut);
        return scope;
    }
}
