namespace RendezvousCluster.Registry.Janitors;

/// <summary>What the janitor needs to know of the tables, beside the persistence plugin that keeps them.</summary>
internal interface IJournalInventory
{
    /// <summary>Looks through the next journals that have an old event, in the order of their ids.</summary>
    /// <param name="after">Where to go on: behind this id. Empty: from the start.</param>
    /// <param name="cutoff">What was written before this is old. By the database's rows, so by the clock of those who wrote them.</param>
    /// <param name="limit">How many journals to look at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those in which everything is old, and where to go on; null at the end.</returns>
    Task<(IReadOnlyList<IdleJournal> Idle, string? Next)> FindIdleAsync(
        string after, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the mark of the highest sequence number of a journal that has nothing else, neither events nor snapshots, and is old. Its
    /// next owner begins with 1 again.
    /// </summary>
    /// <returns>Whether it did; false when there is something else.</returns>
    Task<bool> DropMarkAsync(string persistenceId, DateTimeOffset cutoff, CancellationToken cancellationToken);

    /// <summary>When the newest row was written, by the clock of its writer; null when there is none.</summary>
    Task<DateTimeOffset?> FindNewestAsync(CancellationToken cancellationToken);

    /// <summary>Whether there is a snapshot under an id.</summary>
    Task<bool> HasSnapshotAsync(string persistenceId, CancellationToken cancellationToken);

    /// <summary>Deletes all that there is under an id that nobody uses.</summary>
    Task ForgetAsync(string persistenceId, CancellationToken cancellationToken);
}
