using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The database loses what was written last, of all journals at once. As long as the owner of a journal lives nothing is lost for good; if
/// it dies, or is let go, before it has written again what it knows, all that was acknowledged since; unless it leaves behind what it knows
/// (<see cref="SimulatedMemories"/>).
/// </summary>
internal sealed class SimulatedLosses(SimulatedCluster cluster)
{
    // A keeper is an owner, or the memory of one.
    private readonly Dictionary<int, (object Keeper, long Since)> _kept = [];
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
            if (_kept.TryGetValue(entity, out (object Keeper, long Since) earlier))
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
        int entity = owner.Entity;
        if (IsKept(owner, entity))
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
            Gone(owner, owner.Entity, isExcused: true);
        }
    }

    /// <summary>One keeper passes on to another what it knows.</summary>
    public void Pass(object from, object to, int entity)
    {
        if (IsKept(from, entity))
        {
            _kept[entity] = (to, _kept[entity].Since);
        }
    }

    /// <summary>An owner, or its memory, is gone.</summary>
    /// <param name="keeper">The owner, or the memory.</param>
    /// <param name="entity">The number of what it owned.</param>
    /// <param name="isExcused">Whether it could not know, or could not help it.</param>
    public void Gone(object keeper, int entity, bool isExcused)
    {
        if (IsKept(keeper, entity))
        {
            long since = _kept[entity].Since;
            _kept.Remove(entity);
            if (isExcused)
            {
                Forget(entity, since);
            }
        }
    }

    private object? KeeperOf(int entity, long sequence) =>
        cluster.Nodes.Where(node => node.IsUp).Select(node => node.Owners.GetValueOrDefault(entity))
            .FirstOrDefault(owner => owner?.Knows(sequence) == true) as object ?? cluster.Memories.LastWordOf(entity);

    private bool IsKept(object keeper, int entity) =>
        _kept.TryGetValue(entity, out (object Keeper, long Since) kept) && kept.Keeper == keeper;

    private void Forget(int entity, long since)
    {
        cluster.Statistics.CountOperation("Lost rows forgotten");
        cluster.Checker.Forgotten(entity, since, cluster.Time.Now);
    }
}
