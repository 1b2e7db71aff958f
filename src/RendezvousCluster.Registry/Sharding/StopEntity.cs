using Akka.Actor;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Asks an entity to finish the write in flight and stop; the shard sends it at hand-off and passivation. A PoisonPill would overtake what
/// is waiting behind the write.
/// </summary>
internal sealed class StopEntity : INoSerializationVerificationNeeded
{
    /// <summary>At hand-off: the next owner may be waiting.</summary>
    internal static readonly StopEntity Instance = new(clearsUp: false);

    /// <summary>At passivation: an entity that has nothing to keep clears its journal first.</summary>
    internal static readonly StopEntity Passivating = new(clearsUp: true);

    private StopEntity(bool clearsUp) => ClearsUp = clearsUp;

    /// <summary>Whether there is time to clear up.</summary>
    internal bool ClearsUp { get; }
}
