using Akka.Actor;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class IncompatibilityTests
{
    private static readonly string[] OlderVersion = ["registry", "frontend", "store-1", "required-MaxTtlSeconds=3d"];
    private static readonly string[] ThisVersion = [.. OlderVersion, ClusterTime.Role];
    private static readonly Address One = new("akka.ssl.tcp", "rendezvous", "10.0.0.1", 7000);
    private static readonly Address Two = One.WithHost("10.0.0.2");

    /// <summary>During an upgrade. The comparison is the same in both versions.</summary>
    [Fact]
    public void A_node_that_tells_the_time_and_one_that_does_not_may_be_in_one_cluster()
    {
        Assert.Null(Incompatibility.Between(One, OlderVersion, Two, ThisVersion));
        Assert.Null(Incompatibility.Between(Two, ThisVersion, One, OlderVersion));
    }

    [Fact]
    public void Another_database_comes_before_another_setting()
    {
        string[] other = ["registry", "store-2", "required-MaxTtlSeconds=2d", ClusterTime.Role];

        Assert.Contains("another database", Incompatibility.Between(One, ThisVersion, Two, other), StringComparison.Ordinal);
        Assert.Contains(
            "MaxTtlSeconds", Incompatibility.Between(One, ThisVersion, Two, ["store-1", .. other[2..]]), StringComparison.Ordinal);
    }
}
