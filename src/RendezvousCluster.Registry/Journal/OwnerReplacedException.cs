namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Rows were not written, since another owner has written behind the row that was to be before them, or in the place of that row.
/// </summary>
/// <param name="found">The number of the last row that is there.</param>
/// <param name="predecessor">The number of the one that should be.</param>
internal sealed class OwnerReplacedException(long found, long predecessor) : Exception(
    found == predecessor
        ? $"Row {found} of the journal is another owner's, in the place of one that the database has lost."
        : $"The journal goes on to row {found} behind {predecessor}: there is another owner.");
