using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Core.Namespaces;

internal sealed partial class NamespaceState
{
    /// <summary>
    /// Takes the state as it is. Costs a reference for each registration; registrations themselves never change, so a refresh meanwhile
    /// does no harm.
    /// </summary>
    /// <param name="place">Where it stands in the journal.</param>
    public NamespaceSnapshot ToSnapshot(SnapshotPlace place) => new(
        Namespace,
        place.Sequence,
        LastRevision,
        [.. _byRevision.After(0)],
        [.. _unregistered.Entries],
        place.PreviousSnapshot,
        place.DeletedTo);

    /// <summary>The state that a snapshot was taken of.</summary>
    /// <exception cref="InvalidOperationException">Its registrations are not in ascending order of revision, or a peer is in it
    /// twice.</exception>
    public static NamespaceState From(NamespaceSnapshot snapshot)
    {
        var state = new NamespaceState(snapshot.Namespace);
        foreach (StoredRegistration registration in snapshot.Registrations)
        {
            if (state._byPeer.ContainsKey(registration.Peer))
            {
                throw new InvalidOperationException($"The snapshot holds peer {registration.Peer} twice.");
            }

            state.Add(registration);
        }

        if (snapshot.LastRevision < state.LastRevision)
        {
            throw new InvalidOperationException($"The snapshot ends at revision {snapshot.LastRevision} and holds {state.LastRevision}.");
        }

        foreach ((PeerId peer, long deadline) in snapshot.Unregistered)
        {
            state._unregistered.Add(peer, deadline);
        }

        state.LastRevision = snapshot.LastRevision;
        return state;
    }
}
