namespace RendezvousCluster.Registry;

/// <summary>The registrations of one peer, as the ledger of quotas knows them.</summary>
/// <param name="Total">How many there are, with those that expired some seconds ago.</param>
/// <param name="Listed">Some of them.</param>
/// <param name="KnownForSeconds">For how long the ledger has counted: registrations from before, unrefreshed since, may be missing.</param>
public sealed record PeerRegistrations(int Total, IReadOnlyList<PeerRegistration> Listed, long KnownForSeconds);

/// <summary>A registration of a peer.</summary>
/// <param name="Namespace">Where.</param>
/// <param name="SecondsLeft">For how much longer; null when a node of an earlier version answered, which does not say.</param>
public sealed record PeerRegistration(string Namespace, long? SecondsLeft);
