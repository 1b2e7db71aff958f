using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Flaws;

/// <summary>
/// A bug that is planted at the border between a real owner and the world: what crosses it is changed in one place. As it stands here
/// nothing is changed.
/// </summary>
internal sealed record Flaw
{
    /// <summary>By which numbers journals are kept short: those of production, with a day as long as ten minutes.</summary>
    internal static readonly CompactionSettings Usual = new()
    {
        MinEventsBetweenSnapshots = 12,
        MinTimeBetweenSnapshots = TimeSpan.FromSeconds(1),
        MaxEventsPerDeletion = 7,
        PauseBetweenDeletions = TimeSpan.FromMilliseconds(100),
        RetryPause = TimeSpan.FromSeconds(5),
        FenceAge = TimeSpan.FromSeconds(60),
        TrustAge = TimeSpan.FromSeconds(30),
    };

    /// <summary>No flaw.</summary>
    public static Flaw None { get; } = new();

    /// <summary>What is wrong with the parts of the directory.</summary>
    public DirectoryFlaw Directory { get; init; } = new();

    /// <summary>Whether the journal refuses a number that is there.</summary>
    public bool FenceHolds { get; init; } = true;

    /// <summary>Whether the journal refuses a row unless the row before it is the last one.</summary>
    public bool JournalDemandsItsEnd { get; init; } = true;

    /// <summary>Whether the journal refuses a row of an owner that has written before unless the row before it is that owner's.</summary>
    public bool JournalAsksWhoseItsEndIs { get; init; } = true;

    /// <summary>Whether an owner takes it for a failed write when the row before is gone.</summary>
    public bool TakesRefusalForFailure { get; init; }

    /// <summary>Whether an owner that has to look at the end of its journal believes its memory instead.</summary>
    public bool TakesItsMemoryForTheJournal { get; init; }

    /// <summary>Whether an owner takes over nothing of what the one before it on its node knew.</summary>
    public bool InheritsNothing { get; init; }

    /// <summary>Whether the memory of an owner does not go with what was owned to another node.</summary>
    public bool LeavesMemoryBehind { get; init; }

    /// <summary>Whether an owner believes the memory from another node without asking who wrote the last row.</summary>
    public bool BelievesEveryMemory { get; init; }

    /// <summary>Whether the snapshot is not saved by which an owner writes again what it knows.</summary>
    public bool SavesNothingOwed { get; init; }

    /// <summary>Whether a REGISTER is acknowledged as soon as its owner has it.</summary>
    public bool AcknowledgesBeforeCommit { get; init; }

    /// <summary>Whether the fence of an owner is held back until it writes something else.</summary>
    public bool HoldsFenceBack { get; init; }

    /// <summary>Whether an owner hears of success when its write failed.</summary>
    public bool TakesFailureForSuccess { get; init; }

    /// <summary>Whether steps of the wall clock reach everything.</summary>
    public bool GoesByTheWallClock { get; init; }

    /// <summary>Whether a process that starts goes by its own wall clock, and not by the time of the others.</summary>
    public bool IgnoresTheTimeOfTheCluster { get; init; }

    /// <summary>Whether a process that takes over the time of the others does not take rows by that time for exact.</summary>
    public bool KeepsItsOwnRun { get; init; }

    /// <summary>By what the times on disk are translated.</summary>
    public Func<NamespaceTimes, IJournalTimes<NamespaceEvent, NamespaceSnapshot>> Times { get; init; } = times => times;

    /// <summary>Whether an owner that has stopped keeps its place.</summary>
    public bool StaysWhenStopped { get; init; }

    /// <summary>Whether expired registrations are freed.</summary>
    public bool Sweeps { get; init; } = true;

    /// <summary>How many registrations a peer may have before even its refreshes are refused; null for no such quota.</summary>
    public int? QuotaOnRefreshes { get; init; }

    /// <summary>Which namespace's owner is asked: given the namespace and how many there are.</summary>
    public Func<int, int, int> ServesInstead { get; init; } = (ns, _) => ns;

    /// <summary>What an owner reads for an event of its journal, the last one or another, at a time; null leaves it out.</summary>
    public Func<NamespaceEvent, bool, DateTimeOffset, NamespaceEvent?> Recovering { get; init; } = (@event, _, _) => @event;

    /// <summary>What is written in the place of events.</summary>
    public Func<IReadOnlyList<NamespaceEvent>, SimulatedOwner, IReadOnlyList<NamespaceEvent>> Writing { get; init; } =
        (events, _) => events;

    /// <summary>What an owner is given for a command.</summary>
    public Func<object, SimulatedOwner, object> Taking { get; init; } = (command, _) => command;

    /// <summary>What is sent in the place of the reply to a command.</summary>
    public Func<object, object, SimulatedOwner, object> Replying { get; init; } = (_, reply, _) => reply;

    /// <summary>By which numbers the journals of namespaces are kept short.</summary>
    public CompactionSettings Compaction { get; init; } = Usual;

    /// <summary>What is saved in the place of a snapshot.</summary>
    public Func<NamespaceSnapshot, NamespaceSnapshot> SavingSnapshot { get; init; } = snapshot => snapshot;

    /// <summary>What an owner reads for a snapshot.</summary>
    public Func<NamespaceSnapshot, NamespaceSnapshot> RecoveringSnapshot { get; init; } = snapshot => snapshot;

    /// <summary>Up to which event snapshots are deleted.</summary>
    public Func<long, long> DeletingSnapshots { get; init; } = upTo => upTo;

    /// <summary>Up to which one events are deleted.</summary>
    public Func<long, SimulatedOwner, long> DeletingEvents { get; init; } = (upTo, _) => upTo;

    /// <summary>At which time a read is made.</summary>
    public Func<DateTimeOffset, DateTimeOffset> ReadingAt { get; init; } = now => now;

    /// <summary>What happens besides when events are committed.</summary>
    public Action<SimulatedOwner, IReadOnlyList<NamespaceEvent>> Committed { get; init; } = (_, _) => { };
}
