namespace RendezvousCluster.Simulation.World;

/// <summary>
/// Looks through the journals now and then, and wakes namespaces that have had no event for longer than any registration lives.
/// </summary>
internal sealed class SimulatedJanitor(SimulatedCluster cluster)
{
    /// <summary>How often it looks.</summary>
    internal const long Interval = 60_000;

    /// <summary>How old the newest event has to be: the longest TTL, and more than clocks are ever apart.</summary>
    internal const long Age = LongestTtl + 300_000;

    /// <summary>As planned by PlanGenerator.</summary>
    internal const long LongestTtl = 300_000;

    /// <summary>How far a listing reaches beyond the last registration: more than clocks are ever apart.</summary>
    internal const long ListingMargin = 300_000;

    /// <summary>Begins to look.</summary>
    public void Start() => cluster.Time.After(Interval, Look);

    /// <summary>How old the newest event of a part of the directory has to be: its listings live longer than registrations.</summary>
    private long PartAge => cluster.Flaw.Directory.JanitorAge ?? (Age + ListingMargin);

    private void Look()
    {
        for (int entity = 0; entity < cluster.EntityCount; entity++)
        {
            ISimulatedJournal journal = cluster.AnyJournalOf(entity);
            if (journal.EventCount > 0 && cluster.Time.Now - journal.WrittenAt > (entity < cluster.Names.Count ? Age : PartAge))
            {
                cluster.WakeToReclaim(entity);
            }
        }

        Start();
    }
}
