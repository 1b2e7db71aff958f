namespace RendezvousCluster.Core.Ownership;

/// <summary>What an owner saw that looked at the end of its journal.</summary>
internal enum JournalEndSeen
{
    /// <summary>The last row is the one that the owner takes for that: all that is committed is in its memory.</summary>
    AsKnown,

    /// <summary>Another owner has written behind that row, or in its place.</summary>
    Replaced,

    /// <summary>That row is gone: the database has lost rows.</summary>
    RowsLost,

    /// <summary>The journal did not say.</summary>
    Unknown,
}
