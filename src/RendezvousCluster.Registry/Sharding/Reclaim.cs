namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// The janitor's word to an entity: the newest row of your journal is older than any registration lives. An entity in which nothing is
/// registered then clears its journal.
/// </summary>
/// <param name="EntityId">Whom it is for; the janitor knows ids, not names.</param>
internal sealed record Reclaim(string EntityId);
