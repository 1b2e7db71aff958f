using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Opens the point to peers once the registry is ready, and tells the addresses on standard output. When it stops, connections are said
/// goodbye to before the registry goes.
/// </summary>
internal sealed class RendezvousPoint(Libp2pHost host, IRegistryReadiness registry) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await registry.WaitUntilReadyAsync(cancellationToken);
        await host.StartAsync(cancellationToken);
        await PrintAsync("Rendezvous server listening on:", host.ListenAddresses);
        if (!host.AdvertisedAddresses.SequenceEqual(host.ListenAddresses))
        {
            await PrintAsync("Announced to peers as:", host.AdvertisedAddresses);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);

    private async Task PrintAsync(string title, IEnumerable<Multiaddr> addresses)
    {
        // One write: a reader of our output never sees half of the list.
        string lines = string.Join('\n', addresses.Select(address => address.WithPeerId(host.PeerId).ToString()).Prepend(title));
        await Console.Out.WriteLineAsync(lines);
        await Console.Out.FlushAsync();
    }
}
