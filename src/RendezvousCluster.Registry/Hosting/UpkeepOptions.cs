using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Janitors;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// How the journal is kept short. The defaults fit every size; they trade disk space against time for nodes that
/// stand still. They have to be the same at every node: one that deletes early takes away what another one's safety rests on. The defaults
/// are pinned by a golden test.
/// </summary>
public sealed class UpkeepOptions
{
    /// <summary>The least of <see cref="SnapshotEvents"/>: a snapshot at every batch would cost more than it saves.</summary>
    public const int LeastSnapshotEvents = 10;

    /// <summary>The most of <see cref="SnapshotEvents"/>: reading back so many takes a namespace half a minute.</summary>
    public const int MostSnapshotEvents = 1_000_000;

    /// <summary>Below this a garbage collection or a slow disk is enough for an owner to lose trust in itself.</summary>
    public static readonly TimeSpan LeastTrustAge = TimeSpan.FromSeconds(2);

    /// <summary>The least of what is done now and then.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);

    /// <summary>The most of every time here.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromDays(7);

    /// <summary>A snapshot of a namespace is taken after as many events as it has registrations, and not after fewer than this.</summary>
    public int SnapshotEvents { get; set; } = CompactionSettings.Default.MinEventsBetweenSnapshots;

    /// <summary>
    /// Events are kept for at least this long. A node that stands still for longer than the difference between this and
    /// <see cref="TrustAge"/>, at exactly the wrong moment, can overwrite what its successor deleted.
    /// </summary>
    public TimeSpan FenceAge { get; set; } = CompactionSettings.Default.FenceAge;

    /// <summary>An owner that has not written for this long recovers before it writes. At most half of <see cref="FenceAge"/>.</summary>
    public TimeSpan TrustAge { get; set; } = CompactionSettings.Default.TrustAge;

    /// <summary>The pause between two passes of the janitor through all journals.</summary>
    public TimeSpan JanitorInterval { get; set; } = JanitorSettings.DefaultPassInterval;

    /// <summary>
    /// What was written so much longer ago than the longest time to live is cleared away. At least <see cref="FenceAge"/>, and more than
    /// clocks are ever apart.
    /// </summary>
    public TimeSpan JanitorMargin { get; set; } = JanitorSettings.DefaultMargin;

    /// <summary>
    /// For how long a node has to have watched its wall clock before it deletes anything because of times that stand in the journal, and
    /// for how long after a step of the clock it counts with both: the clock may have been right before, or is right now.
    /// </summary>
    public TimeSpan ClockBelief { get; set; } = WallClockHistory.DefaultBelief;

    /// <summary>What is wrong with these, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var failures = new List<string>();
        if (SnapshotEvents is < LeastSnapshotEvents or > MostSnapshotEvents)
        {
            failures.Add($"{nameof(SnapshotEvents)} is {SnapshotEvents}; it must be from {LeastSnapshotEvents} to {MostSnapshotEvents}.");
        }

        Check(failures, FenceAge, 2 * LeastTrustAge, Most, nameof(FenceAge));
        Check(failures, TrustAge, LeastTrustAge, FenceAge / 2, nameof(TrustAge));
        Check(failures, JanitorInterval, LeastInterval, Most, nameof(JanitorInterval));
        Check(failures, JanitorMargin, FenceAge, Most, nameof(JanitorMargin));
        Check(failures, ClockBelief, LeastInterval, Most, nameof(ClockBelief));
        return failures;
    }

    internal CompactionSettings ToCompactionSettings() =>
        CompactionSettings.Default with { MinEventsBetweenSnapshots = SnapshotEvents, FenceAge = FenceAge, TrustAge = TrustAge };

    private static void Check(List<string> failures, TimeSpan value, TimeSpan least, TimeSpan most, string name)
    {
        if (value < least || value > most)
        {
            failures.Add($"{name} is {value}; it must be from {least} to {most}.");
        }
    }
}
