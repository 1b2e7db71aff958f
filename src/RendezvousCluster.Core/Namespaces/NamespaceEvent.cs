using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// What happened to a namespace. Together, in order, the events are the namespace. Expiry is not an event: it follows from the times in
/// these. Deadlines are kept so that a late copy of an older command is known as such also after a failover.
/// </summary>
/// <param name="Revision">The revision it takes; 0 when it takes none.</param>
internal abstract record NamespaceEvent(ulong Revision)
{
    /// <summary>
    /// By how many milliseconds the times on disk are ahead of those in here, which are of the steady clock of the process that wrote them.
    /// </summary>
    public long ClockOffsetMilliseconds { get; init; }
}

/// <summary>An owner took over. It is the first thing an owner writes, so that a stale owner's next write collides with it.</summary>
/// <param name="Incarnation">Which owner: a number of its own.</param>
/// <param name="Namespace">The namespace, by name: the journal knows it only as a hash.</param>
/// <param name="Fresh"> The namespace was empty, and nothing before this event counts. A journal may begin with such an event, regardless
/// of its sequence number; behind any other gap something is lost.
/// </param>
internal sealed record Opened(Guid Incarnation, RendezvousNamespace Namespace, bool Fresh = false) : NamespaceEvent(Revision: 0)
{
    /// <summary>The process that the owner is of, and all events up to the next of these; empty when nobody said.</summary>
    public Guid Run { get; init; }
}

/// <summary>A peer registered, or registered anew with another envelope.</summary>
/// <param name="Registration">What is stored from then on.</param>
internal sealed record Registered(StoredRegistration Registration) : NamespaceEvent(Registration.Revision)
{
    /// <summary>The time to live that was granted.</summary>
    public uint TtlSeconds => Registration.TtlSeconds;

    /// <summary>When the owner decided it, by its clock.</summary>
    public long RegisteredAtUnixMilliseconds => Registration.ExpiresAtUnixMilliseconds - (TtlSeconds * 1000L);
}

/// <summary>A peer registered again with the envelope that is stored: new times and a new revision, the same bytes.</summary>
internal sealed record Refreshed(
    PeerId Peer,
    uint TtlSeconds,
    long RegisteredAtUnixMilliseconds,
    ulong Revision,
    long DeadlineUnixMilliseconds) : NamespaceEvent(Revision)
{
    /// <summary>As <see cref="StoredRegistration.IsEstimated"/>; never in a journal.</summary>
    public bool IsEstimated { get; init; }
}

/// <summary>A peer took its registration back.</summary>
internal sealed record Unregistered(PeerId Peer, ulong Revision, long DeadlineUnixMilliseconds) : NamespaceEvent(Revision);
