using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Stands in the place of every serializer of the toolkit that this program has no use for, so that none of them is there. Some look types
/// up by the names that a message or a row holds, and make objects of them. This one has the number of the toolkit's serializer for nothing
/// at all; the numbers of the others belong to nobody.
/// </summary>
internal sealed class RefusingSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The number that a row is given which must not be read.</summary>
    internal const int Id = 0;

    /// <summary>For serializers that have settings.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config _)
        : this(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => string.Empty;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) =>
        throw new RefusedException($"{obj.GetType()} is neither sent to other nodes nor kept: no serializer is bound to it.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => throw new RefusedException("Nothing is read by this serializer.");
}
