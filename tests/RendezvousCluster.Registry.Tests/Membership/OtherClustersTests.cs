using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class OtherClustersTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly OtherClusters _others = new();

    [Fact]
    public void A_larger_cluster_is_known_when_it_has_been_there_for_the_grace()
    {
        _others.Record(holders: 3, own: 1, Start);
        Assert.Null(_others.Known(Start + OtherClusters.Grace - TimeSpan.FromSeconds(1)));

        _others.Record(holders: 3, own: 1, Start + OtherClusters.Grace);

        Assert.Equal((2, 1, Start), _others.Known(Start + OtherClusters.Grace));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(1, 3)]
    [InlineData(0, 0)]
    public void Fewer_others_than_own_members_are_not_another_cluster(int holders, int own)
    {
        _others.Record(holders, own, Start);

        Assert.Null(_others.Known(Start.AddHours(1)));
        Assert.Null(_others.Equal(Start.AddHours(1)));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public void As_many_others_as_own_members_are_an_equal_cluster_and_not_a_larger_one(int holders, int own)
    {
        _others.Record(holders, own, Start);
        Assert.Null(_others.Equal(Start + OtherClusters.Grace - TimeSpan.FromSeconds(1)));

        Assert.Equal((holders - own, own, Start), _others.Equal(Start + OtherClusters.Grace));
        Assert.Null(_others.Known(Start + OtherClusters.Grace));
    }

    [Fact]
    public void A_cluster_that_is_gone_is_known_no_more()
    {
        _others.Record(3, 1, Start);
        _others.Record(1, 1, Start.AddSeconds(5));
        _others.Record(3, 1, Start.AddSeconds(10));

        Assert.Null(_others.Known(Start + OtherClusters.Grace));
    }
}
