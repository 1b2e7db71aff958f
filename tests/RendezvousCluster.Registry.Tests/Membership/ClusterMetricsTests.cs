using Akka.Actor;
using Akka.Cluster;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class ClusterMetricsTests : TestKit
{
    private readonly TestMeters _meters = new();
    private readonly ClusterMetrics _metrics;

    public ClusterMetricsTests()
        : base("akka.actor.provider = cluster\nakka.remote.dot-netty.tcp.hostname = 127.0.0.1\nakka.remote.dot-netty.tcp.port = "
            + "0\nakka.loglevel = OFF\nakka.stdout-loglevel = OFF") =>
        _metrics = new ClusterMetrics(_meters);

    [Fact]
    public async Task Members_are_counted_by_state_and_every_state_is_there_at_zero()
    {
        Assert.All(ClusterMetrics.States, state => Assert.Equal(0, Members(state)));

        var cluster = Cluster.Get(Sys);
        _metrics.Watch(cluster);
        cluster.Join(cluster.SelfAddress);

        await Eventually.EqualAsync(1, () => (int?)Members("up"));
        Assert.All(ClusterMetrics.States.Where(state => state != "up"), state => Assert.Equal(0, Members(state)));
        _metrics.Left();
        Assert.Equal(0, Members("up"));
    }

    [Theory]
    [InlineData(MemberStatus.Joining, false, "joining")]
    [InlineData(MemberStatus.WeaklyUp, false, "joining")]
    [InlineData(MemberStatus.Up, false, "up")]
    [InlineData(MemberStatus.Leaving, false, "leaving")]
    [InlineData(MemberStatus.Exiting, false, "exiting")]
    [InlineData(MemberStatus.Down, false, "down")]
    [InlineData(MemberStatus.Up, true, "unreachable")]
    public void Each_status_has_its_word(MemberStatus status, bool isUnreachable, string state)
    {
        Assert.Equal(state, ClusterMetrics.StateOf(status, isUnreachable));
        Assert.Contains(state, ClusterMetrics.States);
    }

    [Fact]
    public void A_shard_that_was_not_here_before_came_and_one_that_is_no_longer_left()
    {
        _metrics.Counted("namespace", new HashSet<string> { "1", "2", "3" });
        _metrics.Counted("ledger", new HashSet<string> { "1" });
        _metrics.Counted("namespace", new HashSet<string> { "3", "4" });

        Assert.Equal(2, _meters.Observe($"{ClusterMetrics.ShardsName} region=namespace"));
        Assert.Equal(1, _meters.Observe($"{ClusterMetrics.ShardsName} region=ledger"));
        Assert.Equal(4, _meters.Counted($"{ClusterMetrics.ShardMovesName} region=namespace direction=in"));
        Assert.Equal(2, _meters.Counted($"{ClusterMetrics.ShardMovesName} region=namespace direction=out"));
        Assert.Equal(0, _meters.Counted($"{ClusterMetrics.ShardMovesName} region=ledger direction=out"));
    }

    [Fact]
    public void A_coordinator_counts_where_it_is_until_it_goes_or_the_node_leaves()
    {
        _metrics.Coordinates("namespace", isHere: true);
        _metrics.Coordinates("ledger", isHere: true);
        _metrics.Coordinates("ledger", isHere: false);

        Assert.Equal(1, Coordinators("namespace"));
        Assert.Equal(0, Coordinators("ledger"));
        Assert.Equal(0, Coordinators("directory"));
        _metrics.Left();
        Assert.Equal(0, Coordinators("namespace"));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _meters.Dispose();
    }

    private double? Coordinators(string region) => _meters.Observe($"{ClusterMetrics.CoordinatorsName} region={region}");

    private double? Members(string state) => _meters.Observe($"{ClusterMetrics.MembersName} state={state}");
}
