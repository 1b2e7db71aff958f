using Akka.Actor;

namespace RendezvousCluster.Cluster.Tests.ActorPort;

/// <summary>What an attacker would deploy on a node.</summary>
public sealed class BaitActor : ReceiveActor
{
    public BaitActor() => Bait.Deployed();
}
