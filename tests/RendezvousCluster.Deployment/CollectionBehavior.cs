using RendezvousCluster.Testing;

// These tests wait half of the time, for nodes that leave, fail over and are found dead: two go side by side on any machine. More would
// only make nodes wait for the processor, at every start of a cluster.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer(LongestFirst.TypeName, LongestFirst.AssemblyName)]
