using RendezvousCluster.Client;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Cli.Points;

/// <summary>For the commands below rendezvous: a connection to a point, whichever of its addresses works.</summary>
internal static class PointDialler
{
    /// <exception cref="Libp2pException">None works; the last reason.</exception>
    public static async Task<IPeerConnection> DialAsync(Libp2pHost host, RendezvousPoint point, CancellationToken cancellationToken)
    {
        for (int index = 0; ; index++)
        {
            Multiaddr address = point.Addresses[index];
            try
            {
                return await host.DialAsync(address, cancellationToken);
            }
            catch (Exception exception) when (exception is Libp2pException or TimeoutException && index + 1 < point.Addresses.Count)
            {
                continue;
            }
        }
    }
}
