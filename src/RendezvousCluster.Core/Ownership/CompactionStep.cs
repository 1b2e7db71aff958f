namespace RendezvousCluster.Core.Ownership;

/// <summary>What a journal's compaction wants done now.</summary>
internal enum CompactionStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Save a snapshot of the committed state.</summary>
    SaveSnapshot,

    /// <summary>Delete events up to <see cref="JournalCompaction.DeleteTo"/>.</summary>
    DeleteEvents,
}
