namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// All that an owner knew that stopped, or whose write failed, while its store was away, on the way to the node on which the next owner of
/// the journal will be. It counts if the journal ends with a row that the owner wrote, or read last, and before what the owner knew: then
/// the database has lost rows, and nobody else has gone on from there.
/// </summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Sequence">The last event that was committed, as far as the owner knew.</param>
/// <param name="FencingToken">The first row that the owner wrote.</param>
/// <param name="Writer">The id by which it wrote.</param>
/// <param name="WriterBefore">The id by which the row before that was written; null when the owner does not know.</param>
/// <param name="Manifest">The kind of snapshot.</param>
/// <param name="Snapshot">The state, as it stands in the store of snapshots.</param>
internal sealed record HandedMemory(
    string PersistenceId,
    long Sequence,
    long FencingToken,
    string Writer,
    string? WriterBefore,
    string Manifest,
    ReadOnlyMemory<byte> Snapshot)
{
    /// <summary>
    /// The most that the snapshot may take in bytes, so that it fits into one message between nodes: some five hundred registrations. A
    /// larger one stays where it is.
    /// </summary>
    internal const int MaxSnapshotBytes = 200 * 1024;

    /// <summary>The writer that the last row of the journal must have for this to count; null when no writer will do.</summary>
    /// <param name="last">The number of that row.</param>
    public string? WriterOf(long last) => last >= FencingToken ? Writer : WriterBefore;
}
