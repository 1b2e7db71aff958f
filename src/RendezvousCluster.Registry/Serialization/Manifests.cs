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
