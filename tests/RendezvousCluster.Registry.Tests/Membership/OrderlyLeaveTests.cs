using Akka.Cluster;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class OrderlyLeaveTests
{
    [Theory]
    [InlineData(MemberStatus.Joining, false)]
    [InlineData(MemberStatus.WeaklyUp, false)]
    [InlineData(MemberStatus.Up, false)]
    [InlineData(MemberStatus.Leaving, true)]
    [InlineData(MemberStatus.Exiting, true)]
    [InlineData(MemberStatus.Down, false)]
    [InlineData(MemberStatus.Removed, false)]
    public void A_member_that_is_leaving_or_exiting_has_begun_to_leave(MemberStatus status, bool hasBegun) =>
        Assert.Equal(hasBegun, OrderlyLeave.HasBegun(status));
}
