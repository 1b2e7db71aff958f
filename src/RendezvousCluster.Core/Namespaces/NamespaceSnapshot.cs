using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// All that a namespace's events up to a sequence number have led to. It takes the place of those events at recovery. Objects that it
/// refers to never change, so it may be written to disk on another thread.
/// </summary>
/// <param name="Namespace">Which namespace.</param>
/// <param name="Sequence">The last event that is in it.</param>
/// <param name="LastRevision">The last revision taken.</param>
/// <param name="Registrations"> The registrations, ascending by revision. Expired ones may be among them: a later event may refresh what a
/// clock that was set back counts as live again.
/// </param>
/// <param name="Unregistered">Who unregistered a moment ago, with the deadline of that command; the oldest first.</param>
/// <param name="PreviousSnapshot">Where the snapshot before this one stands; 0 if there is none.</param>
/// <param name="DeletedTo">How far the events had been deleted when it was taken.</param>
internal sealed record NamespaceSnapshot(
    RendezvousNamespace Namespace,
    long Sequence,
    ulong LastRevision,
    IReadOnlyList<StoredRegistration> Registrations,
    IReadOnlyList<(PeerId Peer, long DeadlineUnixMilliseconds)> Unregistered,
    long PreviousSnapshot,
    long DeletedTo) : IJournalSnapshot
{
    /// <summary>The process that took it, and wrote the events behind it up to the next <see cref="Opened"/>; empty when nobody
    /// said.</summary>
    public Guid Run { get; init; }

    /// <summary>As <see cref="NamespaceEvent.ClockOffsetMilliseconds"/>.</summary>
    public long ClockOffsetMilliseconds { get; init; }
}
