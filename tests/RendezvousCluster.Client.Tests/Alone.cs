namespace RendezvousCluster.Client.Tests;

/// <summary>Tests that measure the heap, which is that of the whole process: no other test may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
