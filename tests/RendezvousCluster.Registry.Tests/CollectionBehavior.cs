using RendezvousCluster.Testing;

// Much of this waits, for pauses and for databases: with one class for each of two processors both idle half of the time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer(LongestFirst.TypeName, LongestFirst.AssemblyName)]
