using System.Net;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class NetworkSetTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7/32", "192.0.2.7", true)]
    [InlineData("192.0.2.7/32", "192.0.2.6", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("::/0", "::ffff:192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.1", true)]
    public void An_address_is_in_a_network_whose_prefix_it_has(string network, string address, bool isIn) =>
        Assert.Equal(isIn, new NetworkSet([IPNetwork.Parse(network)]).Contains(IPAddress.Parse(address)));

    [Fact]
    public void An_address_is_looked_for_in_networks_of_all_lengths()
    {
        var set = new NetworkSet([IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("2001:db8::/48")]);

        Assert.False(set.IsEmpty);
        Assert.All(
            (string[])["198.51.100.9", "192.0.2.1", "2001:db8::9"], address => Assert.True(set.Contains(IPAddress.Parse(address))));
        Assert.All(
            (string[])["198.51.101.9", "192.0.2.2", "2001:db8:1::9"], address => Assert.False(set.Contains(IPAddress.Parse(address))));
    }

    [Fact]
    public void Nothing_is_in_no_network()
    {
        var set = new NetworkSet([]);

        Assert.True(set.IsEmpty);
        Assert.False(set.Contains(IPAddress.Loopback));
    }
}
