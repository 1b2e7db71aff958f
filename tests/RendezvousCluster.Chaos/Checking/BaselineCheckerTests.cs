using RendezvousCluster.Chaos.Cluster;

namespace RendezvousCluster.Chaos.Checking;

public sealed class BaselineCheckerTests
{
    [Fact]
    public void Nothing_is_nothing() => Assert.Empty(BaselineChecker.Check([], registrations: 0, now: 0));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void A_row_and_a_snapshot_are_something(int rows, int snapshots)
    {
        Violation violation = Assert.Single(BaselineChecker.Check([new Leftover("ns1-x", rows, snapshots)], registrations: 0, now: 5));

        Assert.Equal((Invariant.NothingIsLeft, 5), (violation.Invariant, violation.At));
        Assert.Contains("ns1-x", violation.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_counts_too() =>
        Assert.Equal(Invariant.NothingIsLeft, Assert.Single(BaselineChecker.Check([], registrations: 3, now: 0)).Invariant);
}
