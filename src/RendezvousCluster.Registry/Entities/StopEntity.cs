using Akka.Actor;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// Asks an entity to finish the write in flight and stop; the shard sends it at hand-off and passivation. A PoisonPill would overtake what
/// is waiting behind the write.
/// </summary>
internal sealed class StopEntity : INoSerializationVerificationNeeded
{
    internal static readonly StopEntity Instance = new();

    private StopEntity()
    {
    }
}
