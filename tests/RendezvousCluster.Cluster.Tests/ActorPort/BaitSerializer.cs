using Akka.Actor;
using Akka.Serialization;

namespace RendezvousCluster.Cluster.Tests.ActorPort;

/// <summary>Writes, in the name of the toolkit's serializer for everything, what an attacker likes.</summary>
public sealed class BaitSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 1;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => Bait.Json;

    public override object FromBinary(byte[] bytes, Type type) => throw new NotSupportedException();
}
