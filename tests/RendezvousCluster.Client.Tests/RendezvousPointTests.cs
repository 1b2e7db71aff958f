using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests;

public sealed class RendezvousPointTests
{
    private readonly PeerId _one = new TestPeer().Id;
    private readonly PeerId _other = new TestPeer().Id;

    [Fact]
    public void Addresses_of_one_peer_make_one_point()
    {
        string[] addresses =
            [$"/ip4/198.51.100.1/tcp/1/p2p/{_one}", $"/dns4/example.com/tcp/2/p2p/{_other}", $"/ip4/198.51.100.1/tcp/3/ws/p2p/{_one}"];

        IReadOnlyList<RendezvousPoint> points = RendezvousPoint.ParseAll([.. addresses, addresses[0]]);

        Assert.Equal([_one, _other], points.Select(point => point.PeerId));
        Assert.Equal([addresses[0], addresses[2]], points[0].Addresses.Select(address => address.ToString()));
        Assert.Equal(addresses[1], points[1].ToString());
    }

    [Fact]
    public void A_point_is_who_it_is_not_where()
    {
        RendezvousPoint here = RendezvousPoint.ParseAll([$"/ip4/198.51.100.1/tcp/1/p2p/{_one}"])[0];
        RendezvousPoint there = RendezvousPoint.ParseAll([$"/ip4/198.51.100.2/tcp/1/p2p/{_one}"])[0];
        RendezvousPoint another = RendezvousPoint.ParseAll([$"/ip4/198.51.100.1/tcp/1/p2p/{_other}"])[0];

        Assert.Equal(here, there);
        Assert.Equal(here.GetHashCode(), there.GetHashCode());
        Assert.NotEqual(here, another);
    }

    [Fact]
    public void Point_behind_a_relay_is_refused_with_the_reason()
    {
        string relayed = $"/ip4/198.51.100.1/tcp/1/p2p/{_other}/p2p-circuit";
        Assert.Contains(
            "relay", Assert.Throws<FormatException>(() => RendezvousPoint.ParseAll([relayed])).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => RendezvousPoint.ParseAll([$"{relayed}/p2p/{_one}"]));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("/ip4/198.51.100.1/tcp/8000")]
    [InlineData("")]
    public void An_address_that_names_no_peer_is_refused(string text) =>
        Assert.Throws<FormatException>(() => RendezvousPoint.ParseAll([text]));
}
