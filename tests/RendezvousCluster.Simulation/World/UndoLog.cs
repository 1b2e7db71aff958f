namespace RendezvousCluster.Simulation.World;

/// <summary>How to undo what was done to a store lately: what a copy of it that lags does not have yet.</summary>
/// <param name="cluster">The world; nothing is kept where no copy ever takes the place of the store.</param>
internal sealed class UndoLog(SimulatedCluster cluster)
{
    /// <summary>The longest time by which a copy lags.</summary>
    internal const long LongestLag = 4_000;

    private readonly LinkedList<(long At, Action Undo)> _steps = new();

    /// <summary>Something was done.</summary>
    public void Add(Action undo)
    {
        if (!cluster.Plan.Settings.Families.HasFlag(Plans.FaultFamilies.Store))
        {
            return;
        }

        _steps.AddLast((cluster.Time.Now, undo));
        while (_steps.First!.Value.At < cluster.Time.Now - LongestLag)
        {
            _steps.RemoveFirst();
        }
    }

    /// <summary>Undoes what was done at that time and later.</summary>
    public void UndoSince(long time)
    {
        while (_steps.Last is { } last && last.Value.At >= time)
        {
            last.Value.Undo();
            _steps.RemoveLast();
        }
    }
}
