namespace RendezvousCluster.Client.Discovery;

/// <summary>What a watch saw.</summary>
public enum PeerChangeKind
{
    /// <summary>The peer was not there before.</summary>
    Joined,

    /// <summary>The peer has a newer record: other addresses, as a rule.</summary>
    Changed,

    /// <summary>
    /// The peer has not refreshed its registration in time. One that unregisters is seen to go only now, too: points do not tell who has
    /// gone.
    /// </summary>
    Expired,
}

/// <summary>A change in who is registered.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Peer">To whom; as last known when it expired.</param>
public sealed record PeerChange(PeerChangeKind Kind, DiscoveredPeer Peer);
