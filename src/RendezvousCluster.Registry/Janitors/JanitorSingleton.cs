using Akka.Actor;
using Akka.Cluster.Tools.Singleton;

namespace RendezvousCluster.Registry.Janitors;

/// <summary>Starts the janitor: on every node a manager, and the one of the oldest registry node runs it.</summary>
internal static class JanitorSingleton
{
    internal const string Name = "janitor";
    internal const string Role = "registry";

    internal static void Start(ActorSystem system, JanitorSettings settings, Func<string, IActorRef?> regionOf) => system.ActorOf(
        ClusterSingletonManager.Props(
            Janitor.Props(settings, regionOf),
            PoisonPill.Instance,
            ClusterSingletonManagerSettings.Create(system).WithRole(Role).WithSingletonName(Name)),
        Name);
}
