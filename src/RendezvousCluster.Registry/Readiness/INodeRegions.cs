using Akka.Actor;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>What the readiness of a node follows from, of the shard regions that the node has.</summary>
internal interface INodeRegions
{
    /// <summary>Where commands for namespaces go; null before the start and from the stop on.</summary>
    IActorRef? Namespaces { get; }

    /// <summary>Writes of this node that the journal acknowledged, since the start.</summary>
    long Commits { get; }

    /// <summary>What became of the requests of peers.</summary>
    RecentOutcomes Outcomes { get; }

    /// <summary>What became of the writes of namespaces.</summary>
    RecentOutcomes Writes { get; }

    /// <summary>Whether new registrations found a place among all that there may be; only that they did not is counted.</summary>
    RecentOutcomes Places { get; }
}
