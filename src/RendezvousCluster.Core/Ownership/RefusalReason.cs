namespace RendezvousCluster.Core.Ownership;

/// <summary>Why an owner answers a command or a query with a refusal. Nothing was written, and nothing will be.</summary>
internal enum RefusalReason
{
    /// <summary>It is about another state.</summary>
    NotHeldHere,

    /// <summary>As many commands wait as may wait.</summary>
    QueueFull,

    /// <summary>The journal takes no writes now.</summary>
    JournalAway,

    /// <summary>The journal holds something that cannot be read.</summary>
    JournalUnreadable,

    /// <summary>The permit to write was refused.</summary>
    NotPermitted,
}
