namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// The two letters that name a message in the journal and on the wire between nodes. One is never given to another message, also when its own
/// is gone.
/// </summary>
internal static class Manifests
{
    // events: e_
    internal const string Opened = "eo";
    internal const string Registered = "er";
    internal const string Refreshed = "ef";
    internal const string Unregistered = "eu";

    // snapshots of a namespace: s_
    internal const string NamespaceSnapshot = "sn";

    // the directory's events and snapshot: d_
    internal const string DirectoryOpened = "do";
    internal const string NamespaceListed = "dl";
    internal const string DirectorySnapshot = "dc";

    // messages of the directory: d_
    internal const string Announcement = "da";
    internal const string AnnouncementReply = "dr";
    internal const string ListingQuery = "dq";
    internal const string Listing = "dn";

    // messages of the ledger: l_
    internal const string LedgerReserve = "lr";
    internal const string LedgerReply = "la";
    internal const string LedgerNote = "ln";
    internal const string LedgerRelease = "lx";
    internal const string LedgerQuery = "lq";
    internal const string LedgerListing = "ll";

    // commands to a namespace: c_
    internal const string Register = "cr";
    internal const string Unregister = "cu";
    internal const string Discover = "cd";
    internal const string Reclaim = "cx";

    // replies: r_
    internal const string RegisterReply = "rr";
    internal const string UnregisterReply = "ru";
    internal const string DiscoverReply = "rd";
    internal const string RetryLater = "rl";

    // what nodes say of their stores: h_
    internal const string StoreAway = "ha";
    internal const string StoreWell = "hw";

    /// <summary>What is still read, and no longer written.</summary>
    internal static class Retired
    {
        internal const string UncheckedDirectorySnapshot = "ds";
    }
}
