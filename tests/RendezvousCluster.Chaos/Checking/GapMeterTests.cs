using RendezvousCluster.Chaos.History;
using static RendezvousCluster.Chaos.Checking.HistoryBuilder;

namespace RendezvousCluster.Chaos.Checking;

public sealed class GapMeterTests
{
    private readonly HistoryBuilder _history = new();

    [Fact]
    public void The_longest_time_without_a_success_is_laid_on_what_went_wrong_in_it()
    {
        _history.Register(1, at: 0).Register(1, at: 1_000).Fault(FaultKind.Kill, 2_000, 2_000)
            .Register(1, at: 3_000, outcome: Outcome.Unknown).Register(1, at: 6_000)
            .Register(1, at: 7_000).Fault(FaultKind.Join, 9_000, 9_500).Register(1, at: 10_000);

        Gap[] gaps = [.. GapMeter.Measure(_history.Build(), until: 10_010)];

        Assert.Equal(
            [(5_000L, FaultKind.Kill), (3_000L, FaultKind.Join), (1_000L, null)], gaps.Select(gap => (gap.Length, gap.Cause)));
        Assert.All(gaps, gap => Assert.True(gap.Registers));
    }

    [Fact]
    public void Namespaces_and_kinds_of_request_are_apart()
    {
        _history.Namespaces(2).Register(1, at: 0).Register(2, at: 500, ns: 1).Discover(100).Register(1, at: 2_000)
            .Register(2, at: 3_500, ns: 1).Discover(1_100);

        Assert.Equal(
            [(1, true, 3_000L), (0, false, 2_400L), (0, true, 2_000L)],
            GapMeter.Measure(_history.Build(), until: 3_510).Select(gap => (gap.Namespace, gap.Registers, gap.Length)));
    }

    [Fact]
    public void A_namespace_that_stops_answering_has_a_gap_until_the_end()
    {
        _history.Register(1, at: 0).Fault(FaultKind.Kill, 100, 100).Register(1, at: 20_000);

        Assert.Equal([9_990L], GapMeter.Measure(_history.Build(), until: 10_000).Select(gap => gap.Length));
    }

    [Fact]
    public void A_failure_that_the_next_request_cures_differs_from_one_that_it_does_not()
    {
        _history.Register(1, at: 0, outcome: Outcome.Unknown).Register(1, at: 100).Register(1, at: 200, outcome: Outcome.Unknown)
            .Register(1, at: 300, outcome: Outcome.Unknown).Register(2, at: 250).Discover(400, Peer(1, 1));

        Assert.Equal(new RetryCount(6, 3, 1, 2), RetryCount.Of(_history.Build()));
        Assert.Equal(new RetryCount(2, 1, 0, 1), RetryCount.Of(_history.Build(), from: 0, to: 200));
    }
}
