using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Server;

/// <summary>
/// Tests with three servers each. They wait most of the time, so others run beside them; but when three start, two cores have enough to do.
/// </summary>
[CollectionDefinition(nameof(Clusters))]
[TakesSeconds(160)]
public sealed class Clusters;
