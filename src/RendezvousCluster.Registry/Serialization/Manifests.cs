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

    // the directory's events and snapshot: d_
    internal const string DirectoryOpened = "do";
    internal const string NamespaceListed = "dl";
    internal const string DirectorySnapshot = "ds";

    // messages of the directory: d_
    internal const string Announcement = "da";
    internal const string AnnouncementReply = "dr";
    internal const string ListingQuery = "dq";
    internal const string Listing = "dn";

    // commands to a namespace: c_
    internal const string Register = "cr";
    internal const string Unregister = "cu";
    internal const string Discover = "cd";

    // replies: r_
    internal const string RegisterReply = "rr";
    internal const string UnregisterReply = "ru";
    internal const string DiscoverReply = "rd";
    internal const string RetryLater = "rl";
}
