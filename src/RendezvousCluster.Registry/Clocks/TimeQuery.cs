namespace RendezvousCluster.Registry.Clocks;

/// <summary>Asks another node for its time.</summary>
/// <param name="Number">Comes back with the reply.</param>
internal sealed record TimeQuery(long Number);
