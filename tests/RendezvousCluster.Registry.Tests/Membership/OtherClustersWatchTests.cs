using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class OtherClustersWatchTests
{
    [Theory]
    [InlineData(false, false, null, false)]
    [InlineData(true, false, null, true)]
    [InlineData(false, true, true, false)]
    [InlineData(false, true, false, true)]
    [InlineData(false, true, null, false)] // a database that does not say who has the seat ends nobody
    public void A_node_ends_for_a_larger_cluster_and_for_an_equal_one_if_another_has_the_seat(
        bool larger, bool equal, bool? hasSeat, bool hasToEnd) =>
        Assert.Equal(hasToEnd, OtherClustersWatch.HasToEnd(larger, equal, hasSeat));
}
