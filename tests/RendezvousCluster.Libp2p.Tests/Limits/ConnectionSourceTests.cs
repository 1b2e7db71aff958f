using System.Net;
using RendezvousCluster.Libp2p.Limits;

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
}
