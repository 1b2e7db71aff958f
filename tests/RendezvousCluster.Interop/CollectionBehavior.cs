using RendezvousCluster.Testing;

// Half of the time these tests wait for processes that wait themselves: for an end of a TTL, a refresh, a failover, a limit of time.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer(LongestFirst.TypeName, LongestFirst.AssemblyName)]
