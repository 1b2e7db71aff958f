namespace RendezvousCluster.Core.Ownership;

/// <summary>What every snapshot says about the journal it belongs to.</summary>
internal interface IJournalSnapshot
{
    /// <summary>Where the snapshot before this one stands; 0 if there is none.</summary>
    long PreviousSnapshot { get; }

    /// <summary>How far the events had been deleted when it was taken.</summary>
    long DeletedTo { get; }
}
