using System.Net;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class ConnectionSourceTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24")]
    [InlineData("2001:db8:1:22ff:1:2:3:4", "2001:db8:1:2200::/56", "2001:db8:1::/48")]
    public void A_source_is_written_as_people_write_it(string address, string itself, string subnet)
    {
        ConnectionSource source = ConnectionSource.Of(IPAddress.Parse(address));

        Assert.Equal(itself, source.ToString(isSubnet: false));
        Assert.Equal(subnet, source.ToString(isSubnet: true));
        Assert.True(source.IsCounted);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Loopback_is_not_counted(string address) => Assert.False(ConnectionSource.Of(IPAddress.Parse(address)).IsCounted);

    [Fact]
    public void No_address_is_not_counted_and_has_a_name() =>
        Assert.Equal(
            (false, "an unknown address"), (ConnectionSource.Of(null).IsCounted, ConnectionSource.Of(null).ToString(isSubnet: true)));

    [Theory]
    [InlineData("/ip4/198.51.100.77/tcp/4001", "198.51.100.77")]
    [InlineData("/ip6/2001:db8:1:2::7/tcp/4001/ws", "2001:db8:1::/56")]
    [InlineData("/dns4/example.com/tcp/4001", "an unknown address")]
    [InlineData("/memory/7", "an unknown address")]
    public void A_multiaddr_counts_by_the_IP_address_that_it_begins_with(string address, string source) =>
        Assert.Equal(source, ConnectionSource.OfMultiaddr(Multiaddr.Parse(address)).ToString(isSubnet: false));

    // It comes from other nodes, and ends in a line of the log.
    [Fact]
    public void A_key_that_is_none_has_a_name_and_throws_nothing()
    {
        Assert.Equal("an unknown address", ConnectionSource.NameOf(1));
        Assert.Equal("an unknown address", ConnectionSource.NameOf(UInt128.MaxValue));
        Assert.Equal("an unknown address", ConnectionSource.NameOf(0x1104));
    }
}
