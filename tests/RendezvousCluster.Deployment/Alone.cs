namespace RendezvousCluster.Deployment;

/// <summary>Tests with whole clusters: one after the other, and nothing beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
