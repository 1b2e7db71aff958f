namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>What became of an eviction.</summary>
/// <param name="IsComplete">Whether all registrations are known to be gone; else ask again.</param>
/// <param name="Removed">Registrations that were taken out of a namespace; of a peer they are not counted.</param>
/// <param name="Nodes">How many connections of a peer each node ended.</param>
internal sealed record EvictAnswer(bool IsComplete, int Removed, IReadOnlyList<NodeRow<DisconnectAnswer>> Nodes);

/// <summary>What became of a peer's connections at one node.</summary>
/// <param name="Ended">How many were ended.</param>
internal sealed record DisconnectAnswer(int Ended);
