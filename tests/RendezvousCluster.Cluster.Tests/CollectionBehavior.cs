using RendezvousCluster.Testing;

// Nodes wait, for one another's silence above all, and compute little: with one class for each processor the machine would idle through
// most of these tests.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer(LongestFirst.TypeName, LongestFirst.AssemblyName)]
