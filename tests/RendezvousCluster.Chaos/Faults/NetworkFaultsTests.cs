using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

public sealed class NetworkFaultsTests
{
    [Theory]
    [InlineData(FaultKind.Kill, false, false)]
    [InlineData(FaultKind.Latency, false, true)]
    [InlineData(FaultKind.Split, true, true)]
    [InlineData(FaultKind.DatabaseCut, true, true)]
    internal void What_a_fault_needs_is_made_for_it_only(FaultKind kind, bool namespaces, bool proxies)
    {
        Assert.Equal(namespaces, NetworkFaults.NeedNamespaces([FaultKind.Term, kind]));
        Assert.Equal(proxies, NetworkFaults.NeedProxies([FaultKind.Term, kind]));
    }
}
