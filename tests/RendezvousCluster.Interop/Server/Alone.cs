namespace RendezvousCluster.Interop.Server;

/// <summary>
/// What loads the machine, or is judged by how the machine does: a flood, a thousand registrations, a log that must stay empty. These run
/// one after the other, and nothing beside them.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
