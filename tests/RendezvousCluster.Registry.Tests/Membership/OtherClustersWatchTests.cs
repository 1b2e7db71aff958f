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

    [Theory]
    [InlineData(3, 3, false, false, false)]
    [InlineData(2, 3, false, false, false)] // a session is being opened again
    [InlineData(3, 2, false, true, true)] // a founder at the address of a member that does not answer
    [InlineData(3, 2, true, true, true)]
    [InlineData(3, 3, true, true, false)] // the other cluster has ended; what it wrote last may not be known here
    [InlineData(null, 3, false, false, null)] // into a database that is away nobody writes for that
    [InlineData(null, 3, true, false, null)]
    [InlineData(null, 3, null, false, null)]
    [InlineData(3, 3, null, true, false)] // this node stood still, or its session did
    [InlineData(3, 2, null, true, true)]
    public void Owners_find_out_whether_they_still_are_while_others_hold_the_lock_and_once_more_after_that(
        int? holders, int heard, bool? suspected, bool mayBeReplaced, bool? next)
    {
        Assert.Equal(mayBeReplaced, OtherClustersWatch.MayBeReplaced(holders, heard, suspected, out bool? now));
        Assert.Equal(next, now);
    }
}
