namespace RendezvousCluster.Registry.Journal;

/// <summary>The last row of a journal.</summary>
/// <param name="Sequence">Its number; 0 when the journal is empty.</param>
/// <param name="Writer">The id of its writer, as far as it was looked up.</param>
internal readonly record struct JournalEnd(long Sequence, string? Writer);
