using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Network;

public sealed class NetworkWayTests
{
    [Theory]
    [InlineData(FaultKind.Split, "1>0 0>1 1>2 2>1")]
    [InlineData(FaultKind.OneWay, "1>2")]
    [InlineData(FaultKind.Bridge, "1>2 2>1")]
    [InlineData(FaultKind.DatabaseCut, "1>db")]
    [InlineData(FaultKind.Isolate, "1>0 0>1 1>2 2>1 1>db")]
    internal void A_fault_cuts_its_ways(FaultKind kind, string expected) =>
        Assert.Equal(expected, string.Join(' ', NetworkWay.CutBy(kind, node: 1, nodes: 3).Select(Tell)));

    [Fact]
    public void Behind_the_last_node_comes_the_first() =>
        Assert.Equal("2>0", string.Join(' ', NetworkWay.CutBy(FaultKind.OneWay, node: 2, nodes: 3).Select(Tell)));

    [Fact]
    public void Other_faults_cut_nothing() => Assert.Throws<ArgumentOutOfRangeException>(() => NetworkWay.CutBy(FaultKind.Kill, 0, 3));

    private static string Tell(NetworkWay way) => $"{way.From}>{(way.To == NetworkWay.Database ? "db" : way.To)}";
}
