namespace RendezvousCluster.Registry.Journal;

/// <summary>Rows were not written, since another owner has written behind the row that was to be before them.</summary>
/// <param name="found">The number of the last row that is there.</param>
/// <param name="predecessor">The number of the one that should be.</param>
internal sealed class OwnerReplacedException(long found, long predecessor)
    : Exception($"The journal goes on to row {found} behind {predecessor}: there is another owner.");
