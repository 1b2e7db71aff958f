using Akka.Cluster;
using RendezvousCluster.Registry.Clocks;

namespace RendezvousCluster.Registry.Tests.Clocks;

public sealed class TimekeeperTests
{
    // The roles that a node published before there was a time of the cluster.
    private static readonly string[] OlderVersion = ["registry", "frontend", "store-1", "required-MaxTtlSeconds=3d"];

    [Theory]
    [InlineData(MemberStatus.Joining, false)]
    [InlineData(MemberStatus.WeaklyUp, false)]
    [InlineData(MemberStatus.Up, true)]
    [InlineData(MemberStatus.Leaving, true)]
    [InlineData(MemberStatus.Exiting, false)]
    [InlineData(MemberStatus.Down, false)]
    [InlineData(MemberStatus.Removed, false)]
    public void A_member_tells_the_time_from_when_it_is_up_until_it_goes(MemberStatus status, bool tells) =>
        Assert.Equal(tells, Timekeeper.Tells([.. OlderVersion, ClusterTime.Role], status));

    [Fact]
    public void A_member_of_a_version_that_does_not_tell_the_time_is_never_asked() =>
        Assert.All(Enum.GetValues<MemberStatus>(), status => Assert.False(Timekeeper.Tells(OlderVersion, status)));
}
