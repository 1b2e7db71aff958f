using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Points;

public sealed class PointRankingTests
{
    private static readonly RendezvousPoint[] Points =
        [.. RendezvousPoint.ParseAll(Enumerable.Range(1, 5).Select(number => $"/ip4/198.51.100.{number}/tcp/1/p2p/{new TestPeer().Id}"))];

    private readonly PeerId _self = new TestPeer().Id;

    [Fact]
    public void A_node_keeps_to_its_order_however_the_points_are_listed() =>
        Assert.Equal(PointRanking.Order(Points, _self, "chat"u8), PointRanking.Order(Points.Reverse(), _self, "chat"u8));

    [Fact]
    public void When_a_point_goes_the_others_keep_their_order()
    {
        RendezvousPoint[] order = PointRanking.Order(Points, _self, "chat"u8);

        Assert.Equal(order.Skip(1), PointRanking.Order(Points.Where(point => point != order[0]), _self, "chat"u8));
    }

    [Fact]
    public void Every_point_is_the_first_choice_of_some_namespaces()
    {
        const int Namespaces = 500;
        var firsts = Enumerable.Range(0, Namespaces)
            .Select(number => PointRanking.Order(Points, _self, BitConverter.GetBytes(number))[0])
            .CountBy(point => point)
            .ToDictionary();

        Assert.Equal(Points.Length, firsts.Count);
        Assert.All(firsts.Values, count => Assert.InRange(count, Namespaces / Points.Length / 2, Namespaces / Points.Length * 2));
    }
}
