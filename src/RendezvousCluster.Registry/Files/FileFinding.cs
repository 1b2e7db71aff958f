namespace RendezvousCluster.Registry.Files;

/// <summary>What a file of a store holds at the start.</summary>
/// <param name="HasTable">Whether the table is there that the file is for.</param>
/// <param name="HasRows">Whether any row stands in it.</param>
/// <param name="Seal">The store that it says it is part of; null in a new file, and in one of an earlier version.</param>
internal sealed record FileFinding(bool HasTable, bool HasRows, StoreSeal? Seal);
