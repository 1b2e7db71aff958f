using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Simulation.Flaws;

/// <summary>
/// A bug that is planted at the border between a real owner of a part of the directory and the world. As it stands here nothing is changed.
/// </summary>
internal sealed record DirectoryFlaw
{
    /// <summary>Whether a namespace takes its listing for granted when it has announced itself.</summary>
    public bool IsNotWaitedFor { get; init; }

    /// <summary>Whether an announcement is confirmed as soon as its owner has it.</summary>
    public bool ConfirmsBeforeCommit { get; init; }

    /// <summary>Whether a list is read before its owner has a fence.</summary>
    public bool ReadsWithoutFence { get; init; }

    /// <summary>Whether a list is read for as long as its owner is there, and its fence never renewed for that.</summary>
    public bool NeverRenews { get; init; }

    /// <summary>Whether an announcement is compared with the limit when it comes, and not when it is decided.</summary>
    public bool ChecksItsLimitEarly { get; init; }

    /// <summary>Whether an old journal is deleted without asking its owner.</summary>
    public bool ClearsUnasked { get; init; }

    /// <summary>How old the newest event of a part is before the janitor wakes it; null for the usual age.</summary>
    public long? JanitorAge { get; init; }

    /// <summary>What an owner is given for a command or query.</summary>
    public Func<object, object> Taking { get; init; } = command => command;

    /// <summary>What an owner reads for an event of its journal, the last one or another; null leaves it out.</summary>
    public Func<DirectoryEvent, bool, DirectoryEvent?> Recovering { get; init; } = (@event, _) => @event;

    /// <summary>What is written in the place of events.</summary>
    public Func<IReadOnlyList<DirectoryEvent>, IReadOnlyList<DirectoryEvent>> Writing { get; init; } = events => events;

    /// <summary>What is saved in the place of a snapshot.</summary>
    public Func<DirectorySnapshot, DirectorySnapshot> SavingSnapshot { get; init; } = snapshot => snapshot;

    /// <summary>Up to which one events are deleted.</summary>
    public Func<long, long> DeletingEvents { get; init; } = upTo => upTo;

    /// <summary>By which numbers journals are kept short.</summary>
    public CompactionSettings Compaction { get; init; } = Flaw.Usual;
}
