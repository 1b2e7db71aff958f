using Microsoft.Extensions.Hosting;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// Starts the host with the application and stops it with it: see <see cref="Libp2pServiceCollectionExtensions.AddLibp2pHosting"/>.
/// </summary>
internal sealed class Libp2pHostedService(Libp2pHost host) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);
}
