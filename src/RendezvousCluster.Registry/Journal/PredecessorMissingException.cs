namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Rows were not written, since the row that was to be before them is not there: the database has lost it, and all from
/// <paramref name="found"/> on. Nothing of the write is in the journal, and nothing will be.
/// </summary>
/// <param name="found">The number of the last row that is there; 0 when the journal is empty.</param>
/// <param name="predecessor">The number of the one that should be.</param>
/// <param name="writer">The id of the owner that wants to write.</param>
/// <param name="isOwn">Whether the last row is the writer's own.</param>
internal sealed class PredecessorMissingException(long found, long predecessor, string writer, bool isOwn)
    : Exception($"The journal ends with row {found}, and {predecessor} is to be its last.")
{
    /// <summary>The id of the owner that wants to write.</summary>
    public string Writer => writer;

    /// <summary>Whether the last row that is there is the writer's own.</summary>
    public bool IsOwn => isOwn;

    /// <summary>The number of the last row that is there; 0 when the journal is empty.</summary>
    public long Found => found;
}
