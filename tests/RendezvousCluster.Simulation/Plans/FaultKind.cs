namespace RendezvousCluster.Simulation.Plans;

/// <summary>What can go wrong. Each is counted when it hits something, not when it is planned.</summary>
internal enum FaultKind
{
    /// <summary>For a while messages between nodes are lost.</summary>
    MessageLost,

    /// <summary>For a while messages between nodes arrive twice.</summary>
    MessageDuplicated,

    /// <summary>For a while messages between nodes take up to several seconds.</summary>
    MessageDelayed,

    /// <summary>A message overtakes an older one: follows from the delays.</summary>
    MessageReordered,

    /// <summary>A node dies at some moment.</summary>
    Crash,

    /// <summary>A node dies when one of its owners is about to write.</summary>
    CrashBeforeWrite,

    /// <summary>A node dies when a write of it is in the journal and nobody was answered.</summary>
    CrashAfterCommit,

    /// <summary>A node dies while one of its owners reads the journal.</summary>
    CrashInRecovery,

    /// <summary>A node stands still for a while, and goes on as if nothing had happened.</summary>
    Pause,

    /// <summary>A node is cut off from the others, but not from the journal nor from its clients.</summary>
    Isolation,

    /// <summary>A living node is taken for dead; its owners go on beside their successors until it hears of it.</summary>
    FalseSuspicion,

    /// <summary>A write of an owner that has been replaced reaches the journal: follows from others.</summary>
    StaleWrite,

    /// <summary>An owner is moved to another node.</summary>
    HandOff,

    /// <summary>A node's clock jumps ahead.</summary>
    ClockForward,

    /// <summary>A node's clock jumps back.</summary>
    ClockBack,

    /// <summary>For a while writes fail and are not committed.</summary>
    WriteRefused,

    /// <summary>For a while writes are committed but reported as failed.</summary>
    WriteUnknown,

    /// <summary>For a while writes are reported as failed and are committed some time later.</summary>
    WriteLate,

    /// <summary>For a while the journal is slow.</summary>
    SlowJournal,

    /// <summary>For a while the journal cannot be read.</summary>
    RecoveryFailed,

    /// <summary>A node dies while a snapshot of one of its owners is being saved.</summary>
    CrashInSnapshot,

    /// <summary>A node dies while events or snapshots of one of its owners are being deleted.</summary>
    CrashInDeletion,

    /// <summary>For a while saving a snapshot fails, or only seems to.</summary>
    SnapshotFailed,

    /// <summary>For a while snapshots that are saved cannot be read; never two in a row, which nothing would survive.</summary>
    SnapshotDamaged,

    /// <summary>For a while deleting events and snapshots fails, or only seems to.</summary>
    DeletionFailed,

    /// <summary>For a while the directory of namespaces does not answer.</summary>
    DirectoryAway,

    /// <summary>
    /// A node's wall clock is set, by minutes or days, ahead or back, and is set right after a while, whether the node runs or is down.
    /// </summary>
    WallClockStep,

    /// <summary>
    /// A machine is suspended, for longer than owners trust themselves. The steady clock of its process stands still too: the owners on it
    /// do not learn that time went by.
    /// </summary>
    Suspension,

    /// <summary>The database loses what was written last: a copy that lagged takes its place. Not while a node is replaced.</summary>
    RowsLost,
}
