using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>The directory of namespaces: the real state, owned by nobody who could die, behind messages that may fail.</summary>
internal sealed class SimulatedDirectory(SimulatedCluster cluster)
{
    private readonly DirectoryState _state = new(DirectoryState.DefaultMaxNamespaces);
    private readonly SeededSequence _random = new(SeededSequence.Derive(cluster.Plan.Seed, 4));

    public FaultWindow Away { get; } = new();

    /// <summary>Takes an announcement, and tells how that went.</summary>
    public void Announce(SimulatedNode from, NamespaceAnnouncement announcement, Action<DateTimeOffset> announced, Action failed)
    {
        if (Away.Hits(cluster.Time.Now, _random))
        {
            cluster.Statistics.Count(FaultKind.DirectoryAway);
            cluster.Time.After(_random.Between(1, 2_000), from, failed);
            return;
        }

        DateTimeOffset now = SimulatedCluster.Epoch.AddMilliseconds(cluster.Time.Now);
        (NamespaceListed? @event, RendezvousStatus _) = _state.Decide(announcement);
        if (@event is not null)
        {
            _state.Apply(@event, announcement.ActiveUntil);
        }

        DateTimeOffset until = _state.ListedUntil(announcement.Namespace)!.Value;
        cluster.Time.After(1 + _random.Below(5), from, () => announced(until));
    }
}
