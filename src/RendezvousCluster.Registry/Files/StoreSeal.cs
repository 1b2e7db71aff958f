namespace RendezvousCluster.Registry.Files;

/// <summary>
/// What each file of a store says of the store that it is part of, so that a file that comes from elsewhere, or from an earlier time, does
/// not pass for one of it.
/// </summary>
/// <param name="Id">The same in all files of one store, and in those of no other one.</param>
/// <param name="Generation">Grows each time that the store is opened and closed, in all of its files: a copy from before has less.</param>
/// <param name="Phase">What was being done with the store when this was written.</param>
/// <param name="IsEmptyAccepted">Whether an operator has accepted that the journal is empty beside snapshots.</param>
internal sealed record StoreSeal(string Id, long Generation, SealPhase Phase, bool IsEmptyAccepted = false)
{
    /// <summary>That of a store to which nothing belongs yet.</summary>
    public static StoreSeal New(bool isEmptyAccepted = false) =>
        new(Guid.NewGuid().ToString("N"), Generation: 0, SealPhase.Closed, isEmptyAccepted);

    /// <summary>The one that takes the place of this one.</summary>
    public StoreSeal Next(SealPhase phase) => this with { Generation = Generation + 1, Phase = phase };
}
