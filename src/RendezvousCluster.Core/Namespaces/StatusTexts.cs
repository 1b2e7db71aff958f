namespace RendezvousCluster.Core.Namespaces;

/// <summary>What a refused caller reads: what happened and what to change.</summary>
internal static class StatusTexts
{
    internal const string DeadlinePassed = "The request waited longer than its deadline; try again later.";

    internal const string Overtaken = "A later request of yours was handled first; register again if you still want it.";

    internal const string CookieFromTheFuture =
        "The cookie is newer than anything this rendezvous point has given out; discover without it.";

    internal const string QueueFull = "This namespace has more requests waiting than it can serve; try again later.";

    internal const string StoreAway = "The database of this rendezvous point does not serve it now; try again later.";

    internal const string DirectoryUnavailable = "The list of namespaces cannot be read now; try again later.";

    internal const string NoNamespaceAnswered = "No namespace answered in time; try again later.";

    internal const string TooManyNamespaces = "This rendezvous point has as many namespaces as it can list; use one that is there.";

    internal const string QuotaReached =
        "You have as many registrations here as a peer may have; unregister one, or let one expire. Those you have can be refreshed.";

    internal const string PointFull =
        "This rendezvous point has as many registrations as it can hold; try again later, or at another point. Those you have can be "
        + "refreshed.";

    internal const string NamespaceFull =
        "This namespace has as many registrations as it can hold; use another, or try again later.";

    internal const string NotServedHere = "This namespace is not served here; report it as a bug.";

    internal const string UnsignedOverSigned =
        "A signed record of yours is registered here, and an unsigned PeerInfo cannot replace it; send a signed record.";

    internal static string OlderRecord(ulong sequence, ulong stored) =>
        $"The record's sequence number {sequence} is lower than the registered {stored}; sign a newer record.";
}
