using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The database loses what was written last, of all journals at once. As long as the owner of a journal lives nothing is lost for good; if
/// it dies, or is let go, before it has written again what it knows, all that was acknowledged since.
/// </summary>
internal sealed class SimulatedLosses(SimulatedCluster cluster)
{
    private readonly Dictionary<int, (SimulatedShell Keeper, long Since)> _kept = [];
    private readonly Dictionary<int, (long At, long Since)> _writtenAgain = [];

    /// <summary>How often it has happened. A write that was on its way to the database before is lost with it.</summary>
    public int Count { get; private set; }

    /// <summary>A copy that lags takes the place of the database.</summary>
    public void Happen(long lag)
    {
        // A node that has been replaced and does not know may go on from the rest, and then nobody can say which of two owners is right.
        if (cluster.Nodes.Any(node => node.IsReplaced))
        {
            return;
        }

        Count++;
        long cut = cluster.Time.Now - lag;
        for (int entity = 0; entity < cluster.EntityCount; entity++)
        {
            ISimulatedJournal journal = cluster.AnyJournalOf(entity);
            long before = journal.Highest;
            if (!journal.LoseSince(cut))
            {
                continue;
            }

            cluster.Statistics.Count(FaultKind.RowsLost);
            long since = cut;
            if (_kept.TryGetValue(entity, out (SimulatedShell Keeper, long Since) earlier))
            {
                since = Math.Min(since, earlier.Since);
            }

            if (_writtenAgain.TryGetValue(entity, out (long At, long Since) written) && written.At >= cut)
            {
                since = Math.Min(since, written.Since); // what was written again is lost again
            }

            if (KeeperOf(entity, before) is { } keeper)
            {
                _kept[entity] = (keeper, since);
            }
            else
            {
                Forget(entity, since);
            }
        }
    }

    /// <summary>An owner has written again what it knows.</summary>
    public void WrittenAgain(SimulatedShell owner)
    {
        if (IsKept(owner, out int entity))
        {
            cluster.Statistics.CountOperation("Lost rows written again");
            _writtenAgain[entity] = (cluster.Time.Now, _kept[entity].Since);
            _kept.Remove(entity);
        }
    }

    /// <summary>Other nodes go on without one. They do not know what its owners know.</summary>
    public void Replaced(SimulatedNode node)
    {
        foreach (SimulatedShell owner in node.Owners.Values)
        {
            Gone(owner, isExcused: true);
        }
    }

    /// <summary>An owner is gone.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="isExcused">Whether it could not know, or could not help it.</param>
    public void Gone(SimulatedShell owner, bool isExcused)
    {
        if (IsKept(owner, out int entity))
        {
            long since = _kept[entity].Since;
            _kept.Remove(entity);
            if (isExcused)
            {
                Forget(entity, since);
            }
        }
    }

    private SimulatedShell? KeeperOf(int entity, long sequence) =>
        cluster.Nodes.Where(node => node.IsUp).Select(node => node.Owners.GetValueOrDefault(entity))
            .FirstOrDefault(owner => owner?.Knows(sequence) == true);

    private bool IsKept(SimulatedShell owner, out int entity)
    {
        entity = owner.Entity;
        return _kept.TryGetValue(entity, out (SimulatedShell Keeper, long Since) kept) && kept.Keeper == owner;
    }

    private void Forget(int entity, long since)
    {
        cluster.Statistics.CountOperation("Lost rows forgotten");
        cluster.Checker.Forgotten(entity, since, cluster.Time.Now);
    }
}
