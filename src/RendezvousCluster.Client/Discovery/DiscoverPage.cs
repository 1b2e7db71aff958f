
namespace RendezvousCluster.Client.Discovery;

/// <summary>A point's answer to a DISCOVER after it was looked through.</summary>
/// <param name="Point">Whose answer.</param>
/// <param name="Peers">What can be used.</param>
/// <param name="Listed">How many registrations it carried, usable or not.</param>
/// <param name="Rejected">How many of them cannot be used: not verified, of another namespace, without a usable address, or
/// expired.</param>
/// <param name="Cookie">What to ask with next; empty when there is none.</param>
internal sealed record DiscoverPage(
    RendezvousPoint Point, IReadOnlyList<DiscoveredPeer> Peers, int Listed, int Rejected, ReadOnlyMemory<byte> Cookie);
